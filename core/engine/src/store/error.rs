//! What can go wrong in a store.

use thiserror::Error;

use crate::error::ApiError;

/// Why a plan was not carried out. Nothing of it happened.
#[derive(Clone, Debug, Error)]
pub enum StoreError {
    /// A unique index already holds these values.
    #[error("value of {fields:?} is not unique")]
    NotUnique {
        /// Which write of the batch.
        write: usize,
        /// Names of the fields of the violated index; `id` for the primary key.
        fields: Vec<String>,
    },
    /// A guard did not hold.
    #[error("guard {guard} of write {write} does not hold")]
    Guard {
        /// Which write of the batch.
        write: usize,
        /// Which of its guards.
        guard: usize,
    },
    /// The collection was changed after the write was planned.
    #[error("the collection of write {write} was changed meanwhile")]
    Outdated {
        /// Which write of the batch.
        write: usize,
    },
    /// The record to update or delete is not there.
    #[error("the record of write {write} is missing")]
    Missing {
        /// Which write of the batch.
        write: usize,
    },
    /// The database refuses a statement the client had a say in (a view query, an index
    /// expression, a value too large); the text is the database's own.
    #[error("{0}")]
    Refused(String),
    /// The database cannot hold a value; a sentence for clients.
    #[error("{0}")]
    Unfit(String),
    /// An index could not be made; the text is the database's own.
    #[error("index {name}: {reason}")]
    Index {
        /// The index's name.
        name: String,
        /// Why.
        reason: String,
    },
    /// The records of a collection are in a datasource that is not configured (any more).
    #[error("the datasource `{datasource}` of the collection `{collection}` is not configured")]
    NoDatasource {
        /// The datasource's name.
        datasource: String,
        /// The collection's name.
        collection: String,
    },
    /// The log of changes does not reach back that far: what came after a position was forgotten.
    #[error("the changes after that position are forgotten")]
    Gone,
    /// The database ended an open transaction for the sake of others (a serialization failure, a
    /// deadlock, a write conflict). Nothing of it happened; begun anew it may well succeed. What is
    /// not in a transaction of its caller's, a store repeats itself.
    #[error("the database gave a transaction up in favour of another")]
    Conflict,
    /// The database took longer than it may.
    #[error("the database did not answer in time")]
    Timeout,
    /// The database is away or broken; the text is for the log, not for clients.
    #[error("{0}")]
    Unavailable(String),
}

/// The error as an answer where nothing better is known of what was asked.
#[must_use]
pub fn api_error(error: StoreError) -> ApiError {
    match error {
        StoreError::NotUnique { .. } | StoreError::Guard { .. } | StoreError::Index { .. } => {
            ApiError::unclassified(error.to_string())
        }
        StoreError::Outdated { .. } => {
            ApiError::bad_request("The collection was changed meanwhile, try again.")
        }
        StoreError::Missing { .. } => ApiError::not_found(),
        StoreError::Gone => ApiError::bad_request("The changes after that position are forgotten."),
        StoreError::Refused(text) => ApiError::unclassified(text),
        StoreError::Unfit(text) => ApiError::bad_request(text),
        StoreError::Timeout => ApiError::unclassified("the database did not answer in time"),
        StoreError::Conflict => ApiError {
            again: true,
            ..ApiError::unavailable("transactions kept standing in each other's way")
        },
        StoreError::NoDatasource { .. } => ApiError::new(503, error.to_string()),
        StoreError::Unavailable(text) => ApiError::unavailable(text),
    }
}

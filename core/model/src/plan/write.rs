//! A write.

use std::sync::Arc;

use super::condition::Condition;
use crate::record::Record;
use crate::schema::Collection;
use crate::value::Value;

/// One change to one collection. Writes of one batch happen in order, all or none.
#[derive(Clone, Debug)]
pub enum Write {
    /// Insert a record.
    Create {
        /// The whole record.
        record: Record,
        /// Checked just before, inside the same transaction.
        guards: Vec<Guard>,
    },
    /// Change fields of a stored record.
    Update {
        /// The collection.
        collection: Arc<Collection>,
        /// Which record; a missing one fails the batch with `Missing`.
        id: String,
        /// Field position and new value; never the id.
        set: Vec<(usize, Value)>,
        /// Checked just before, inside the same transaction.
        guards: Vec<Guard>,
    },
    /// Remove a stored record.
    Delete {
        /// The collection.
        collection: Arc<Collection>,
        /// Which record; a missing one fails the batch with `Missing`.
        id: String,
        /// Checked just before, inside the same transaction.
        guards: Vec<Guard>,
    },
}

impl Write {
    /// The collection written to, as the write was planned for it.
    #[must_use]
    pub fn collection(&self) -> &Arc<Collection> {
        match self {
            Write::Create { record, .. } => &record.collection,
            Write::Update { collection, .. } | Write::Delete { collection, .. } => collection,
        }
    }
}

/// What must be true inside the transaction for a write to happen.
#[derive(Clone, Debug)]
pub enum Guard {
    /// Some record matches the condition (a rule, bound to the record by its id or as `Given`).
    Matches(Condition),
    /// Every one of these ids is a record of the collection.
    Exist {
        /// The collection.
        collection: Arc<Collection>,
        /// Ids without duplicates.
        ids: Vec<String>,
    },
    /// The stored record still holds these values (the basis of a computed change).
    Unchanged {
        /// The collection.
        collection: Arc<Collection>,
        /// Which record.
        id: String,
        /// Field position and expected value.
        values: Vec<(usize, Value)>,
    },
}

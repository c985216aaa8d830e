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
        /// Positions of fields whose columns the database fills in itself (of an adopted table;
        /// the key may be one): the insert does not name them, whatever the record holds there.
        left_out: Vec<usize>,
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
        /// The record as it was, where it was read: the log of changes keeps it, so that those who
        /// could see it can be told.
        was: Option<Arc<Record>>,
    },
}

impl Write {
    /// The insert of a whole record that nothing stands in the way of.
    #[must_use]
    pub fn create(record: Record) -> Self {
        Write::Create { record, left_out: Vec::new(), guards: Vec::new() }
    }

    /// Whether the database is to give the new record its key.
    #[must_use]
    pub fn leaves_key_out(&self) -> bool {
        match self {
            Write::Create { record, left_out, .. } => {
                let key = record.collection.field_index("id");
                key.is_some_and(|key| left_out.contains(&key))
            }
            Write::Update { .. } | Write::Delete { .. } => false,
        }
    }

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

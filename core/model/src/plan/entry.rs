//! What the log of changes says of a write.

use super::write::Write;
use crate::caller::Action;
use crate::schema::FieldKind;

/// An entry of the log of changes, which a store writes down with the write itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The id of the record's collection.
    pub collection: String,
    /// The record's id; empty where the database is to give it.
    pub record: String,
    /// Create, update or delete.
    pub action: Action,
    /// What a deleted record was ([`crate::Record::to_kept`]), where the write knows.
    pub was: Option<String>,
}

impl Write {
    /// What the log says of the write; `None` where the collection keeps no log, and for what a
    /// record never shows: the same password, hashed anew.
    #[must_use]
    pub fn entry(&self) -> Option<Entry> {
        if !self.collection().logs_changes() {
            return None;
        }
        let (record, action, was) = match self {
            Write::Create { record, .. } => {
                let id = if self.leaves_key_out() { "" } else { record.id() };
                (id, Action::Create, None)
            }
            Write::Update { collection, id, set, .. } => {
                let is_hash = |field: usize| {
                    matches!(collection.fields[field].kind, FieldKind::Password { .. })
                };
                if !set.is_empty() && set.iter().all(|(field, _)| is_hash(*field)) {
                    return None;
                }
                (id.as_str(), Action::Update, None)
            }
            Write::Delete { id, was, .. } => {
                let was = was.as_ref().map(|record| record.to_kept());
                (id.as_str(), Action::Delete, was)
            }
        };
        let collection = self.collection().id.clone();
        Some(Entry { collection, record: record.to_owned(), action, was })
    }
}

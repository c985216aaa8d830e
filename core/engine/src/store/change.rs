//! Changes of the schema, as a store has to make them.

use std::sync::Arc;

use purlin_model::Collection;

/// One step of a schema change. Steps are applied in order, all or none.
#[derive(Clone, Debug)]
pub enum SchemaChange {
    /// Make the table of an internal collection, with its indexes, unless it is there.
    Ensure(Arc<Collection>),
    /// Make the table (or view) of a collection, with its indexes.
    Create(Arc<Collection>),
    /// Bring a collection's table from one definition to another: rename, add, drop and rename
    /// columns (fields are matched by id), convert single to multiple and back (http-api.md 3.7),
    /// rebuild indexes. A view is made anew.
    Alter {
        /// The definition the table has.
        from: Arc<Collection>,
        /// The definition it shall have.
        to: Arc<Collection>,
    },
    /// Remove a collection's table or view with all it holds.
    Drop(Arc<Collection>),
}

impl SchemaChange {
    /// The collection as it shall be; of a drop, as it is.
    #[must_use]
    pub fn collection(&self) -> &Arc<Collection> {
        match self {
            SchemaChange::Ensure(collection)
            | SchemaChange::Create(collection)
            | SchemaChange::Alter { to: collection, .. }
            | SchemaChange::Drop(collection) => collection,
        }
    }

    /// The definition before, and the one after; `None` = no such collection.
    #[must_use]
    pub fn ends(&self) -> (Option<&Arc<Collection>>, Option<&Arc<Collection>>) {
        match self {
            SchemaChange::Ensure(to) | SchemaChange::Create(to) => (None, Some(to)),
            SchemaChange::Alter { from, to } => (Some(from), Some(to)),
            SchemaChange::Drop(from) => (Some(from), None),
        }
    }

    /// The change between two definitions; `None` where there is neither.
    #[must_use]
    pub fn between(from: Option<Arc<Collection>>, to: Option<Arc<Collection>>) -> Option<Self> {
        match (from, to) {
            (None, None) => None,
            (None, Some(to)) => Some(SchemaChange::Create(to)),
            (Some(from), Some(to)) => Some(SchemaChange::Alter { from, to }),
            (Some(from), None) => Some(SchemaChange::Drop(from)),
        }
    }

    /// Whether the change is of a table Purlin found and serves as it is: only what is known of it
    /// changes, not the table.
    #[must_use]
    pub fn is_adopted(&self) -> bool {
        self.collection().adopted.is_some()
    }
}

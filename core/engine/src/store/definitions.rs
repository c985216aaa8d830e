//! What the tables look like since this process changed them.

use std::collections::HashMap;
use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::plan::Write;

use super::{SchemaChange, StoreError};

/// The definitions of the collections that were changed through this store, by a collection's id;
/// `None` where it is gone. A write that was planned before such a change and arrives after it does
/// not fit the table any more: its values could be of other kinds.
#[derive(Clone, Debug, Default)]
pub(super) struct Definitions(HashMap<String, Option<Arc<Collection>>>);

impl Definitions {
    /// Takes over what a migration makes.
    pub(super) fn note(&mut self, changes: &[SchemaChange]) {
        for change in changes {
            let (id, now) = match change {
                SchemaChange::Ensure(_) => continue,
                SchemaChange::Create(made) => (&made.id, Some(made.clone())),
                SchemaChange::Alter { to, .. } => (&to.id, Some(to.clone())),
                SchemaChange::Drop(gone) => (&gone.id, None),
            };
            self.0.insert(id.clone(), now);
        }
    }

    /// Whether a write planned for this definition fits the table there is.
    pub(super) fn fit(&self, planned: &Arc<Collection>) -> bool {
        match self.0.get(&planned.id) {
            None => true,
            Some(None) => false,
            Some(Some(now)) => {
                Arc::ptr_eq(now, planned)
                    || (now.name == planned.name && now.fields == planned.fields)
            }
        }
    }

    /// Whether all writes of a batch fit.
    ///
    /// # Errors
    /// `Outdated` for the first that does not.
    pub(super) fn check(&self, batch: &[Write]) -> Result<(), StoreError> {
        match batch.iter().position(|write| !self.fit(write.collection())) {
            Some(write) => Err(StoreError::Outdated { write }),
            None => Ok(()),
        }
    }
}

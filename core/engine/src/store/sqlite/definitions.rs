//! What the tables look like since this process changed them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use purlin_model::Collection;

use crate::store::SchemaChange;

/// By a collection's id its definition; `None` where it is gone.
pub(super) type Known = HashMap<String, Option<Arc<Collection>>>;

/// The definitions of the collections that were changed through this connection. A write that was
/// planned before such a change and arrives after it does not fit the table any more: its values
/// could be of other kinds.
#[derive(Default)]
pub(super) struct Definitions(RefCell<Known>);

impl Definitions {
    /// What is known, to come back to when a migration fails.
    pub(super) fn known(&self) -> Known {
        self.0.borrow().clone()
    }

    /// Comes back to what was known.
    pub(super) fn restore(&self, known: Known) {
        *self.0.borrow_mut() = known;
    }

    /// Takes over what a migration makes.
    pub(super) fn note(&self, changes: &[SchemaChange]) {
        let mut known = self.0.borrow_mut();
        for change in changes {
            let (id, now) = match change {
                SchemaChange::Ensure(_) => continue,
                SchemaChange::Create(made) => (&made.id, Some(made.clone())),
                SchemaChange::Alter { to, .. } => (&to.id, Some(to.clone())),
                SchemaChange::Drop(gone) => (&gone.id, None),
            };
            known.insert(id.clone(), now);
        }
    }

    /// Whether a write planned for this definition fits the table there is.
    pub(super) fn fit(&self, planned: &Arc<Collection>) -> bool {
        let known = self.0.borrow();
        match known.get(&planned.id) {
            None => true,
            Some(None) => false,
            Some(Some(now)) => {
                Arc::ptr_eq(now, planned)
                    || (now.name == planned.name && now.fields == planned.fields)
            }
        }
    }
}

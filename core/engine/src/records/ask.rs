//! The circumstances of a request for records.

use std::sync::Arc;

use purlin_model::plan::{Facts, Scope, Select};
use purlin_model::{Action, Collection, query};

use super::expand::Tree;
use crate::authz;
use crate::catalog::{Served, Snapshot};
use crate::error::{Answer, ApiError};

/// What a service needs to know of a request: the schema it runs under, what rules may speak of,
/// and what to expand in the answer.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// The schema and settings.
    pub snapshot: &'a Arc<Snapshot>,
    /// Caller, parameters, body, time.
    pub facts: Facts<'a>,
    expand: &'a str,
}

impl<'a> Ask<'a> {
    /// A request under this snapshot, with its `expand` parameter.
    #[must_use]
    pub fn new(snapshot: &'a Arc<Snapshot>, facts: Facts<'a>, expand: &'a str) -> Self {
        Ask { snapshot, facts, expand }
    }

    /// The collection of that id or name.
    ///
    /// # Errors
    /// 404 when there is none.
    pub fn served(&self, id_or_name: &str) -> Answer<&'a Arc<Served>> {
        let missing = || ApiError::new(404, "Missing collection context.");
        let served = self.snapshot.served(id_or_name).ok_or_else(missing)?;
        served.sound(self.facts.caller.is_superuser())?;
        Ok(served)
    }

    /// What the caller may reach of a collection with an action.
    ///
    /// # Errors
    /// 403 when nothing at all.
    pub fn authorize(&self, action: Action, served: &Served) -> Answer<Arc<Scope>> {
        authz::authorize(self.snapshot, self.facts.caller, action, served)
    }

    /// Refuses to read adopted tables that are no longer what their collections say.
    ///
    /// # Errors
    /// 503 that names the collection.
    pub(crate) fn sound(&self, select: &Select) -> Answer<()> {
        let rows = [&select.condition].into_iter().chain(&select.masks).flat_map(|it| &it.rows);
        let adopted = rows.filter_map(|row| row.collection.as_ref());
        for collection in adopted {
            self.sound_collection(collection)?;
        }
        Ok(())
    }

    /// The same for one collection.
    ///
    /// # Errors
    /// 503 that names the collection.
    pub(crate) fn sound_collection(&self, collection: &Collection) -> Answer<()> {
        match self.snapshot.served(&collection.id).filter(|_| collection.adopted.is_some()) {
            Some(served) => served.sound(self.facts.caller.is_superuser()),
            None => Ok(()),
        }
    }

    /// What to expand.
    pub(crate) fn expand(&self) -> Tree {
        match self.expand {
            "" => Tree::default(),
            text => Tree::of(query::expand(text)),
        }
    }
}

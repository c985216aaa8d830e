//! The circumstances of a request for records.

use std::sync::Arc;

use purlin_model::plan::Facts;
use purlin_model::query;

use super::expand::Tree;
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
        self.snapshot.served(id_or_name).ok_or_else(missing)
    }

    /// What to expand.
    pub(crate) fn expand(&self) -> Tree {
        match self.expand {
            "" => Tree::default(),
            text => Tree::of(query::expand(text)),
        }
    }
}

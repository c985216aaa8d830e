//! What cannot be joined: a condition is asked of one database, that of the collection it is about.
//!
//! Ids need no join: a relation compared as it is, `rel.id`, `:each` and `:length` work whatever
//! database the related records are in. So does what the request says, and the caller's own fields.

use std::sync::Arc;

use super::condition::Term;
use super::facts::Facts;
use super::names::Path;
use super::planner::{Place, Planner};
use crate::caller::Caller;
use crate::query::QueryError;
use crate::record::Record;
use crate::schema::{Collection, FieldKind};
use crate::value::Value;

impl Planner<'_> {
    /// Whether records of a collection can be joined to those the condition is about.
    ///
    /// # Errors
    /// That they are in different datasources, which they are.
    pub(super) fn together(&self, joined: &Collection, path: &Path<'_>) -> Result<(), QueryError> {
        let base = self.collection(0);
        if joined.datasource == base.datasource {
            return Ok(());
        }
        let message = format!(
            "`{}` cannot be joined: `{}` is in the datasource `{}` and `{}` in `{}`",
            path.text, joined.name, joined.datasource, base.name, base.datasource
        );
        Err(QueryError::apart(message, path.span))
    }

    /// Whether a field is a relation to records of another datasource.
    pub(super) fn is_apart(&self, kind: &FieldKind) -> bool {
        let FieldKind::Relation { collection_id, .. } = kind else { return false };
        let base = self.collection(0);
        let target = self.schema.by_id(collection_id);
        target.is_some_and(|target| target.datasource != base.datasource)
    }
    /// For a rule that is to be saved: whether `@request.auth.*` can be asked of some caller who
    /// has it.
    ///
    /// # Errors
    /// That whoever has it cannot be joined.
    pub(super) fn any_caller(
        &self,
        place: Place,
        path: &Path<'_>,
        rest: &[&str],
    ) -> Result<(), QueryError> {
        let mut refused = Ok(());
        let callers = self.schema.collections().iter().filter(|known| known.is_auth());
        for collection in callers.filter(|_| self.thorough) {
            let caller = Caller::Record(Arc::new(Record::blank(collection)));
            let facts = Facts { caller: &caller, ..*self.facts };
            let mut planner = Planner::new(self.schema, &facts, &self.collection(0)).thorough();
            match planner.auth(Place { row: 0, ..place }, path, rest) {
                Err(error) => refused = Err(error),
                Ok(side) if side.term == Term::Value(Value::Null) => {}
                Ok(_) => return Ok(()),
            }
        }
        refused
    }
}

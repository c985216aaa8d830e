//! Rules when a collection is saved.

use std::sync::Arc;

use jiff::Timestamp;

use super::facts::Facts;
use super::planner::Planner;
use crate::caller::Caller;
use crate::query::{self, QueryError};
use crate::schema::{Collection, Schema};

/// Whether a rule of a collection parses and every name in it resolves. Members of JSON fields and
/// of the caller are not checked: they depend on the request (http-api.md 2.8).
///
/// # Errors
/// What is wrong, with the place of the wrong token in the text.
pub fn check_rule(
    schema: &Schema,
    collection: &Arc<Collection>,
    text: &str,
) -> Result<(), QueryError> {
    let rule = query::parse(text)?;
    let facts = Facts::bare(&Caller::Guest, Timestamp::UNIX_EPOCH);
    Planner::new(schema, &facts, collection).thorough().rule(&rule).map(|_| ())
}

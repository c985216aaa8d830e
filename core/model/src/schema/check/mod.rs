//! What is wrong with a definition (http-api.md 1.4, 3.1 to 3.9).

mod adopted;
mod cache;
mod envelope;
mod field;
mod fields;
mod format;
mod generic;
mod indexes;
mod options;
mod rules;

use std::sync::Arc;

use super::collection::{Collection, Kind};
use super::schema::Schema;
use super::view;
use crate::fault::{Fault, Faults};
use crate::query::QueryError;

pub(crate) use field::field_name_problem;
pub(crate) use format::is_host;
pub(crate) use generic::*;
pub(crate) use rules::invalid as invalid_rule;

/// Whether a rule of a collection is sound under a schema: `plan::check_rule`.
pub type RuleCheck<'a> = &'a dyn Fn(&Schema, &Arc<Collection>, &str) -> Result<(), QueryError>;

/// Everything that can be said against a definition before a database is asked. `schema` is the one
/// the definition is to be saved into, or for an import the one it leads to; `old` is the stored
/// form.
#[must_use]
pub fn check(
    old: Option<&Collection>,
    new: &Collection,
    schema: &Schema,
    rule_check: RuleCheck<'_>,
) -> Faults {
    let after = with(schema, new);
    let new = after.by_id(&new.id).cloned().unwrap_or_else(|| Arc::new(new.clone()));
    let mut faults = Faults::default();
    envelope::check(old, &new, schema, &mut faults);
    let is_new = old.is_none() && schema.by_id(&new.id).is_none();
    fields::check(old, &new, &after, is_new, &mut faults);
    rules::check(old, &new, &after, rule_check, &mut faults);
    match &new.kind {
        Kind::Base => {}
        Kind::Auth(options) => {
            let rule = |text: &str| rule_check(&after, &new, text);
            options::check(&new, options, &rule, &mut faults);
        }
        Kind::View { .. } if new.adopted.is_some() => {}
        Kind::View { query } => check_query(schema, &new, query, &mut faults),
    }
    adopted::check(old, &new, &mut faults);
    cache::check(&new, &after, &mut faults);
    indexes::check(old, &new, schema, &mut faults);
    if faults.is_empty() {
        // A database would say this, after everything else was found in order.
        indexes::check_columns(&new, &after, &mut faults);
    }
    faults
}

/// The schema with the definition in the place of its stored form, or at the end.
fn with(schema: &Schema, new: &Collection) -> Schema {
    let mut all = schema.collections().to_vec();
    match all.iter_mut().find(|known| known.id == new.id) {
        Some(known) => *known = Arc::new(new.clone()),
        None => all.push(Arc::new(new.clone())),
    }
    Schema::new(all)
}

fn check_query(schema: &Schema, new: &Collection, query: &str, faults: &mut Faults) {
    if query.trim().is_empty() {
        return faults.add("viewQuery", blank());
    }
    let found = view::infer(schema, query);
    if let Err(problem) = found.and_then(|view| view.is_within(schema, &new.datasource)) {
        let message = format!("Invalid query - {problem}");
        faults.add("viewQuery", Fault::new("validation_invalid_view_query", message));
    }
}

#[cfg(test)]
mod tests;

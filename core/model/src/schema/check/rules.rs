//! Access rules.

use std::sync::Arc;

use super::RuleCheck;
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::query::QueryError;
use crate::schema::{Collection, Schema};

type Rule<'a> = (&'static str, Option<&'a str>);

pub(super) fn check(
    old: Option<&Collection>,
    new: &Arc<Collection>,
    schema: &Schema,
    rule_check: RuleCheck<'_>,
    faults: &mut Faults,
) {
    let before = old.filter(|old| old.system).map(of);
    for (at, (key, rule)) in of(new).into_iter().enumerate() {
        if before.as_ref().is_some_and(|before| before[at].1 != rule) {
            let message = "System collection API rule cannot be changed.";
            faults.add(key, Fault::new("validation_collection_system_rule_change", message));
        } else if new.is_view() && !["listRule", "viewRule"].contains(&key) {
            if rule.is_some() {
                faults.add(key, Fault::new("validation_nil", "Must be blank."));
            }
        } else if key == "manageRule" && rule == Some("") {
            let code = "validation_nil_or_not_empty_required";
            faults.add(key, Fault::new(code, "Cannot be blank."));
        } else if let Some(text) = rule.filter(|text| !text.is_empty())
            && let Err(error) = rule_check(schema, new, text)
        {
            faults.add(key, invalid(&error));
        }
    }
}

/// All rules of a collection, those of its type at the end.
fn of(collection: &Collection) -> Vec<Rule<'_>> {
    let rules = &collection.rules;
    let mut all = vec![
        ("listRule", rules.list.as_deref()),
        ("viewRule", rules.view.as_deref()),
        ("createRule", rules.create.as_deref()),
        ("updateRule", rules.update.as_deref()),
        ("deleteRule", rules.delete.as_deref()),
    ];
    if let Some(auth) = collection.auth() {
        all.push(("authRule", auth.auth_rule.as_deref()));
        all.push(("manageRule", auth.manage_rule.as_deref()));
    }
    all
}

/// A rule that does not compile. The byte offsets of the wrong token are Purlin's addition.
pub(crate) fn invalid(error: &QueryError) -> Fault {
    // Rules are far shorter than 2^53 bytes.
    #[allow(clippy::cast_precision_loss)]
    let offset = |at: usize| Json::Number(at as f64);
    Fault::new("validation_invalid_rule", format!("Invalid rule. Raw error: {}", error.message))
        .with("end", offset(error.span.end))
        .with("start", offset(error.span.start))
}

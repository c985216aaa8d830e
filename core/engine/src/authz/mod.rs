//! Authorization: the one gate. Who asks what of which collection becomes a [`Scope`], without
//! which no plan can be made.

use purlin_model::plan::Scope;
use purlin_model::{Action, Caller};

use crate::catalog::{Rule, Served};
use crate::error::{Answer, ApiError};

/// What the caller may reach of the collection with this action.
///
/// # Errors
/// 403 when nothing at all.
pub fn authorize(caller: &Caller, action: Action, served: &Served) -> Answer<Scope> {
    if caller.is_superuser() {
        return Ok(Scope::everything());
    }
    match served.rule(action) {
        Rule::Open => Ok(Scope::every_row()),
        Rule::Filter(rule) => Ok(Scope::rows(rule.clone())),
        Rule::Locked => Err(ApiError::superusers_only()),
        Rule::Broken(why) => Err(ApiError::superusers_only().because(format!(
            "the {action:?} rule of {} is broken: {why}",
            served.collection.name
        ))),
    }
}

/// What a caller sees of a record that it may certainly see: its own, one it has just written.
#[must_use]
pub fn sight(caller: &Caller) -> Scope {
    if caller.is_superuser() { Scope::everything() } else { Scope::every_row() }
}

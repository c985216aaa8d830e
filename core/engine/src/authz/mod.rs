//! Authorization: the one gate. Who asks what of which collection becomes a [`Scope`], without
//! which no plan can be made and no record written as JSON.
//!
//! Casbin (`adapter`, `matcher`, `model`) decides which lines match where the operator has a model
//! of its own; otherwise what `config/rbac_model.conf` says is compiled in, and tests ask Casbin
//! whether that is so.

mod adapter;
mod matcher;
mod model;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use purlin_model::plan::Scope;
use purlin_model::{Action, Caller};

use crate::catalog::{Served, Snapshot};
use crate::error::{Answer, ApiError};

pub use model::{Model, Unfit};

/// What the caller may reach of the collection with this action.
///
/// # Errors
/// 403 when nothing at all.
pub fn authorize(
    snapshot: &Snapshot,
    caller: &Caller,
    action: Action,
    served: &Served,
) -> Answer<Arc<Scope>> {
    if caller.is_superuser() {
        return Ok(served.gate.everything().clone());
    }
    let decision = snapshot.decide(caller, action, &served.gate);
    decision.scope.clone().ok_or_else(|| {
        let refused = ApiError::superusers_only();
        match served.gate.broken(action) {
            Some(why) => refused.because(format!(
                "the {} rule of {} is broken: {why}",
                action.text(),
                served.collection.name
            )),
            None => refused,
        }
    })
}

/// What a caller sees of a record that is shown to it whatever the row: its own, one it has just
/// written.
#[must_use]
pub fn sight(snapshot: &Snapshot, caller: &Caller, served: &Served) -> Arc<Scope> {
    match caller.is_superuser() {
        true => served.gate.everything().clone(),
        false => snapshot.decide(caller, Action::View, &served.gate).sight.clone(),
    }
}

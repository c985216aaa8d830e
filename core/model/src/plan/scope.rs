//! What a caller may reach, made concrete by authorization.

use std::sync::Arc;

use crate::query::Expr;

/// What a caller may reach of a collection with one action. Plans are made from a scope; only
/// authorization makes scopes (a test holds every other module to that).
#[derive(Clone, Debug)]
pub struct Scope {
    rows: Option<Arc<Expr>>,
    hidden: bool,
}

impl Scope {
    /// Every record with hidden fields: superusers, and Purlin itself.
    #[must_use]
    pub fn everything() -> Self {
        Scope { rows: None, hidden: true }
    }

    /// Every record.
    #[must_use]
    pub fn every_row() -> Self {
        Scope { rows: None, hidden: false }
    }

    /// The records for which the rule holds.
    #[must_use]
    pub fn rows(rule: Arc<Expr>) -> Self {
        Scope { rows: Some(rule), hidden: false }
    }

    /// The same sight of any record: what a caller sees of a record it has just written.
    #[must_use]
    pub fn any_row(&self) -> Self {
        Scope { rows: None, hidden: self.hidden }
    }

    /// The rule a record must satisfy, if any.
    #[must_use]
    pub fn rule(&self) -> Option<&Arc<Expr>> {
        self.rows.as_ref()
    }

    /// Whether hidden fields are seen and written.
    #[must_use]
    pub fn sees_hidden(&self) -> bool {
        self.hidden
    }
}

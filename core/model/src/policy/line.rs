//! One line: whom it speaks of, of what, what it says, and where.

use std::sync::Arc;

use super::subject::Subject;
use crate::caller::Action;
use crate::query::{self, Expr};

/// A policy, or the rule a collection has itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The id of its record; `None` for the rule of a collection.
    pub id: Option<Arc<str>>,
    /// Its position among the policies; of no meaning for the rule of a collection.
    pub position: usize,
    /// Whom it speaks of.
    pub subject: Subject,
    /// The id of the collection it speaks of; `None` = every one that is not a system collection.
    pub object: Option<Arc<str>>,
    /// What is done.
    pub deed: Deed,
    /// On which rows.
    pub rule: LineRule,
    /// The names of the fields it speaks of; none = all.
    pub fields: Vec<String>,
    /// What it says.
    pub effect: Effect,
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Effect {
    Allow,
    Deny,
}

/// On which rows a line speaks.
#[derive(Clone, Debug, PartialEq)]
pub enum LineRule {
    /// Every row.
    Every,
    /// Those the rule holds for: its text, and what it says.
    Where(Arc<str>, Arc<Expr>),
    /// The stored text does not parse (text, reason): as an allow it speaks of no row, as a deny of
    /// every row.
    Broken(Arc<str>, Arc<str>),
}

/// What a line speaks of being done: an action, or several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// One action.
    One(Action),
    /// `read`: list and view.
    Read,
    /// `write`: create, update and delete.
    Write,
    /// `*`: everything, `manage` too.
    Every,
}

impl LineRule {
    /// The rule of a text; the empty one is every row.
    #[must_use]
    pub fn of(text: &str) -> Self {
        if text.is_empty() {
            return LineRule::Every;
        }
        match query::parse(text) {
            Ok(expr) => LineRule::Where(text.into(), Arc::new(expr)),
            Err(error) => LineRule::Broken(text.into(), error.message.into()),
        }
    }

    /// The rule as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            LineRule::Every => "",
            LineRule::Where(text, _) | LineRule::Broken(text, _) => text,
        }
    }
}

impl Deed {
    /// All, in the order they are offered.
    pub const ALL: [Deed; 9] = [
        Deed::One(Action::List),
        Deed::One(Action::View),
        Deed::One(Action::Create),
        Deed::One(Action::Update),
        Deed::One(Action::Delete),
        Deed::One(Action::Manage),
        Deed::Read,
        Deed::Write,
        Deed::Every,
    ];

    /// As it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Deed::One(action) => action.text(),
            Deed::Read => "read",
            Deed::Write => "write",
            Deed::Every => "*",
        }
    }

    /// What a text names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Deed::ALL.into_iter().find(|deed| deed.text() == text)
    }

    /// Whether an action is among what is done.
    #[must_use]
    pub fn covers(self, action: Action) -> bool {
        match self {
            Deed::One(one) => one == action,
            Deed::Read => matches!(action, Action::List | Action::View),
            Deed::Write => matches!(action, Action::Create | Action::Update | Action::Delete),
            Deed::Every => true,
        }
    }
}

impl Effect {
    /// `allow` or `deny`.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
        }
    }
}

impl Line {
    /// The line that a collection's own rule for an action is, if it is one.
    #[must_use]
    pub fn own(collection: &str, action: Action, rule: &str) -> Self {
        Line {
            id: None,
            position: usize::MAX,
            subject: Subject::Anyone,
            object: Some(collection.into()),
            deed: Deed::One(action),
            rule: LineRule::of(rule),
            fields: Vec::new(),
            effect: Effect::Allow,
        }
    }

    /// Whether it names the field, or all.
    #[must_use]
    pub fn names(&self, field: &str) -> bool {
        self.fields.is_empty() || self.fields.iter().any(|name| name == field)
    }

    /// Whether it is an allow.
    #[must_use]
    pub fn allows(&self) -> bool {
        self.effect == Effect::Allow
    }
}

//! Who asks, and for what.

use std::sync::Arc;

use crate::record::Record;

/// Who makes a request.
#[derive(Clone, Debug)]
pub enum Caller {
    /// Nobody signed in.
    Guest,
    /// A record of an auth collection, loaded for this request.
    Record(Arc<Record>),
    /// A record of `_superusers`: bypasses rules, never validation.
    Superuser(Arc<Record>),
    /// Purlin itself: the command line, imports, cascades. Bypasses rules.
    System,
}

impl Caller {
    /// The signed-in record, if any.
    #[must_use]
    pub fn record(&self) -> Option<&Arc<Record>> {
        match self {
            Caller::Record(record) | Caller::Superuser(record) => Some(record),
            Caller::Guest | Caller::System => None,
        }
    }

    /// Whether rules are bypassed and hidden fields shown.
    #[must_use]
    pub fn is_superuser(&self) -> bool {
        matches!(self, Caller::Superuser(_) | Caller::System)
    }

    /// Whether this caller is the record `id` of the collection `collection_id`.
    #[must_use]
    pub fn is(&self, collection_id: &str, id: &str) -> bool {
        self.record()
            .is_some_and(|record| record.collection.id == collection_id && record.id() == id)
    }
}

/// What is to be done with records. The words name the handler, the service method, the rule, the
/// policy action and the SDK method alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Action {
    List,
    View,
    Create,
    Update,
    Delete,
    /// To change what only an auth record itself may: its e-mail, password and verified state.
    Manage,
}

impl Action {
    /// All of them.
    pub const ALL: [Action; 6] = [
        Action::List,
        Action::View,
        Action::Create,
        Action::Update,
        Action::Delete,
        Action::Manage,
    ];

    /// As it is written.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Action::List => "list",
            Action::View => "view",
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Manage => "manage",
        }
    }

    /// What a text names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Action::ALL.into_iter().find(|action| action.text() == text)
    }
}

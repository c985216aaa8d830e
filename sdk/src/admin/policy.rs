//! Policies and roles as typed records.

use serde::{Deserialize, Serialize};

/// One line of authorization: who may, or may not, do what with which records and fields; see
/// [`Client::policies`](crate::Client::policies).
///
/// ```
/// use purlin_sdk::{Effect, Policy};
///
/// let edit = Policy::allow("role:editor", "posts", "update")
///     .rule("author = @request.auth.id")
///     .fields(["title", "body"])
///     .note("Editors correct what they wrote");
/// assert_eq!(edit.effect, Effect::Allow);
/// let hide = Policy::deny("*", "users", "read").fields(["birthday"]);
/// assert_eq!(hide.rule, "");
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Policy {
    /// The record's id; empty until the policy is created.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// `*`, `@guest`, `@auth`, `role:NAME`, `COLLECTION/ID` or `COLLECTION/*`.
    pub subject: String,
    /// A collection's name, or `*` for each that is not a system collection.
    pub object: String,
    /// `list`, `view`, `create`, `update`, `delete`, `manage`, `read`, `write` or `*`.
    pub action: String,
    /// The rows it speaks of, in the filter language; empty = every row.
    #[serde(default)]
    pub rule: String,
    /// The fields it speaks of; none = all.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Whether it allows or denies.
    #[serde(default)]
    pub effect: Effect,
    /// Why it exists.
    #[serde(default)]
    pub note: String,
}

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Effect {
    /// It allows.
    #[default]
    Allow,
    /// It denies, whatever others allow.
    Deny,
}

/// Who has a role; see [`Client::roles`](crate::Client::roles).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Role {
    /// The record's id; empty until it is created.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// `COLLECTION/ID`, `COLLECTION/*`, or `role:NAME` to inherit.
    pub member: String,
    /// `role:NAME`.
    pub role: String,
}

impl Policy {
    /// A policy that lets the subject do it, with every row and every field.
    pub fn allow(subject: &str, object: &str, action: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            object: object.to_owned(),
            action: action.to_owned(),
            ..Self::default()
        }
    }

    /// A policy that keeps the subject from doing it.
    pub fn deny(subject: &str, object: &str, action: &str) -> Self {
        Self { effect: Effect::Deny, ..Self::allow(subject, object, action) }
    }

    /// Speaks only of rows for which this holds, in the filter language of rules.
    #[must_use]
    pub fn rule(mut self, rule: &str) -> Self {
        self.rule = rule.to_owned();
        self
    }

    /// Speaks only of these fields.
    #[must_use]
    pub fn fields<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.fields = names.into_iter().map(Into::into).collect();
        self
    }

    /// Says why it exists.
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        self.note = note.to_owned();
        self
    }
}

impl Role {
    /// Gives a role to a member.
    ///
    /// ```
    /// use purlin_sdk::Role;
    ///
    /// let given = Role::new("users/m5x2k8q0w1e9r7t", "role:editor");
    /// let inherited = Role::new("role:editor", "role:author");
    /// assert_eq!((given.role, inherited.member), ("role:editor".into(), "role:editor".into()));
    /// ```
    pub fn new(member: &str, role: &str) -> Self {
        Self { id: String::new(), member: member.to_owned(), role: role.to_owned() }
    }
}

//! Every subject that covers a caller.

use std::sync::Arc;

use super::roles::Roles;
use super::subject::Subject;
use crate::caller::Caller;

/// A caller as lines see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Every subject that covers it, itself first.
    pub subjects: Vec<Subject>,
    /// Its roles without the `role:` before them, direct and inherited.
    pub roles: Vec<Arc<str>>,
}

impl Identity {
    /// Of a caller; superusers have one like everybody, though lines are not asked of them.
    #[must_use]
    pub fn of(caller: &Caller, roles: &Roles) -> Self {
        let mut subjects = vec![Subject::of(caller)];
        if let Some(record) = caller.record() {
            subjects.push(Subject::Any(record.collection.id.as_str().into()));
            subjects.push(Subject::SignedIn);
        }
        subjects.push(Subject::Anyone);
        let roles = if roles.is_empty() { Vec::new() } else { roles.of(&subjects) };
        subjects.extend(roles.iter().cloned().map(Subject::Role));
        Identity { subjects, roles }
    }
}

//! What an auth record's submission must carry beyond its fields (http-api.md 4.2). These faults
//! are answered alone, before any field is validated.

use super::Draft;
use crate::fault::{Fault, Faults};
use crate::normalise::text;

/// What the checks found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuthForm {
    /// What is wrong; not empty = answer these alone.
    pub faults: Faults,
    /// A password that must match the stored hash before anything else is validated; a wrong one
    /// is answered with [`wrong_old_password`].
    pub old_password: Option<String>,
    /// Whether `password` is to be changed to the plain text in the draft.
    pub password_changed: bool,
    /// Whether `email` differs from the stored one.
    pub email_changed: bool,
}

impl AuthForm {
    /// Whether all tokens of the record must die: a new token key is due.
    #[must_use]
    pub fn rotates_token_key(&self, draft: &Draft) -> bool {
        !draft.is_new && (self.password_changed || self.email_changed)
    }
}

/// Checks the draft of an auth record. `manager` = superusers, and callers the manage rule holds
/// for.
#[must_use]
pub fn check(draft: &Draft, manager: bool) -> AuthForm {
    let mut form = AuthForm::default();
    let (old, new) = (&draft.base, &draft.record);
    let sent = |key: &str| draft.body.get(key).map(text).unwrap_or_default();
    form.email_changed = !draft.is_new && old.text("email") != new.text("email");
    if form.email_changed && !manager {
        form.faults.add("email", mismatch());
    }
    if !manager && old.flag("verified") != new.flag("verified") {
        form.faults.add("verified", mismatch());
    }
    let password = if draft.body.get("password").is_some() {
        new.text("password").to_owned()
    } else {
        String::new()
    };
    let (confirm, old_password) = (sent("passwordConfirm"), sent("oldPassword"));
    let any = [&password, &confirm, &old_password].iter().any(|text| !text.is_empty());
    if draft.is_new || any {
        form.password_changed = !password.is_empty();
        require("password", &password, &mut form.faults);
        if confirm.is_empty() {
            require("passwordConfirm", &confirm, &mut form.faults);
        } else if confirm != password {
            form.faults.add("passwordConfirm", mismatch());
        }
        if !draft.is_new && !manager {
            require("oldPassword", &old_password, &mut form.faults);
            form.old_password = Some(old_password);
        }
    }
    form
}

/// What is answered when the old password is wrong.
#[must_use]
pub fn wrong_old_password() -> Faults {
    let fault = Fault::new("validation_invalid_old_password", "missing or invalid old password");
    Faults(vec![("oldPassword".to_owned(), fault)])
}

fn require(key: &str, text: &str, faults: &mut Faults) {
    if text.is_empty() {
        faults.add(key, Fault::new("validation_required", "cannot be blank"));
    }
}

fn mismatch() -> Fault {
    Fault::new("validation_values_mismatch", "values don't match")
}

//! The bodies of sign-in requests.

use purlin_model::{Collection, Fault, Faults, Json};

use crate::error::{Answer, ApiError};

/// The longest identity and password, in bytes.
const MAX_LENGTH: usize = 255;
const MALFORMED: &str = "An error occurred while loading the submitted data.";
const INVALID: &str = "An error occurred while validating the submitted data.";

/// `{"identity", "password", "identityField"?}`
#[derive(Clone, Debug)]
pub struct PasswordForm {
    /// An e-mail address or another identity field's value.
    pub identity: String,
    /// The password in plain text.
    pub password: String,
    /// Which field the identity belongs to; `None` = any of the collection's identity fields.
    pub identity_field: Option<String>,
}

impl PasswordForm {
    /// Reads the form from a body whose member names have any case.
    ///
    /// # Errors
    /// What is not a text, too long, or no identity field of the collection.
    pub fn read(body: &Json, collection: &Collection) -> Answer<Self> {
        let (identity, password) = (text(body, "identity")?, text(body, "password")?);
        let identity_field = Some(text(body, "identityField")?).filter(|name| !name.is_empty());
        let mut faults = Faults::default();
        check_length("identity", &identity, &mut faults);
        if identity_field.as_ref().is_some_and(|named| !identity_fields(collection).contains(named))
        {
            let fault = Fault::new("validation_in_invalid", "must be a valid value");
            faults.add("identityField", fault);
        }
        check_length("password", &password, &mut faults);
        match faults.is_empty() {
            true => Ok(PasswordForm { identity, password, identity_field }),
            false => Err(ApiError::invalid(INVALID, faults)),
        }
    }

    /// The names of the fields to look the identity up in, in order.
    #[must_use]
    pub fn fields(&self, collection: &Collection) -> Vec<String> {
        if let Some(named) = &self.identity_field {
            return vec![named.clone()];
        }
        let known = identity_fields(collection).iter().cloned();
        let (mut first, rest): (Vec<_>, Vec<_>) = known.partition(|name| name == "email");
        first.extend(rest);
        first
    }
}

fn check_length(key: &'static str, text: &str, faults: &mut Faults) {
    if text.is_empty() {
        faults.add(key, Fault::new("validation_required", "cannot be blank"));
    } else if text.len() > MAX_LENGTH {
        let message = format!("the length must be between 1 and {MAX_LENGTH}");
        let fault = Fault::new("validation_length_out_of_range", message)
            .with("max", Json::Number(MAX_LENGTH as f64))
            .with("min", Json::Number(1.0));
        faults.add(key, fault);
    }
}

fn identity_fields(collection: &Collection) -> &[String] {
    collection.auth().map_or(&[], |auth| &auth.password_auth.identity_fields)
}

/// The text of a member whose name has any case; `""` where there is none.
///
/// # Errors
/// What is not a text, and a name that is there twice.
pub(super) fn text(body: &Json, key: &str) -> Answer<String> {
    match member(body, key)? {
        None | Some(Json::Null) => Ok(String::new()),
        Some(Json::Text(text)) => Ok(text.clone()),
        Some(_) => Err(ApiError::bad_request(MALFORMED)),
    }
}

fn member<'j>(body: &'j Json, key: &str) -> Answer<Option<&'j Json>> {
    let members = body.members().unwrap_or_default().iter();
    let mut same = members.filter(|(name, _)| name.eq_ignore_ascii_case(key));
    match (same.next(), same.next()) {
        (_, Some(_)) => {
            Err(ApiError::bad_request(MALFORMED).because(format!("{key} is there twice")))
        }
        (first, None) => Ok(first.map(|(_, value)| value)),
    }
}

/// The `duration` of an impersonation in seconds; `None` = as the collection says. In a form it is
/// written as a text.
///
/// # Errors
/// What is no whole number, or below zero.
pub fn impersonation_seconds(body: &Json, form: bool) -> Answer<Option<i64>> {
    let malformed = || ApiError::bad_request(MALFORMED);
    let seconds = match member(body, "duration")? {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Number(number)) if number.fract() == 0.0 && number.abs() < 1e15 => {
            *number as i64
        }
        Some(Json::Text(text)) if form && text.is_empty() => 0,
        Some(Json::Text(text)) if form => text.parse().map_err(|_| malformed())?,
        Some(_) => return Err(malformed()),
    };
    if seconds < 0 {
        let message = "must be no less than 0";
        let fault = Fault::new("validation_min_greater_equal_than_required", message)
            .with("threshold", Json::Number(0.0));
        return Err(ApiError::invalid_value(INVALID, "duration", fault));
    }
    Ok(Some(seconds).filter(|seconds| *seconds > 0))
}

//! The bodies of sign-in requests.

use purlin_model::{Collection, Fault, Faults, Json};

use crate::error::{Answer, ApiError};

/// The longest identity and password, in characters.
const MAX_LENGTH: usize = 255;
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
    /// What is not a text.
    pub fn read(body: &Json) -> Answer<Self> {
        let text = |key: &str| match body.get_any_case(key) {
            None | Some(Json::Null) => Ok(String::new()),
            Some(Json::Text(text)) => Ok(text.clone()),
            Some(_) => {
                Err(ApiError::bad_request("An error occurred while loading the submitted data."))
            }
        };
        let (identity, password) = (text("identity")?, text("password")?);
        let identity_field = Some(text("identityField")?).filter(|name| !name.is_empty());
        let mut faults = Faults::default();
        for (key, value) in [("identity", &identity), ("password", &password)] {
            if value.is_empty() {
                faults.add(key, Fault::new("validation_required", "cannot be blank"));
            } else if value.chars().count() > MAX_LENGTH {
                let message = format!("the length must be between 1 and {MAX_LENGTH}");
                let fault = Fault::new("validation_length_out_of_range", message)
                    .with("max", Json::Number(MAX_LENGTH as f64))
                    .with("min", Json::Number(1.0));
                faults.add(key, fault);
            }
        }
        match faults.is_empty() {
            true => Ok(PasswordForm { identity, password, identity_field }),
            false => Err(ApiError::invalid(INVALID, faults)),
        }
    }

    /// The names of the fields to look the identity up in, in order.
    ///
    /// # Errors
    /// 400 when the field named is not one of the collection's identity fields.
    pub fn fields(&self, collection: &Collection) -> Answer<Vec<String>> {
        let auth = collection.auth();
        let known = auth.map(|auth| auth.password_auth.identity_fields.clone()).unwrap_or_default();
        let Some(named) = &self.identity_field else {
            let (mut first, rest): (Vec<_>, Vec<_>) =
                known.into_iter().partition(|name| name == "email");
            first.extend(rest);
            return Ok(first);
        };
        if known.contains(named) {
            return Ok(vec![named.clone()]);
        }
        let fault = Fault::new("validation_in_invalid", "must be a valid value");
        Err(ApiError::invalid_value(INVALID, "identityField", fault))
    }
}

/// The `duration` of an impersonation in seconds; `None` = as the collection says.
pub(super) fn duration(body: &Json) -> Answer<Option<i64>> {
    let seconds = match body.get_any_case("duration") {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Number(number)) if number.fract() == 0.0 && number.abs() < 1e15 => {
            *number as i64
        }
        Some(_) => {
            let message = "An error occurred while loading the submitted data.";
            return Err(ApiError::bad_request(message));
        }
    };
    if seconds < 0 {
        let fault =
            Fault::new("validation_min_greater_equal_than_required", "must be no less than 0")
                .with("threshold", Json::Number(0.0));
        return Err(ApiError::invalid_value(INVALID, "duration", fault));
    }
    Ok(Some(seconds).filter(|seconds| *seconds > 0))
}

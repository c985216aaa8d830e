//! The options of an auth collection (http-api.md 3.9).

use super::{at_least, at_most, blank, format, length_between, rules};
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::query::QueryError;
use crate::schema::auth::{AuthOptions, EmailTemplate, OAuth2, PasswordAuth, TokenOptions};
use crate::schema::{Collection, providers};

/// A day.
const MAX_DURATION: i64 = 86_400;
/// Three years of 365.25 days and a little: the longest life of a token.
const MAX_TOKEN_DURATION: i64 = 94_670_856;

pub(super) fn check(
    collection: &Collection,
    options: &AuthOptions,
    rule: &dyn Fn(&str) -> Result<(), QueryError>,
    faults: &mut Faults,
) {
    let alert = check_template(&options.auth_alert.email_template);
    add(faults, "authAlert", nested("emailTemplate", alert));
    add(faults, "oauth2", check_oauth2(&options.oauth2));
    add(faults, "passwordAuth", check_password_auth(collection, &options.password_auth));
    add(faults, "otp", check_otp(options));
    add(faults, "mfa", check_mfa(options, rule));
    for (key, token) in [
        ("authToken", &options.auth_token),
        ("passwordResetToken", &options.password_reset_token),
        ("emailChangeToken", &options.email_change_token),
        ("verificationToken", &options.verification_token),
        ("fileToken", &options.file_token),
    ] {
        add(faults, key, check_token(token));
    }
    for (key, template) in [
        ("verificationTemplate", &options.verification_template),
        ("resetPasswordTemplate", &options.reset_password_template),
        ("confirmEmailChangeTemplate", &options.confirm_email_change_template),
    ] {
        add(faults, key, check_template(template));
    }
}

fn add(faults: &mut Faults, key: &str, own: Faults) {
    if !own.is_empty() {
        *faults.group(key) = own;
    }
}

fn nested(key: &str, own: Faults) -> Faults {
    let mut faults = Faults::default();
    add(&mut faults, key, own);
    faults
}

fn check_template(template: &EmailTemplate) -> Faults {
    let mut faults = Faults::default();
    for (key, text) in [("subject", &template.subject), ("body", &template.body)] {
        if text.is_empty() {
            faults.add(key, blank());
        }
    }
    faults
}

fn check_token(token: &TokenOptions) -> Faults {
    let mut faults = Faults::default();
    if token.secret.is_empty() {
        faults.add("secret", blank());
    } else if !(30..=255).contains(&token.secret.len()) {
        faults.add("secret", length_between(30, 255));
    }
    check_between("duration", token.duration, 10, MAX_TOKEN_DURATION, &mut faults);
    faults
}

/// Bounds are far below 2^53.
#[allow(clippy::cast_precision_loss)]
fn check_between(key: &str, value: i64, least: i64, most: i64, faults: &mut Faults) {
    if value == 0 {
        faults.add(key, blank());
    } else if value < least {
        faults.add(key, at_least(least as f64));
    } else if value > most {
        faults.add(key, at_most(most as f64));
    }
}

fn check_otp(options: &AuthOptions) -> Faults {
    let otp = &options.otp;
    let mut faults = nested("emailTemplate", check_template(&otp.email_template));
    if otp.enabled {
        check_between("duration", otp.duration, 10, MAX_DURATION, &mut faults);
        check_between("length", otp.length, 4, i64::MAX, &mut faults);
    }
    faults
}

fn check_mfa(options: &AuthOptions, rule: &dyn Fn(&str) -> Result<(), QueryError>) -> Faults {
    let mfa = &options.mfa;
    let mut faults = Faults::default();
    if !mfa.enabled {
        return faults;
    }
    check_between("duration", mfa.duration, 10, MAX_DURATION, &mut faults);
    if !mfa.rule.is_empty()
        && let Err(error) = rule(&mfa.rule)
    {
        faults.add("rule", rules::invalid(&error));
    }
    let methods = [options.password_auth.enabled, options.otp.enabled, options.oauth2.enabled];
    if faults.is_empty() && methods.iter().filter(|enabled| **enabled).count() < 2 {
        let message = "MFA requires at least 2 auth methods to be enabled.";
        faults.add("enabled", Fault::new("validation_mfa_not_enough_auths", message));
    }
    faults
}

fn check_password_auth(collection: &Collection, options: &PasswordAuth) -> Faults {
    let mut faults = Faults::default();
    let key = "identityFields";
    if !options.enabled {
        return faults;
    }
    if options.identity_fields.is_empty() {
        faults.add(key, blank());
    }
    let fields = &options.identity_fields;
    let named = |code, message: String, name: &String| {
        Fault::new(code, message).with("fieldName", Json::Text(name.clone()))
    };
    if let Some(name) = fields.iter().find(|name| collection.field(name).is_none()) {
        let message = format!("Invalid or missing field {name}.");
        faults.add(key, named("validation_missing_field", message, name));
    } else if let Some(name) = fields.iter().find(|name| !collection.is_unique(name)) {
        let message = format!("The field {name} doesn't have a UNIQUE constraint.");
        faults.add(key, named("validation_missing_unique_constraint", message, name));
    }
    faults
}

fn check_oauth2(oauth2: &OAuth2) -> Faults {
    let mut all = Faults::default();
    if !oauth2.enabled {
        return all;
    }
    let names: Vec<&str> = oauth2.providers.iter().map(|item| item.name.as_str()).collect();
    let twice =
        (0..names.len()).find(|at| !names[*at].is_empty() && names[..*at].contains(&names[*at]));
    if let Some(at) = twice {
        let message = format!("The provider {} is already registered.", names[at]);
        let fault = Fault::new("validation_duplicated_provider", message);
        let fault = fault.with("name", Json::from(names[at]));
        all.group("providers").group(&at.to_string()).add("name", fault);
        return all;
    }
    for (at, item) in oauth2.providers.iter().enumerate() {
        let mut faults = Faults::default();
        if item.name.is_empty() {
            faults.add("name", blank());
        } else if !providers::is_known(&item.name) {
            let message = format!("Invalid or missing provider with name {}.", item.name);
            let fault = Fault::new("validation_missing_provider", message);
            faults.add("name", fault.with("name", Json::Text(item.name.clone())));
        }
        for (key, text) in [("clientId", &item.client_id), ("clientSecret", &item.client_secret)] {
            if text.is_empty() {
                faults.add(key, blank());
            }
        }
        for (key, url) in [
            ("authURL", &item.auth_url),
            ("tokenURL", &item.token_url),
            ("userInfoURL", &item.user_info_url),
        ] {
            if !url.is_empty() && !format::is_url(url) {
                faults.add(key, Fault::new("validation_is_url", "Must be a valid URL."));
            }
        }
        if !faults.is_empty() {
            *all.group("providers").group(&at.to_string()) = faults;
        }
    }
    all
}

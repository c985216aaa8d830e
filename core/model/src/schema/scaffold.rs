//! Blank collections with their defaults (http-api.md 3.2, 3.9).

use super::auth::{
    AuthAlert, AuthOptions, EmailTemplate, Mfa, OAuth2, Otp, PasswordAuth, TOKEN_SECRET_LENGTH,
    TokenOptions,
};
use super::collection::{Collection, Kind, MAIN, Rules};
use super::field::{Field, FieldKind};
use super::{index, mails};

/// Gives a random text of that many characters of `a-z A-Z 0-9`.
pub type Random<'a> = &'a mut dyn FnMut(usize) -> String;

/// A blank collection of a type; `None` for a type that does not exist. Auth collections take the
/// secrets of their tokens from `random`.
#[must_use]
pub fn scaffold(type_name: &str, random: Random<'_>) -> Option<Collection> {
    match type_name {
        "" | "base" => Some(base()),
        "auth" => Some(auth(random)),
        "view" => Some(view()),
        _ => None,
    }
}

/// A blank collection of plain records.
#[must_use]
pub fn base() -> Collection {
    Collection {
        id: String::new(),
        name: String::new(),
        kind: Kind::Base,
        system: false,
        fields: vec![id_field()],
        indexes: Vec::new(),
        rules: Rules::default(),
        created: String::new(),
        updated: String::new(),
        datasource: MAIN.to_owned(),
        adopted: None,
        change_log: true,
        cache_ttl: None,
    }
}

/// A blank collection of records that sign in. As it has no id yet, its indexes carry a random one.
#[must_use]
pub fn auth(random: Random<'_>) -> Collection {
    let mut collection = base();
    collection.kind = Kind::Auth(Box::new(auth_options(random)));
    collection.fields.extend(auth_fields());
    let suffix = random(10).to_lowercase();
    collection.indexes = index::required_auth_indexes(&suffix, "");
    collection
}

/// A blank view.
#[must_use]
pub fn view() -> Collection {
    let mut collection = base();
    collection.kind = Kind::View { query: String::new() };
    collection.fields.clear();
    collection
}

/// The `id` field of a new collection.
#[must_use]
pub fn id_field() -> Field {
    let kind = FieldKind::Text {
        min: 15,
        max: 15,
        pattern: "^[a-z0-9]+$".to_owned(),
        autogenerate_pattern: "[a-z0-9]{15}".to_owned(),
        primary_key: true,
    };
    Field { system: true, required: true, ..Field::new("id", kind) }
}

/// The system fields of an auth collection beside `id`.
#[must_use]
pub fn auth_fields() -> [Field; 5] {
    let password = FieldKind::Password { min: 8, max: 0, pattern: String::new(), cost: 0 };
    let token_key = FieldKind::Text {
        min: 30,
        max: 60,
        pattern: String::new(),
        autogenerate_pattern: "[a-zA-Z0-9]{50}".to_owned(),
        primary_key: false,
    };
    let email = FieldKind::Email { except_domains: Vec::new(), only_domains: Vec::new() };
    let system = |name, kind| Field { system: true, ..Field::new(name, kind) };
    [
        Field { hidden: true, required: true, ..system("password", password) },
        Field { hidden: true, required: true, ..system("tokenKey", token_key) },
        Field { required: true, ..system("email", email) },
        system("emailVisibility", FieldKind::Bool),
        system("verified", FieldKind::Bool),
    ]
}

/// The options of a new auth collection, with new secrets.
#[must_use]
pub fn auth_options(random: Random<'_>) -> AuthOptions {
    let mut token = |duration| TokenOptions { secret: random(TOKEN_SECRET_LENGTH), duration };
    AuthOptions {
        auth_rule: Some(String::new()),
        manage_rule: None,
        auth_alert: AuthAlert { enabled: true, email_template: mail(mails::AUTH_ALERT) },
        oauth2: OAuth2::default(),
        password_auth: PasswordAuth { enabled: true, identity_fields: vec!["email".to_owned()] },
        mfa: Mfa { enabled: false, duration: 600, rule: String::new() },
        otp: Otp { enabled: false, duration: 180, length: 8, email_template: mail(mails::OTP) },
        auth_token: token(432_000),
        password_reset_token: token(1800),
        email_change_token: token(1800),
        verification_token: token(86_400),
        file_token: token(180),
        verification_template: mail(mails::VERIFICATION),
        reset_password_template: mail(mails::RESET_PASSWORD),
        confirm_email_change_template: mail(mails::CONFIRM_EMAIL_CHANGE),
    }
}

fn mail((subject, body): (&str, &str)) -> EmailTemplate {
    EmailTemplate { subject: subject.to_owned(), body: body.to_owned() }
}

//! The options of an auth collection (http-api.md 3.9).

/// Characters of a secret that is drawn for a kind of token.
pub const TOKEN_SECRET_LENGTH: usize = 50;

/// Everything an auth collection has beyond a base collection.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct AuthOptions {
    /// Must hold for a record to be given a token; `None` = nobody signs in.
    pub auth_rule: Option<String>,
    /// Who may manage the records of others; never public.
    pub manage_rule: Option<String>,
    pub auth_alert: AuthAlert,
    pub oauth2: OAuth2,
    pub password_auth: PasswordAuth,
    pub mfa: Mfa,
    pub otp: Otp,
    pub auth_token: TokenOptions,
    pub password_reset_token: TokenOptions,
    pub email_change_token: TokenOptions,
    pub verification_token: TokenOptions,
    pub file_token: TokenOptions,
    pub verification_template: EmailTemplate,
    pub reset_password_template: EmailTemplate,
    pub confirm_email_change_template: EmailTemplate,
}

/// A kind of token.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenOptions {
    /// Part of the signing key with the record's `tokenKey`; write-only.
    pub secret: String,
    /// Seconds.
    pub duration: i64,
}

/// Subject and body of a mail, with placeholders.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct EmailTemplate {
    pub subject: String,
    pub body: String,
}

/// The mail about a sign-in from a new place.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct AuthAlert {
    pub enabled: bool,
    pub email_template: EmailTemplate,
}

/// Sign-in with a password.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct PasswordAuth {
    pub enabled: bool,
    /// Fields that name a record at sign-in, each with a unique index of its own.
    pub identity_fields: Vec<String>,
}

/// Two factors.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Mfa {
    pub enabled: bool,
    /// Seconds between the factors.
    pub duration: i64,
    /// Records for which a second factor is asked; `""` = all.
    pub rule: String,
}

/// One-time passwords by mail.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct Otp {
    pub enabled: bool,
    /// Seconds of life.
    pub duration: i64,
    /// Digits.
    pub length: i64,
    pub email_template: EmailTemplate,
}

/// Sign-in through other services.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct OAuth2 {
    pub enabled: bool,
    pub mapped_fields: MappedFields,
    pub providers: Vec<OAuth2Provider>,
}

/// Names of collection fields filled at sign-up.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct MappedFields {
    pub id: String,
    pub name: String,
    pub username: String,
    pub avatar_url: String,
}

/// One configured service.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct OAuth2Provider {
    pub name: String,
    pub client_id: String,
    /// Write-only.
    pub client_secret: String,
    pub auth_url: String,
    pub token_url: String,
    pub user_info_url: String,
    pub display_name: String,
    pub pkce: Option<bool>,
    /// A JSON object as given.
    pub extra: crate::json::Json,
}

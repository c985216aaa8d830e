//! The ways in which a collection lets its users sign in.

use serde::Deserialize;

/// The ways in which a collection lets its users sign in.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[non_exhaustive]
pub struct AuthMethods {
    /// By identity and password.
    #[serde(default)]
    pub password: PasswordMethod,
    /// Through another provider.
    #[serde(default)]
    pub oauth2: OAuth2Methods,
    /// By two methods one after the other.
    #[serde(default)]
    pub mfa: TimedMethod,
    /// By a one-time password that is mailed.
    #[serde(default)]
    pub otp: TimedMethod,
}

/// Signing in with identity and password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PasswordMethod {
    /// Whether it is allowed.
    pub enabled: bool,
    /// The fields that identify a user, such as `email`.
    pub identity_fields: Vec<String>,
}

/// Signing in through other providers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct OAuth2Methods {
    /// Whether it is allowed.
    pub enabled: bool,
    /// The configured providers, in the order to show them.
    pub providers: Vec<AuthProvider>,
}

/// One OAuth2 provider, with everything that starts a sign-in. State and verifier are new in every
/// answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct AuthProvider {
    /// The provider's key, such as `google`.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// Its logo as SVG text.
    pub logo: String,
    /// Must come back with the provider's redirect.
    pub state: String,
    /// Where to send the browser; append the encoded redirect URL.
    #[serde(rename = "authURL")]
    pub auth_url: String,
    /// The PKCE verifier, or `""` when the provider does without.
    pub code_verifier: String,
    /// The PKCE challenge that the URL carries.
    pub code_challenge: String,
    /// How the challenge was made, such as `S256`.
    pub code_challenge_method: String,
}

/// A method with a time limit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct TimedMethod {
    /// Whether it is allowed.
    pub enabled: bool,
    /// Seconds until it expires; 0 when it is not allowed.
    pub duration: u64,
}

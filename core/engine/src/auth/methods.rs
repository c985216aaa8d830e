//! Which ways to sign in a collection offers (http-api.md 5.3).

use purlin_model::Json;
use purlin_model::schema::AuthOptions;
use purlin_model::schema::auth::OAuth2;

use super::provider;
use crate::catalog::Served;

/// The answer of `auth-methods`. State and code verifier of each service are drawn anew and kept
/// nowhere: the client brings them back.
pub(super) fn json(served: &Served) -> Json {
    let Some(auth) = served.collection.auth() else { return Json::Null };
    let password = &auth.password_auth;
    let fields: &[String] = if password.enabled { &password.identity_fields } else { &[] };
    let by = |name: &str| Json::Bool(fields.iter().any(|field| field == name));
    let names = Json::List(fields.iter().cloned().map(Json::Text).collect());
    let providers = offers(&auth.oauth2);
    // Clients of old versions read the last three members.
    let nameless = providers.iter().map(provider::without_logo).collect();
    object(vec![
        (
            "password",
            object(vec![("identityFields", names), ("enabled", Json::Bool(password.enabled))]),
        ),
        (
            "oauth2",
            object(vec![
                ("providers", Json::List(providers)),
                ("enabled", Json::Bool(auth.oauth2.enabled)),
            ]),
        ),
        ("mfa", mfa(auth)),
        ("otp", otp(auth)),
        ("authProviders", Json::List(nameless)),
        ("usernamePassword", by("username")),
        ("emailPassword", by("email")),
    ])
}

/// The services in the order configured; a name that is not known (any more) is left out.
fn offers(oauth2: &OAuth2) -> Vec<Json> {
    let configured: &[_] = if oauth2.enabled { &oauth2.providers } else { &[] };
    configured.iter().filter_map(provider::offer).collect()
}

fn mfa(auth: &AuthOptions) -> Json {
    switch(auth.mfa.enabled, auth.mfa.duration)
}

fn otp(auth: &AuthOptions) -> Json {
    switch(auth.otp.enabled, auth.otp.duration)
}

/// Durations are far below 2^53.
#[allow(clippy::cast_precision_loss)]
fn switch(enabled: bool, seconds: i64) -> Json {
    let seconds = if enabled { seconds as f64 } else { 0.0 };
    object(vec![("enabled", Json::Bool(enabled)), ("duration", Json::Number(seconds))])
}

pub(super) fn object(members: Vec<(&str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

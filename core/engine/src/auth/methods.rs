//! Which ways to sign in a collection offers (http-api.md 5.3).

use purlin_model::Json;

use crate::catalog::Served;

/// The answer of `auth-methods`. One-time passwords, second factors and other services are listed
/// once they are served.
pub(super) fn json(served: &Served) -> Json {
    let object = |members: Vec<(&str, Json)>| {
        Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    };
    let password = served.collection.auth().map(|auth| &auth.password_auth);
    let enabled = password.is_some_and(|password| password.enabled);
    let fields: Vec<String> = password
        .filter(|password| password.enabled)
        .map(|password| password.identity_fields.clone())
        .unwrap_or_default();
    let by = |name: &str| Json::Bool(enabled && fields.iter().any(|field| field == name));
    let off = || object(vec![("enabled", Json::Bool(false)), ("duration", Json::Number(0.0))]);
    let (by_username, by_email) = (by("username"), by("email"));
    let names = Json::List(fields.into_iter().map(Json::Text).collect());
    object(vec![
        ("password", object(vec![("identityFields", names), ("enabled", Json::Bool(enabled))])),
        (
            "oauth2",
            object(vec![("providers", Json::List(Vec::new())), ("enabled", Json::Bool(false))]),
        ),
        ("mfa", off()),
        ("otp", off()),
        ("authProviders", Json::List(Vec::new())),
        ("usernamePassword", by_username),
        ("emailPassword", by_email),
    ])
}

//! What a client needs to send somebody to another service (http-api.md 5.3, 5.5).

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use purlin_model::Json;
use purlin_model::schema::auth::OAuth2Provider;
use purlin_model::schema::providers::{self, Provider};

use super::methods::object;
use crate::{query_string, random};

const STATE_LENGTH: usize = 30;
/// The shortest a verifier may be (RFC 7636, 4.1).
const VERIFIER_LENGTH: usize = 43;

/// What was drawn for one offer.
struct Drawn {
    state: String,
    /// `None` where the service does without.
    proof: Option<Proof>,
}

/// A code verifier and its challenge (RFC 7636, method S256).
struct Proof {
    verifier: String,
    challenge: String,
}

/// The offer of a configured service; `None` for a name that is not known.
pub(super) fn offer(configured: &OAuth2Provider) -> Option<Json> {
    let known = providers::find(&configured.name)?;
    let pkce = configured.pkce.unwrap_or(known.pkce);
    let drawn = Drawn { state: random::text(STATE_LENGTH), proof: pkce.then(Proof::draw) };
    let url = auth_url(known, configured, &drawn);
    let (verifier, challenge, method) = match &drawn.proof {
        Some(proof) => (&*proof.verifier, &*proof.challenge, "S256"),
        None => ("", "", ""),
    };
    let display_name = or(&configured.display_name, known.display_name);
    let members = [
        ("name", known.name),
        ("displayName", display_name),
        ("logo", &providers::logo(known.display_name)),
        ("state", &drawn.state),
        ("authURL", &url),
        ("authUrl", &url),
        ("codeVerifier", verifier),
        ("codeChallenge", challenge),
        ("codeChallengeMethod", method),
    ];
    Some(object(members.map(|(key, text)| (key, Json::from(text))).into()))
}

/// The offer as clients of old versions get it.
pub(super) fn without_logo(offer: &Json) -> Json {
    let members = offer.members().unwrap_or_default().iter().cloned();
    let blank = |(key, value): (String, Json)| match &*key {
        "logo" => (key, Json::from("")),
        _ => (key, value),
    };
    Json::Object(members.map(blank).collect())
}

impl Proof {
    fn draw() -> Proof {
        let verifier = random::text(VERIFIER_LENGTH);
        let challenge = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        Proof { verifier, challenge }
    }
}

/// Where to send people. Parameters are in alphabetical order, but `redirect_uri` comes last and
/// empty: the client appends its own.
fn auth_url(known: &Provider, configured: &OAuth2Provider, drawn: &Drawn) -> String {
    let base = or(&configured.auth_url, known.auth_url);
    let mut parameters = vec![("client_id", &*configured.client_id)];
    if let Some(proof) = &drawn.proof {
        parameters.push(("code_challenge", &proof.challenge));
        parameters.push(("code_challenge_method", "S256"));
    }
    if !known.response_mode.is_empty() {
        parameters.push(("response_mode", known.response_mode));
    }
    parameters.push(("response_type", "code"));
    if !known.scope.is_empty() {
        parameters.push(("scope", known.scope));
    }
    parameters.push(("state", &drawn.state));
    let mut url = base.to_owned();
    let mut separator = if base.contains('?') { '&' } else { '?' };
    for (name, value) in parameters {
        url.push(separator);
        url.push_str(name);
        url.push('=');
        url.push_str(&query_string::encode(value));
        separator = '&';
    }
    url.push_str("&redirect_uri=");
    url
}

fn or<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

//! Signed tokens (http-api.md 5.1).
//!
//! A token is signed with the record's `tokenKey` followed by the collection's secret for that
//! kind of token: changing either ends every token made with it. Nothing is kept of a token.

use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use purlin_model::Record;
use purlin_model::schema::AuthOptions;
use serde::{Deserialize, Serialize, Serializer};

use crate::error::{Answer, ApiError};

/// The `type` of the tokens that go into the `Authorization` header.
const AUTH: &str = "auth";

/// What a token says. Members are in alphabetical order, as they are written.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Claims {
    /// The id of the record's collection; its name is accepted too.
    #[serde(rename = "collectionId")]
    pub collection_id: String,
    /// End of life, Unix seconds. Every token made here has one; one that an app signed itself with
    /// the record's keys lives without it until the keys change.
    #[serde(default, serialize_with = "whole_seconds")]
    pub exp: Option<f64>,
    /// Not before, Unix seconds; never written here.
    #[serde(default, skip_serializing)]
    pub nbf: Option<f64>,
    /// Made at, Unix seconds; never written here.
    #[serde(default, skip_serializing)]
    pub iat: Option<f64>,
    /// The record's id.
    pub id: String,
    /// Whether a refresh gives a new token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refreshable: Option<bool>,
    /// The name of its kind.
    #[serde(rename = "type")]
    pub kind: String,
}

/// Signs an auth token for a record that lives `seconds` from `now` (Unix seconds), or as long as
/// the collection says.
///
/// # Errors
/// 500 when signing fails or the record's collection is not of type auth.
pub fn sign(record: &Record, now: i64, seconds: Option<i64>, refreshable: bool) -> Answer<String> {
    let Some(auth) = record.collection.auth() else {
        return Err(ApiError::internal("a token for a record that cannot sign in"));
    };
    let claims = Claims {
        collection_id: record.collection.id.clone(),
        exp: Some(now.saturating_add(seconds.unwrap_or(auth.auth_token.duration)) as f64),
        nbf: None,
        iat: None,
        id: record.id().to_owned(),
        refreshable: Some(refreshable),
        kind: AUTH.to_owned(),
    };
    let key = EncodingKey::from_secret(&signing_key(record, auth));
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key)
        .map_err(|error| ApiError::internal(format!("cannot sign a token: {error}")))
}

/// What an auth token claims, before anything of it is believed. `None` for any other text.
#[must_use]
pub fn peek(token: &str) -> Option<Claims> {
    let claims: Claims = insecure_decode_claims(token).ok()?;
    (claims.kind == AUTH).then_some(claims)
}

/// Seconds are whole where they are written.
fn whole_seconds<S: Serializer>(seconds: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(seconds.unwrap_or_default() as i64)
}

/// Whether the record's keys signed the token and it is valid at `now` (Unix seconds).
#[must_use]
pub fn verify(token: &str, claims: &Claims, record: &Record, now: i64) -> bool {
    let Some(auth) = record.collection.auth() else { return false };
    let mut validation = Validation::new(Algorithm::HS256);
    // The clock is ours, so expiry is checked here and not by the library.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let key = DecodingKey::from_secret(&signing_key(record, auth));
    let now = now as f64;
    let begun = [claims.nbf, claims.iat].into_iter().flatten().all(|start| start <= now);
    let alive = claims.exp.is_none_or(|end| end > now);
    begun && alive && jsonwebtoken::decode::<Claims>(token, &key, &validation).is_ok()
}

fn signing_key(record: &Record, auth: &AuthOptions) -> Vec<u8> {
    [record.text("tokenKey").as_bytes(), auth.auth_token.secret.as_bytes()].concat()
}

//! Request bodies: JSON and forms, read whole within a limit (http-api.md 1.1, 1.2).

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use purlin_model::Json;
use purlin_model::normalise;
use tokio::time::timeout;

use crate::error::ApiError;
use crate::query_string as query;

/// The limit where nothing else is said: 32 MiB.
pub(super) const DEFAULT_LIMIT: u64 = 32 << 20;

/// How long a client may take to send a body.
const READ_TIMEOUT: Duration = Duration::from_secs(300);

/// The key of a form part that carries a JSON object.
pub(super) const JSON_PAYLOAD: &str = "@jsonPayload";

/// What a client submitted, in the order submitted.
#[derive(Debug, Default)]
pub struct Submission {
    /// Members of the JSON object, or form fields with their types inferred.
    pub members: Vec<(String, Json)>,
    /// Parts of a multipart form that carry a file.
    pub uploads: Vec<Upload>,
    /// The texts of a form as they were sent, before types were inferred; `None` for JSON.
    pub texts: Option<Vec<(String, String)>>,
}

/// A file part of a multipart form.
#[derive(Debug)]
pub struct Upload {
    /// The name of the part.
    pub part: String,
    /// The name of the file as the client gave it.
    pub file: String,
    /// Its content.
    pub content: Bytes,
}

/// Why a body could not be read.
#[derive(Debug)]
pub enum BodyError {
    /// Longer than the limit.
    TooLarge,
    /// Neither JSON nor a form.
    Unsupported,
    /// Not what its content type says; the text is for the log.
    Malformed(String),
}

impl BodyError {
    /// The error as an answer; `message` is what this endpoint says of a malformed body.
    #[must_use]
    pub fn answer(self, message: &'static str) -> ApiError {
        match self {
            BodyError::TooLarge => ApiError::new(413, "Request entity too large."),
            BodyError::Unsupported => ApiError::bad_request("Unsupported Content-Type."),
            BodyError::Malformed(cause) => ApiError::bad_request(message).because(cause),
        }
    }
}

/// Reads a whole body of at most `limit` bytes.
///
/// # Errors
/// `TooLarge`, or `Malformed` when the client goes away half-way.
pub(super) async fn bytes(headers: &HeaderMap, body: Body, limit: u64) -> Result<Bytes, BodyError> {
    let announced =
        headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > limit) {
        return Err(BodyError::TooLarge);
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let collected = timeout(READ_TIMEOUT, Limited::new(body, limit).collect());
    let Ok(collected) = collected.await else {
        return Err(BodyError::Malformed("the body did not arrive in time".to_owned()));
    };
    match collected {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            Err(BodyError::TooLarge)
        }
        Err(error) => Err(BodyError::Malformed(error.to_string())),
    }
}

/// Reads a body as the members of an object. An empty body submits nothing, whatever its type.
///
/// # Errors
/// As the body's type demands; see [`BodyError`].
pub(super) async fn submission(
    headers: &HeaderMap,
    body: Body,
    limit: u64,
) -> Result<Submission, BodyError> {
    let bytes = bytes(headers, body, limit).await?;
    if bytes.is_empty() {
        return Ok(Submission::default());
    }
    let content_type =
        headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if content_type.starts_with("application/json") {
        return Ok(Submission { members: object(&bytes)?, ..Submission::default() });
    }
    if content_type.starts_with("application/x-www-form-urlencoded") {
        let malformed = || BodyError::Malformed("the form is not well-formed".to_owned());
        let pairs = query::form_pairs(&String::from_utf8_lossy(&bytes)).ok_or_else(malformed)?;
        return form(pairs, Vec::new());
    }
    if content_type.starts_with("multipart/form-data") {
        return multipart(content_type, bytes).await;
    }
    if ["application/xml", "text/xml"].iter().any(|xml| content_type.starts_with(xml)) {
        return Err(BodyError::Malformed("XML bodies are not read".to_owned()));
    }
    Err(BodyError::Unsupported)
}

/// The members of a JSON object; `null` has none.
fn object(bytes: &[u8]) -> Result<Vec<(String, Json)>, BodyError> {
    match Json::parse(bytes).map_err(|error| BodyError::Malformed(error.to_string()))? {
        Json::Object(members) => Ok(members),
        Json::Null => Ok(Vec::new()),
        _ => Err(BodyError::Malformed("the body is not a JSON object".to_owned())),
    }
}

async fn multipart(content_type: &str, bytes: Bytes) -> Result<Submission, BodyError> {
    let malformed = |error: multer::Error| BodyError::Malformed(error.to_string());
    let boundary = multer::parse_boundary(content_type).map_err(malformed)?;
    let whole = stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut texts, mut uploads) = (Vec::new(), Vec::new());
    while let Some(part) = parts.next_field().await.map_err(malformed)? {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(malformed)?;
        match file {
            Some(file) => uploads.push(Upload { part: name, file, content }),
            None => texts.push((name, String::from_utf8_lossy(&content).into_owned())),
        }
    }
    form(texts, uploads)
}

fn form(texts: Vec<(String, String)>, uploads: Vec<Upload>) -> Result<Submission, BodyError> {
    Ok(Submission { members: form_members(texts.clone())?, uploads, texts: Some(texts) })
}

/// Form fields as members: types inferred, repeated keys as arrays, `@jsonPayload` objects merged
/// over them in order.
fn form_members(pairs: Vec<(String, String)>) -> Result<Vec<(String, Json)>, BodyError> {
    let mut members: Vec<(String, Json)> = Vec::new();
    // Where each key is: a form may have hundreds of thousands.
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut payloads = Vec::new();
    for (key, text) in pairs {
        if key == JSON_PAYLOAD {
            payloads.push(object(text.as_bytes())?);
            continue;
        }
        let value = normalise::form::infer(&text);
        match places.get(&key).map(|place| &mut members[*place].1) {
            None => {
                places.insert(key.clone(), members.len());
                members.push((key, value));
            }
            Some(Json::List(items)) => items.push(value),
            Some(single) => {
                let first = std::mem::take(single);
                *single = Json::List(vec![first, value]);
            }
        }
    }
    for (key, value) in payloads.into_iter().flatten() {
        match places.get(&key) {
            Some(place) => members[*place].1 = value,
            None => {
                places.insert(key.clone(), members.len());
                members.push((key, value));
            }
        }
    }
    Ok(members)
}

//! The server's error answer: `{"status", "message", "data"}`.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

/// An error answer of the server.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ApiError {
    /// The HTTP status, 400 to 599.
    pub status: u16,
    /// One sentence for people. Empty answers and answers of proxies get the status as text.
    pub message: String,
    /// What is wrong with which submitted value. Keys are dotted paths: `title`,
    /// `fields.2.name`, `rateLimits.rules.0.label`.
    pub fields: BTreeMap<String, FieldError>,
    /// The whole answer; `Value::String` when it was not JSON.
    pub body: Value,
}

/// What is wrong with one submitted value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldError {
    /// Stable and made for programs: `validation_required`, `validation_not_unique` …
    pub code: String,
    /// One sentence for people.
    pub message: String,
    /// The numbers and texts that stand in the message, such as `{"min": 15}`.
    pub params: Map<String, Value>,
    /// In a failed batch: the answer to this one request.
    pub response: Option<Box<ApiError>>,
}

impl ApiError {
    /// Reads an error answer; anything that is not the server's shape (a proxy's HTML page, an
    /// empty body) still becomes an error with the status.
    pub(crate) fn from_response(status: u16, body: &[u8]) -> Self {
        let body = serde_json::from_slice(body)
            .unwrap_or_else(|_| Value::String(excerpt(&String::from_utf8_lossy(body))));
        Self::from_body(status, body)
    }

    fn from_body(status: u16, body: Value) -> Self {
        let message = match body.get("message").and_then(Value::as_str) {
            Some(message) if !message.is_empty() => message.to_owned(),
            _ => format!("The server answered with status {status}."),
        };
        let mut fields = BTreeMap::new();
        if let Some(tree) = body.get("data").and_then(Value::as_object) {
            collect("", tree, &mut fields);
        }
        Self { status, message, fields, body }
    }

    /// What the server found wrong with one value: `"title"`, or a dotted path for nested ones.
    pub fn field(&self, path: &str) -> Option<&FieldError> {
        self.fields.get(path)
    }

    /// The session id of a sign-in that needs a second factor (status 401). Sign in again by
    /// another method with this id.
    pub fn mfa_id(&self) -> Option<&str> {
        self.body.get("mfaId")?.as_str()
    }

    /// The requests of a batch that made it fail, with their place in the batch.
    pub fn failed_requests(&self) -> impl Iterator<Item = (usize, &ApiError)> {
        self.fields.iter().filter_map(|(path, error)| {
            let place = path.strip_prefix("requests.")?.parse().ok()?;
            Some((place, error.response.as_deref()?))
        })
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (status {})", self.message, self.status)?;
        for (path, error) in &self.fields {
            write!(f, "; {path}: {} [{}]", error.message, error.code)?;
            if let Some(response) = &error.response {
                write!(f, " ({response})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}

/// Walks the tree of `data`. An object with texts for `code` and `message` is an error; any other
/// object is a level of the submitted value. Fields named `code` hold objects, so they are safe.
fn collect(prefix: &str, tree: &Map<String, Value>, found: &mut BTreeMap<String, FieldError>) {
    for (key, node) in tree {
        let Some(object) = node.as_object() else { continue };
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match field_error(object) {
            Some(error) => {
                found.insert(path, error);
            }
            None => collect(&path, object, found),
        }
    }
}

fn field_error(object: &Map<String, Value>) -> Option<FieldError> {
    let code = object.get("code")?.as_str()?.to_owned();
    let message = object.get("message")?.as_str()?.to_owned();
    let params = object.get("params").and_then(Value::as_object).cloned().unwrap_or_default();
    let response = object.get("response").filter(|body| body.is_object()).map(|body| {
        let status = body.get("status").and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
        Box::new(ApiError::from_body(status.unwrap_or(400), body.clone()))
    });
    Some(FieldError { code, message, params, response })
}

/// The start of a text, for messages: at most 400 characters.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> ApiError {
        ApiError::from_response(400, body.as_bytes())
    }

    #[test]
    fn flat_nested_and_indexed_fields_are_found_by_path() {
        let error = parse(
            r#"{"status":400,"message":"Failed.","data":{
                "title":{"code":"validation_required","message":"Cannot be blank."},
                "fields":{"2":{"name":{"code":"c","message":"m","params":{"min":15}}}},
                "code":{"code":"validation_is_email","message":"m2"}}}"#,
        );
        assert_eq!(error.field("title").map(|e| e.code.as_str()), Some("validation_required"));
        assert_eq!(error.field("fields.2.name").map(|e| e.params["min"].clone()), Some(15.into()));
        assert_eq!(error.field("code").map(|e| e.message.as_str()), Some("m2"));
        assert_eq!(error.fields.len(), 3);
        assert!(error.to_string().starts_with("Failed. (status 400); code: m2"));
    }

    #[test]
    fn a_failed_batch_names_the_request_and_its_answer() {
        let error = parse(
            r#"{"status":400,"message":"Batch transaction failed.","data":{"requests":{"1":{
                "code":"batch_request_failed","message":"Batch request failed.",
                "response":{"status":404,"message":"Gone.",
                    "data":{"e":{"code":"validation_is_email","message":"m"}}}}}}}"#,
        );
        let failed: Vec<_> = error.failed_requests().collect();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].0, 1);
        assert_eq!(failed[0].1.status, 404);
        assert!(failed[0].1.field("e").is_some());
    }

    #[test]
    fn strange_answers_still_become_errors() {
        for body in ["", "<html>Bad Gateway</html>", "[1]", "null", "{\"data\":[]}", "\u{0}"] {
            let error = ApiError::from_response(502, body.as_bytes());
            assert_eq!(error.message, "The server answered with status 502.", "{body}");
            assert!(error.fields.is_empty());
        }
        assert_eq!(parse(r#"{"mfaId":"abc"}"#).mfa_id(), Some("abc"));
        assert_eq!(
            ApiError::from_response(500, &[0xff; 5000]).body.as_str().map(str::len),
            Some(1200)
        );
    }
}

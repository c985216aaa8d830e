//! Answers as they go out: JSON bodies and errors.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use purlin_model::Json;

use crate::error::ApiError;

/// What the request log says of a failed request; travels with the response.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    /// What the client was told.
    pub message: String,
    /// What happened.
    pub cause: Option<String>,
}

/// A JSON answer of finished bytes.
pub fn json_bytes(status: StatusCode, bytes: impl Into<Body>) -> Response {
    let mut response = Response::new(bytes.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A JSON answer.
pub fn json(status: StatusCode, value: &Json) -> Response {
    let mut bytes = Vec::with_capacity(256);
    value.write(&mut bytes);
    json_bytes(status, bytes)
}

/// 204 without a body.
pub fn nothing() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = json(status, &self.to_json());
        let failure = Failure { message: self.message.into_owned(), cause: self.cause };
        response.extensions_mut().insert(failure);
        response
    }
}

//! What can go wrong, told apart: our request, the network, the server's answer.

use std::path::PathBuf;
use std::time::Duration;

use crate::api_error::{ApiError, FieldError};

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call failed.
///
/// Only [`Error::Api`] is an answer of the server; the helpers ([`Error::status`],
/// [`Error::field`], [`Error::is_not_found`] …) look into it and are `None` or false otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The request could not be built; nothing was sent. The text says what is wrong with it.
    #[error("invalid request: {0}")]
    Request(String),

    /// A file that should be uploaded could not be read; nothing was sent.
    #[error("cannot read {path}: {source}", path = .path.display())]
    File {
        /// The file as it was given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// No answer within the time the call had.
    ///
    /// A write may or may not have happened.
    #[error("no answer within {after:?}")]
    Timeout {
        /// How long the call had.
        after: Duration,
    },

    /// The server could not be reached, or the connection broke before the answer was complete.
    ///
    /// Unless [`Error::is_connect`], a write may or may not have happened.
    #[error("cannot talk to the server: {}", chain(.0))]
    Transport(#[source] reqwest::Error),

    /// The server answered with an error.
    #[error("{0}")]
    Api(Box<ApiError>),

    /// The server answered with success, but not in the shape that was asked for.
    ///
    /// Usually a Rust type that does not match the collection's fields. A write has happened.
    #[error("unexpected answer: {source}")]
    Decode {
        /// What does not fit, and where.
        source: serde_json::Error,
        /// The start of the answer, at most 400 characters.
        body: String,
    },
}

impl Error {
    /// The server's answer, when there is one.
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The HTTP status of the server's answer.
    pub fn status(&self) -> Option<u16> {
        self.api().map(|error| error.status)
    }

    /// What the server found wrong with one field; see [`ApiError::field`].
    pub fn field(&self, path: &str) -> Option<&FieldError> {
        self.api()?.field(path)
    }

    /// Status 400: the submitted values, the filter or the sort were refused.
    pub fn is_bad_request(&self) -> bool {
        self.status() == Some(400)
    }

    /// Status 401: the call needs a signed-in caller.
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(401)
    }

    /// Status 403: the caller may not do this.
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    /// Status 404: it does not exist, or the caller may not know that it does.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// Status 429: too many requests; try again later.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    /// The call ran out of time.
    pub fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }

    /// No connection could be opened, so nothing has happened on the server.
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Transport(error) if error.is_connect())
    }
}

/// reqwest's own text hides the cause ("error sending request"); the chain names it.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let line = inner.to_string();
        if !text.ends_with(&line) {
            text.push_str(": ");
            text.push_str(&line);
        }
        cause = inner.source();
    }
    text
}

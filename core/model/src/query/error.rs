//! What is wrong with a query text, and where.

use super::expr::Span;

/// A text that does not parse or names what does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// For people: what is wrong, without a full stop.
    pub message: String,
    /// Which bytes of the text are meant.
    pub span: Span,
    /// The text is sound, but would join records of two databases. Whoever wrote it may be told.
    pub apart: bool,
}

impl QueryError {
    /// An error about these bytes.
    #[must_use]
    pub fn new(message: impl Into<String>, span: Span) -> Self {
        QueryError { message: message.into(), span, apart: false }
    }

    /// The error of a text that would join records of two databases.
    #[must_use]
    pub fn apart(message: impl Into<String>, span: Span) -> Self {
        QueryError { apart: true, ..QueryError::new(message, span) }
    }

    /// An error about the whole of a text, or of a parameter that is no text of the language.
    #[must_use]
    pub fn whole(message: impl Into<String>) -> Self {
        QueryError::new(message, Span::default())
    }
}

//! The query language: filters, sorts and rules as text, and what they parse to.

pub mod expr;

mod error;
mod expand;
mod lexer;
mod parser;
mod projection;
mod request;
mod sort;
#[cfg(test)]
mod tests;

pub use error::QueryError;
pub use expand::{MAX_EXPAND_DEPTH, back_relation, expand};
pub use expr::{Comparison, Expr, Op, Operand, Span};
pub use parser::{MAX_COMPARISONS, MAX_DEPTH, parse};
pub use projection::{Projection, ProjectionError};
pub use request::{ListRequest, MAX_PER_PAGE};
pub use sort::{MAX_SORT_BYTES, MAX_SORT_ITEMS, SortItem, sort};

/// How long the filter of one request may be, in bytes (http-api.md 1.10). Rules have no such limit.
pub const MAX_FILTER_BYTES: usize = 3500;

/// Whether a client's filter or sort speaks of the request or of other collections, which only
/// rules and superusers may (http-api.md 2.9). Goes by the text alone: inside quotes counts too.
#[must_use]
pub fn mentions_request(text: &str) -> bool {
    text.contains("@request.") || text.contains("@collection.")
}

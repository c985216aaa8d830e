//! The `sort` parameter (http-api.md 1.7).

use super::error::QueryError;
use super::expr::Span;

/// How many keys a sort may have.
pub const MAX_SORT_ITEMS: usize = 8;
/// How long one key may be, in bytes.
pub const MAX_SORT_BYTES: usize = 255;

/// One key of a sort, before its name is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortItem {
    /// `@random`, `@rowid`, or a name as in filters: `author.name:lower`.
    pub name: String,
    /// Largest first.
    pub descending: bool,
    /// Where the name stands in the parameter.
    pub span: Span,
}

/// The keys of a sort, none for an empty parameter.
///
/// # Errors
/// Too many keys, a key that is empty, too long or not a name.
pub fn sort(text: &str) -> Result<Vec<SortItem>, QueryError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut items = Vec::new();
    let mut start = 0;
    for part in text.split(',') {
        let span = Span { start, end: start + part.len() };
        start = span.end + 1;
        if items.len() == MAX_SORT_ITEMS {
            let message = format!("At most {MAX_SORT_ITEMS} sort keys are allowed");
            return Err(QueryError::new(message, span));
        }
        items.push(item(part, span)?);
    }
    Ok(items)
}

fn item(part: &str, span: Span) -> Result<SortItem, QueryError> {
    if part.len() > MAX_SORT_BYTES {
        let message = format!("A sort key may have at most {MAX_SORT_BYTES} bytes");
        return Err(QueryError::new(message, span));
    }
    let signed = part.trim();
    let (name, descending) = match signed.strip_prefix('-') {
        Some(name) => (name, true),
        None => (signed.strip_prefix('+').unwrap_or(signed), false),
    };
    if name.is_empty() {
        return Err(QueryError::new("A sort key is missing", span));
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':');
    let rest = name.strip_prefix('@').unwrap_or(name);
    if rest.is_empty() || !rest.bytes().all(plain) || rest.as_bytes()[0].is_ascii_digit() {
        return Err(QueryError::new(format!("Not a sort key: `{name}`"), span));
    }
    Ok(SortItem { name: name.to_owned(), descending, span })
}

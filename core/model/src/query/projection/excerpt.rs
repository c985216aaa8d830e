//! `:excerpt(max, ellipsis)`: the beginning of a text without its markup.

use super::ProjectionError;
use super::html;

/// A cut to so many characters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Excerpt {
    /// Characters kept; at least one.
    max: usize,
    /// Whether `...` follows what was cut.
    ellipsis: bool,
}

impl Excerpt {
    /// Parses what follows the colon.
    pub(super) fn parse(modifier: &str) -> Result<Excerpt, ProjectionError> {
        let error = || ProjectionError::Modifier(modifier.to_owned());
        let args = modifier.trim().strip_prefix("excerpt(").and_then(|args| args.strip_suffix(')'));
        let mut args = args.ok_or_else(error)?.split(',').map(str::trim);
        let max = args.next().and_then(|max| max.parse().ok()).filter(|max| *max > 0);
        let ellipsis = matches!(args.next(), Some("1" | "t" | "T" | "true" | "TRUE" | "True"));
        match (max, args.next()) {
            (Some(max), None) => Ok(Excerpt { max, ellipsis }),
            _ => Err(error()),
        }
    }

    /// The excerpt of a text.
    pub(super) fn of(self, text: &str) -> String {
        let plain = html::plain_text(text);
        let plain = plain.trim();
        let Some((end, _)) = plain.char_indices().nth(self.max) else { return plain.to_owned() };
        let mut cut = plain[..end].trim().to_owned();
        if self.ellipsis {
            cut.push_str("...");
        }
        cut
    }
}

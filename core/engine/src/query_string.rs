//! The query part of a URL and form-encoded bodies.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but letters, digits, `-`, `_`, `.`, `~`, and the space, which becomes `+`.
const ENCODED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b' ');

/// The pairs of a query string in order, decoded: `+` is a space, bad UTF-8 is replaced. Pairs that
/// are not well-formed are left out.
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let pieces = query.split('&').filter(|piece| !piece.is_empty() && is_well_formed(piece));
    pieces
        .map(|piece| {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// The pairs of a form-encoded body, decoded; `None` for one that is not well-formed.
#[must_use]
pub fn form_pairs(text: &str) -> Option<Vec<(String, String)>> {
    is_well_formed(text).then(|| pairs(text))
}

/// Neither a bad percent escape nor a semicolon, which once separated pairs.
fn is_well_formed(text: &str) -> bool {
    let escapes = text.match_indices('%').all(|(at, _)| {
        let digits = text.as_bytes().get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    escapes && !text.contains(';')
}

/// The first value of that name.
#[must_use]
pub fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A value as it is written in a query string.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string().replace(' ', "+")
}

fn decode(text: &str) -> String {
    let text = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { text.into() };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_decoded_in_order() {
        let pairs = pairs("a=1&b=x+y%20z&&c&a=%C3%BC&d=%FF&e==");
        let seen: Vec<_> = pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let expected =
            [("a", "1"), ("b", "x y z"), ("c", ""), ("a", "ü"), ("d", "\u{fffd}"), ("e", "=")];
        assert_eq!(seen, expected);
        assert_eq!(first(&pairs, "a"), Some("1"));
        assert_eq!(first(&pairs, "z"), None);
    }
}

//! JSON text without the white space between its tokens.

use super::write::into_string;
use super::{Json, JsonError, write_text};

/// The text of one JSON value as it is kept and echoed: numbers keep their spelling, white space
/// between tokens goes, strings are escaped only where they must be.
///
/// # Errors
/// As [`Json::parse_whole`].
pub fn compact(text: &str) -> Result<String, JsonError> {
    Json::parse_whole(text.as_bytes())?;
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'"' => {
                let end = string_end(bytes, at);
                match Json::parse(&bytes[at..end]) {
                    Ok(Json::Text(string)) => write_text(&string, &mut out),
                    _ => out.extend_from_slice(&bytes[at..end]),
                }
                at = end;
            }
            byte => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    Ok(into_string(out))
}

/// Where the string that opens at `start` has ended.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn keeps_spelling_and_drops_space() {
        for (given, expected) in [
            ("[1, 2]", "[1,2]"),
            (r#"{"b":1, "a" : "x  \u0041\"\\" }"#, r#"{"b":1,"a":"x  A\"\\"}"#),
            ("1.50 ", "1.50"),
            ("[1E3,\n-0]", "[1E3,-0]"),
            (r#""\\""#, r#""\\""#),
        ] {
            assert_eq!(compact(given).as_deref(), Ok(expected));
        }
        assert!(compact("[1,2,]").is_err() && compact(r#"{"a":1,"a":2}"#).is_err());
    }
}

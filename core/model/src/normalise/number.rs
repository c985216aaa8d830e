//! Numbers from what clients send, and their plain text.

use crate::fault::Fault;
use crate::json::Json;

pub(super) fn number(sent: &Json) -> Result<f64, Fault> {
    let number = match sent {
        Json::Number(number) => *number,
        Json::Bool(true) => 1.0,
        Json::Text(text) if is_no_number(text) => f64::NAN,
        Json::Text(text) => number_from_text(text).unwrap_or(0.0),
        Json::Null | Json::Bool(false) | Json::List(_) | Json::Object(_) => 0.0,
    };
    if number.is_finite() {
        return Ok(number);
    }
    Err(Fault::new("validation_not_a_number", "the submitted number is not properly formatted"))
}

/// The spellings of what is not finite.
fn is_no_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    ["inf", "infinity"].iter().any(|name| unsigned.eq_ignore_ascii_case(name))
        || text.eq_ignore_ascii_case("nan")
}

/// The number a text spells: sign, digits with single underscores between them, a fraction, an
/// exponent. No white space; `None` for anything else and for what no double can hold.
#[must_use]
pub fn number_from_text(text: &str) -> Option<f64> {
    let digits = if text.contains('_') { without_separators(text)? } else { text.to_owned() };
    let numeric = |byte: u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    if !digits.bytes().all(numeric) {
        return None;
    }
    digits.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The text without underscores, each of which must stand between two digits.
fn without_separators(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let between = |(at, byte): (usize, &u8)| {
        *byte != b'_' || (digit(at.checked_sub(1)) && digit(at.checked_add(1)))
    };
    bytes.iter().enumerate().all(between).then(|| text.replace('_', ""))
}

/// A number as text fields keep it: decimal digits, never an exponent.
#[must_use]
pub fn plain_number(number: f64) -> String {
    format!("{number}")
}

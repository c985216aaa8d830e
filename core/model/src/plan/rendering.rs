//! Values as the text comparisons see.

use std::borrow::Cow;

use crate::dialect;
use crate::encode;
use crate::value::Value;

/// The text form of a value, as `~` and `:lower` see it; `None` for null.
#[must_use]
pub fn text(value: &Value) -> Option<Cow<'_, str>> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => Cow::Borrowed(if *flag { "1" } else { "0" }),
        Value::Number(number) => Cow::Owned(dialect::number_text(*number)),
        Value::Text(text) => Cow::Borrowed(text),
        Value::List(_) | Value::Point { .. } => Cow::Owned(encode::stored_text(value)),
        Value::Json(json) => match scalar(json) {
            Value::Json(_) => Cow::Borrowed(json.trim()),
            // In JSON, what is written as a fraction stays one.
            Value::Number(number) if json.contains(['.', 'e', 'E']) => {
                Cow::Owned(dialect::general(number, 15, true))
            }
            scalar => return text(&scalar).map(|text| Cow::Owned(text.into_owned())),
        },
    })
}

/// The typed value of a JSON text: scalars as what they are, arrays and objects as `Json`.
#[must_use]
pub fn scalar(json: &str) -> Value {
    let json = json.trim();
    match json.as_bytes().first() {
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'"') => serde_json::from_str(json).map_or(Value::Null, Value::Text),
        Some(b'[' | b'{') => Value::Json(json.to_owned()),
        Some(b'-' | b'0'..=b'9') => json.parse().map_or(Value::Null, Value::Number),
        _ => Value::Null,
    }
}

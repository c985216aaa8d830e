//! Values as the text comparisons see.

use std::borrow::Cow;
use std::fmt::Write;

use crate::json::Json;
use crate::value::Value;

/// The text form of a value, as `~` and `:lower` see it; `None` for null.
#[must_use]
pub fn text(value: &Value) -> Option<Cow<'_, str>> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => Cow::Borrowed(if *flag { "1" } else { "0" }),
        Value::Number(value) => Cow::Owned(number(*value)),
        Value::Text(text) => Cow::Borrowed(text),
        Value::List(items) => Cow::Owned(list(items)),
        Value::Json(text) => match json_scalar(text) {
            Value::Json(_) => Cow::Borrowed(text),
            Value::Text(text) => Cow::Owned(text),
            scalar => return self::text(&scalar).map(|text| Cow::Owned(text.into_owned())),
        },
        Value::Point { lon, lat } => {
            Cow::Owned(format!("{{\"lon\":{},\"lat\":{}}}", number(*lon), number(*lat)))
        }
    })
}

/// The typed value of a JSON text: scalars as what they are, arrays and objects as `Json`.
#[must_use]
pub fn json_scalar(json: &str) -> Value {
    let text = json.trim();
    match text.as_bytes().first() {
        Some(b't') => Value::Bool(true),
        Some(b'f') => Value::Bool(false),
        Some(b'"') => serde_json::from_str(text).map_or(Value::Null, Value::Text),
        Some(b'[' | b'{') => Value::Json(text.to_owned()),
        Some(b'-' | b'0'..=b'9') => text.parse().map_or(Value::Null, Value::Number),
        _ => Value::Null,
    }
}

/// The number a whole text spells, blanks around it aside.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let text = text.trim_matches(|char: char| matches!(char, ' ' | '\t'..='\r'));
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
    if !text.bytes().all(plain) {
        return None;
    }
    text.parse().ok()
}

/// A stored number's text: `1`, `-1.5`, `1.0e+21`.
#[must_use]
pub fn number(value: f64) -> String {
    if value == value.trunc() && value.abs() < 9.2e18 {
        #[allow(clippy::cast_possible_truncation)]
        return (value as i64).to_string();
    }
    float(value)
}

/// A double's text with fifteen digits, always with a point: `10.0`, `1.0e+21`.
#[must_use]
pub fn float(value: f64) -> String {
    if value == 0.0 {
        return "0.0".to_owned();
    }
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let mantissa = mantissa.trim_end_matches('0');
    let mantissa = if mantissa.ends_with('.') { format!("{mantissa}0") } else { mantissa.into() };
    if !(-4..15).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let decimals = usize::try_from(14 - exponent).unwrap_or(0);
    let plain = format!("{value:.decimals$}");
    if !plain.contains('.') {
        return plain + ".0";
    }
    let plain = plain.trim_end_matches('0');
    if plain.ends_with('.') { format!("{plain}0") } else { plain.to_owned() }
}

/// Ids or options as compact JSON.
#[must_use]
pub fn list(items: &[String]) -> String {
    let mut out = String::from("[");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        quoted(item, &mut out);
    }
    out.push(']');
    out
}

/// Submitted JSON as compact text.
#[must_use]
pub fn json(value: &Json) -> String {
    let mut out = String::new();
    write_json(value, &mut out);
    out
}

fn write_json(value: &Json, out: &mut String) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number(value) if *value == value.trunc() && value.abs() < 1e21 => {
            let _ = write!(out, "{value:.0}");
        }
        Json::Number(value) => {
            out.push_str(&serde_json::to_string(value).unwrap_or_default());
        }
        Json::Text(text) => quoted(text, out),
        Json::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Json::Object(members) => {
            out.push('{');
            for (index, (key, item)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quoted(key, out);
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::to_string(text).unwrap_or_default());
}

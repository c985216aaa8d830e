//! Values as JSON bytes. The one place that says how a field's value looks in an answer: used for
//! records in memory and by stores that write answers straight from their rows.

use std::io::Write as _;

use crate::json::{Json, write_number, write_text};
use crate::normalise;
use crate::schema::{Collection, Field, FieldKind};
use crate::value::Value;

/// What a database column holds, borrowed from the row.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Stored<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
}

/// Appends a value; `Null` is JSON's null.
pub fn value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(truth) => bool(*truth, out),
        Value::Number(number) => write_number(*number, out),
        Value::Text(text) => write_text(text, out),
        Value::List(items) => list(items, out),
        Value::Json(json) => out.extend_from_slice(json.as_bytes()),
        Value::Point { lon, lat } => point(*lon, *lat, out),
    }
}

/// Appends a boolean.
pub fn bool(truth: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if truth { b"true" } else { b"false" });
}

/// Appends a list of texts, compact: `["a","b"]`.
pub fn list(items: &[String], out: &mut Vec<u8>) {
    out.push(b'[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(item, out);
    }
    out.push(b']');
}

/// Appends a point: `{"lon":0,"lat":0}`.
pub fn point(lon: f64, lat: f64, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"lon\":");
    write_number(lon, out);
    out.extend_from_slice(b",\"lat\":");
    write_number(lat, out);
    out.push(b'}');
}

/// The text a list, json or geoPoint value is stored as, compared as, and shown as; `""` of
/// others.
#[must_use]
pub fn stored_text(of: &Value) -> String {
    match of {
        Value::Text(text) | Value::Json(text) => text.clone(),
        Value::List(_) | Value::Point { .. } => {
            let mut out = Vec::new();
            value(of, &mut out);
            String::from_utf8(out).unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// Appends what a column holds for a field of the collection.
pub fn field(collection: &Collection, field: &Field, stored: Stored<'_>, out: &mut Vec<u8>) {
    match stored {
        Stored::Null if field.nullable => out.extend_from_slice(b"null"),
        stored if collection.holds_anything() => view_column(&field.kind, stored, out),
        stored => column(&field.kind, stored, out),
    }
}

/// The value a column holds for a field of the collection.
#[must_use]
pub fn decode_field(collection: &Collection, field: &Field, stored: Stored<'_>) -> Value {
    match stored {
        Stored::Null if field.nullable => Value::Null,
        stored if collection.holds_anything() => decode_view(&field.kind, stored),
        stored => decode(&field.kind, stored),
    }
}

/// Appends the value a column of a table holds for a field of this kind, without building it where
/// what is stored is already what is shown. Null is the field's zero value. Password fields show
/// nothing.
pub fn column(kind: &FieldKind, stored: Stored<'_>, out: &mut Vec<u8>) {
    match (kind, stored) {
        (FieldKind::Password { .. }, _) => out.extend_from_slice(b"\"\""),
        (FieldKind::Number { .. }, Stored::Real(number)) => write_number(number, out),
        (FieldKind::Number { .. }, Stored::Integer(number)) => integer(number, out),
        (FieldKind::Bool, Stored::Integer(number)) => bool(number == 1, out),
        (FieldKind::Json { .. }, Stored::Text(json)) if !json.is_empty() => {
            out.extend_from_slice(json.as_bytes());
        }
        (FieldKind::GeoPoint, Stored::Text(point)) if point.starts_with("{\"lon\":") => {
            out.extend_from_slice(point.as_bytes());
        }
        (kind, Stored::Text(list)) if kind.is_multiple() && list.starts_with('[') => {
            out.extend_from_slice(list.as_bytes());
        }
        (kind, Stored::Text(text)) if holds_text(kind) => write_text(text, out),
        // Keys of adopted tables may be larger than a double holds exactly.
        (kind, Stored::Integer(number)) if holds_text(kind) => {
            let _ = write!(out, "\"{number}\"");
        }
        (kind, stored) => value(&decode(kind, stored), out),
    }
}

/// As [`column`] for a column of a view or an adopted table, which may hold anything: text in a
/// json field is JSON where it reads as JSON that fields can hold, else a string.
pub fn view_column(kind: &FieldKind, stored: Stored<'_>, out: &mut Vec<u8>) {
    match (kind, stored) {
        (FieldKind::Json { .. }, stored) => value(&decode_view(kind, stored), out),
        (kind, Stored::Text(_)) if kind.is_multiple() || *kind == FieldKind::GeoPoint => {
            value(&decode_view(kind, stored), out);
        }
        (kind, stored) => column(kind, stored, out),
    }
}

/// The value a column of a table holds for a field of this kind.
#[must_use]
pub fn decode(kind: &FieldKind, stored: Stored<'_>) -> Value {
    match (kind, stored) {
        (kind, Stored::Null) => kind.zero(),
        (FieldKind::Json { .. }, Stored::Text("" | "null")) => Value::Null,
        (FieldKind::Json { .. }, Stored::Text(json)) => Value::Json(json.to_owned()),
        (kind, stored) => decode_view(kind, stored),
    }
}

/// The value a column of a view or an adopted table holds for a field of this kind.
#[must_use]
pub fn decode_view(kind: &FieldKind, stored: Stored<'_>) -> Value {
    match (kind, stored) {
        (kind, Stored::Null) => kind.zero(),
        (kind, Stored::Text(text)) if !kind.is_multiple() && holds_text(kind) => Value::from(text),
        (kind, Stored::Integer(number)) if holds_text(kind) => Value::Text(number.to_string()),
        (FieldKind::Number { .. }, Stored::Real(number)) => Value::Number(number),
        // What a view computes may be another number; only 1 is true, as it is in filters.
        (FieldKind::Bool, Stored::Integer(number)) => Value::Bool(number == 1),
        (FieldKind::Bool, Stored::Real(number)) => Value::Bool(number.to_bits() == 1_f64.to_bits()),
        (FieldKind::Json { .. }, Stored::Text(text)) => normalise::json_from_text(text)
            .unwrap_or_else(|_| Value::Json(Json::from(text).to_text())),
        (kind, stored) => {
            let json = match stored {
                Stored::Null => Json::Null,
                #[allow(clippy::cast_precision_loss)]
                Stored::Integer(number) => Json::Number(number as f64),
                Stored::Real(number) => Json::Number(number),
                Stored::Text(text) => Json::from(text),
            };
            normalise::normalise(kind, &json).unwrap_or_else(|_| kind.zero())
        }
    }
}

fn integer(number: i64, out: &mut Vec<u8>) {
    /// Up to here integers and doubles print alike.
    const EXACT: u64 = 1 << 53;
    if number.unsigned_abs() <= EXACT {
        // Writing to a Vec cannot fail.
        let _ = write!(out, "{number}");
    } else {
        #[allow(clippy::cast_precision_loss)]
        write_number(number as f64, out);
    }
}

/// Whether a stored text is the value as it is.
fn holds_text(kind: &FieldKind) -> bool {
    !matches!(
        kind,
        FieldKind::Number { .. }
            | FieldKind::Bool
            | FieldKind::Json { .. }
            | FieldKind::GeoPoint
            | FieldKind::Password { .. }
    ) && !kind.is_multiple()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: FieldKind = FieldKind::Date { min: String::new(), max: String::new() };
    const JSON: FieldKind = FieldKind::Json { max_size: 0 };
    const NUMBER: FieldKind = FieldKind::Number { min: None, max: None, only_int: false };
    const MANY: FieldKind = FieldKind::Select { values: Vec::new(), max_select: 2 };
    const ONE: FieldKind = FieldKind::Select { values: Vec::new(), max_select: 1 };
    const SECRET: FieldKind =
        FieldKind::Password { min: 0, max: 0, pattern: String::new(), cost: 0 };

    fn written(
        write: fn(&FieldKind, Stored<'_>, &mut Vec<u8>),
        kind: &FieldKind,
        stored: Stored<'_>,
    ) -> String {
        let mut out = Vec::new();
        write(kind, stored, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_written_as_their_values_are() {
        for (kind, stored, expected) in [
            (DATE, Stored::Text("2024-01-02 00:00:00.000Z"), r#""2024-01-02 00:00:00.000Z""#),
            (DATE, Stored::Null, r#""""#),
            (NUMBER, Stored::Integer(5), "5"),
            (NUMBER, Stored::Real(1e21), "1e+21"),
            (NUMBER, Stored::Null, "0"),
            (NUMBER, Stored::Text("7"), "7"),
            (FieldKind::Bool, Stored::Integer(1), "true"),
            (FieldKind::Bool, Stored::Null, "false"),
            (JSON, Stored::Text(r#"{"a":1.50}"#), r#"{"a":1.50}"#),
            (JSON, Stored::Null, "null"),
            (JSON, Stored::Text(""), "null"),
            (JSON, Stored::Integer(8), "8"),
            (MANY, Stored::Text(r#"["a","b"]"#), r#"["a","b"]"#),
            (MANY, Stored::Text(""), "[]"),
            (MANY, Stored::Null, "[]"),
            (MANY, Stored::Text("a"), r#"["a"]"#),
            (ONE, Stored::Text("a\"b"), r#""a\"b""#),
            (ONE, Stored::Integer(3), r#""3""#),
            (FieldKind::GeoPoint, Stored::Text(r#"{"lon":1,"lat":2}"#), r#"{"lon":1,"lat":2}"#),
            (FieldKind::GeoPoint, Stored::Null, r#"{"lon":0,"lat":0}"#),
            (SECRET, Stored::Text("$2a$10$hash"), r#""""#),
        ] {
            assert_eq!(written(column, &kind, stored), expected, "{} {stored:?}", kind.type_name());
            if kind != SECRET {
                let mut out = Vec::new();
                value(&decode(&kind, stored), &mut out);
                assert_eq!(String::from_utf8(out).unwrap(), expected);
            }
        }
    }

    #[test]
    fn columns_of_others_may_hold_anything() {
        for (kind, stored, expected) in [
            (JSON, Stored::Text("plain"), r#""plain""#),
            (JSON, Stored::Text("[1, 2]"), "[1,2]"),
            (JSON, Stored::Text(""), r#""""#),
            (JSON, Stored::Text("null"), "null"),
            (JSON, Stored::Text(r#"{"a":1,"a":2}"#), r#""{\"a\":1,\"a\":2}""#),
            (JSON, Stored::Text("1e999"), r#""1e999""#),
            (JSON, Stored::Real(1.5), "1.5"),
            (JSON, Stored::Null, "null"),
            (MANY, Stored::Text("[broken"), r#"["[broken"]"#),
            (FieldKind::GeoPoint, Stored::Text("{\"lon\":oops"), r#"{"lon":0,"lat":0}"#),
            (ONE, Stored::Null, r#""""#),
            (NUMBER, Stored::Text("x"), "0"),
        ] {
            assert_eq!(
                written(view_column, &kind, stored),
                expected,
                "{} {stored:?}",
                kind.type_name()
            );
        }
    }
}

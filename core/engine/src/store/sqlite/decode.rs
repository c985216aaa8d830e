//! Rows to records.

use std::sync::Arc;

use purlin_model::json::write_number;
use purlin_model::schema::FieldKind;
use purlin_model::{Collection, Record, Value};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::encode::{as_number, is_json, is_true};

/// The record of a row whose first columns are all fields of the collection in order.
pub(super) fn record(row: &Row<'_>, collection: &Arc<Collection>) -> rusqlite::Result<Record> {
    let mut values = Vec::with_capacity(collection.fields.len());
    for (index, field) in collection.fields.iter().enumerate() {
        values.push(value(&field.kind, row.get_ref(index)?));
    }
    Ok(Record { collection: collection.clone(), values })
}

/// A field's value; see `encode::field` for what does not fit.
fn value(kind: &FieldKind, value: ValueRef<'_>) -> Value {
    match kind {
        FieldKind::Number { .. } => Value::Number(as_number(value)),
        FieldKind::Bool => Value::Bool(is_true(value)),
        FieldKind::Json { .. } => json(value),
        FieldKind::GeoPoint => point(value),
        kind if kind.is_multiple() => list(value),
        _ => Value::Text(text(value)),
    }
}

/// A result's value without a field to say what it is.
pub(super) fn plain(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(_) | ValueRef::Real(_) => Value::Number(as_number(value)),
        ValueRef::Text(_) | ValueRef::Blob(_) => Value::Text(text(value)),
    }
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) | ValueRef::Blob(text) => match std::str::from_utf8(text) {
            Ok(text) => text.to_owned(),
            Err(_) => String::from_utf8_lossy(text).into_owned(),
        },
        ValueRef::Null => String::new(),
        number => number_text(number),
    }
}

fn number_text(value: ValueRef<'_>) -> String {
    let mut out = Vec::new();
    write_number(as_number(value), &mut out);
    String::from_utf8(out).unwrap_or_default()
}

fn list(value: ValueRef<'_>) -> Value {
    let text = text(value);
    if text.starts_with('[')
        && let Ok(items) = serde_json::from_str(&text)
    {
        return Value::List(items);
    }
    Value::List(if text.is_empty() { Vec::new() } else { vec![text] })
}

fn json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null | ValueRef::Text(b"null") => Value::Null,
        ValueRef::Text(it) | ValueRef::Blob(it) if is_json(it) => Value::Json(text(value)),
        ValueRef::Text(_) | ValueRef::Blob(_) => {
            let mut out = Vec::new();
            purlin_model::json::write_text(&text(value), &mut out);
            Value::Json(String::from_utf8(out).unwrap_or_default())
        }
        number => Value::Json(number_text(number)),
    }
}

fn point(value: ValueRef<'_>) -> Value {
    #[derive(Default, serde::Deserialize)]
    #[serde(default)]
    struct Point {
        lon: f64,
        lat: f64,
    }
    let Point { lon, lat } = serde_json::from_str(&text(value)).unwrap_or_default();
    Value::Point { lon, lat }
}

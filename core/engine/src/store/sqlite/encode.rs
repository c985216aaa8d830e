//! Rows to JSON, where they are read.

use std::io::Write;

use purlin_model::Collection;
use purlin_model::json::{write_number, write_text};
use purlin_model::plan::{Shape, Slot};
use purlin_model::schema::FieldKind;
use rusqlite::Row;
use rusqlite::types::ValueRef;

/// Appends a record's object: the row's columns are the shape's fields in order, then the masks,
/// the first of which is column `masks`.
pub(super) fn object(
    out: &mut Vec<u8>,
    row: &Row<'_>,
    collection: &Collection,
    shape: &Shape,
    masks: usize,
) -> rusqlite::Result<()> {
    out.push(b'{');
    let start = out.len();
    let mut column = 0;
    for slot in &shape.slots {
        let (key, value) = match slot {
            Slot::Fixed(member) => (member, None),
            Slot::Field { key, field, mask } => {
                let index = column;
                column += 1;
                if let Some(mask) = mask
                    && !row.get::<_, bool>(masks + mask)?
                {
                    continue;
                }
                (key, Some((&collection.fields[*field].kind, row.get_ref(index)?)))
            }
        };
        if out.len() > start {
            out.push(b',');
        }
        out.extend_from_slice(key.as_bytes());
        if let Some((kind, value)) = value {
            field(out, kind, value);
        }
    }
    out.push(b'}');
    Ok(())
}

/// Appends a field's value. A view may yield anything in any column: what does not fit becomes
/// what fits best, nulls the kind's zero (http-api.md 3.8).
pub(super) fn field(out: &mut Vec<u8>, kind: &FieldKind, value: ValueRef<'_>) {
    match kind {
        FieldKind::Number { .. } => number(out, value),
        FieldKind::Bool => {
            out.extend_from_slice(if is_true(value) { b"true" } else { b"false" });
        }
        FieldKind::Json { .. } => json(out, value),
        FieldKind::GeoPoint => match value {
            ValueRef::Text(text) if text.starts_with(b"{") && is_json(text) => {
                out.extend_from_slice(text);
            }
            _ => out.extend_from_slice(b"{\"lon\":0,\"lat\":0}"),
        },
        kind if kind.is_multiple() => list(out, value),
        _ => text(out, value),
    }
}

fn text(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Text(text) | ValueRef::Blob(text) => write_bytes(out, text),
        ValueRef::Null => out.extend_from_slice(b"\"\""),
        number => {
            out.push(b'"');
            self::number(out, number);
            out.push(b'"');
        }
    }
}

fn number(out: &mut Vec<u8>, value: ValueRef<'_>) {
    /// Up to here integers and doubles print alike.
    const EXACT: u64 = 1 << 53;
    match value {
        ValueRef::Integer(number) if number.unsigned_abs() <= EXACT => {
            // Writing to a Vec cannot fail.
            let _ = write!(out, "{number}");
        }
        value => write_number(as_number(value), out),
    }
}

fn list(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Text(text) if text == b"[]" => out.extend_from_slice(text),
        ValueRef::Text(text) if text.starts_with(b"[") && is_json(text) => {
            out.extend_from_slice(text);
        }
        ValueRef::Null | ValueRef::Text(b"") => out.extend_from_slice(b"[]"),
        value => {
            out.push(b'[');
            text(out, value);
            out.push(b']');
        }
    }
}

fn json(out: &mut Vec<u8>, value: ValueRef<'_>) {
    match value {
        ValueRef::Text(text) | ValueRef::Blob(text) if is_json(text) => out.extend_from_slice(text),
        ValueRef::Text(text) | ValueRef::Blob(text) => write_bytes(out, text),
        ValueRef::Null => out.extend_from_slice(b"null"),
        value => number(out, value),
    }
}

/// Whether text is one JSON value without blanks around it.
pub(super) fn is_json(text: &[u8]) -> bool {
    let starts = matches!(text.first(), Some(b'0'..=b'9' | b'-' | b'"' | b'[' | b'{'))
        || matches!(text, b"null" | b"true" | b"false");
    starts && serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
}

/// A number, whatever the column holds: 0 where there is none.
pub(super) fn as_number(value: ValueRef<'_>) -> f64 {
    match value {
        #[allow(clippy::cast_precision_loss)]
        ValueRef::Integer(number) => number as f64,
        ValueRef::Real(number) => number,
        ValueRef::Text(text) => {
            let number = std::str::from_utf8(text).ok().and_then(|text| text.trim().parse().ok());
            number.filter(|number: &f64| number.is_finite()).unwrap_or(0.0)
        }
        ValueRef::Null | ValueRef::Blob(_) => 0.0,
    }
}

/// Whether a column says true: 1, or a text that says so.
pub(super) fn is_true(value: ValueRef<'_>) -> bool {
    match value {
        ValueRef::Text(text) => matches!(text, b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True"),
        value => as_number(value).to_bits() == 1_f64.to_bits(),
    }
}

fn write_bytes(out: &mut Vec<u8>, text: &[u8]) {
    match std::str::from_utf8(text) {
        Ok(text) => write_text(text, out),
        Err(_) => write_text(&String::from_utf8_lossy(text), out),
    }
}

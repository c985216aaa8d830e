//! Rows to JSON, where they are read.

use std::borrow::Cow;

use purlin_model::Collection;
use purlin_model::encode::{self, Stored};
use purlin_model::plan::Shape;
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
    let shown = |mask| row.get(masks + mask);
    shape.write_row(out, shown, |field, column, out| {
        let value = row.get_ref(column)?;
        let text = text(value);
        let stored = stored(value, text.as_deref());
        encode::field(collection, &collection.fields[field], stored, out);
        Ok(())
    })
}

/// The text a column holds, if it does; what is not UTF-8 is shown as far as it can be.
pub(super) fn text(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
        _ => None,
    }
}

/// A column as the model's encoders take it; `text` is [`text`] of the same value.
pub(super) fn stored<'a>(value: ValueRef<'_>, text: Option<&'a str>) -> Stored<'a> {
    match (text, value) {
        (Some(text), _) => Stored::Text(text),
        (None, ValueRef::Integer(number)) => Stored::Integer(number),
        (None, ValueRef::Real(number)) => Stored::Real(number),
        (None, _) => Stored::Null,
    }
}

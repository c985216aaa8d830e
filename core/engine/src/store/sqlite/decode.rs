//! Rows to records.

use std::sync::Arc;

use purlin_model::{Collection, Record, Value, encode};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use super::encode::{stored, text};

/// The record of a row whose first columns are all fields of the collection in order.
pub(super) fn record(row: &Row<'_>, collection: &Arc<Collection>) -> rusqlite::Result<Record> {
    let mut values = Vec::with_capacity(collection.fields.len());
    for (index, field) in collection.fields.iter().enumerate() {
        let value = row.get_ref(index)?;
        let text = text(value);
        values.push(encode::decode_field(collection, field, stored(value, text.as_deref())));
    }
    Ok(Record { collection: collection.clone(), values })
}

/// A result's value without a field to say what it is.
pub(super) fn plain(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        #[allow(clippy::cast_precision_loss)]
        ValueRef::Integer(number) => Value::Number(number as f64),
        ValueRef::Real(number) => Value::Number(number),
        ValueRef::Text(_) | ValueRef::Blob(_) => {
            Value::Text(text(value).unwrap_or_default().into_owned())
        }
    }
}

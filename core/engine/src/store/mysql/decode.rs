//! Rows to records.

use std::sync::Arc;

use purlin_model::{Collection, Record, Value, encode};
use sqlx::mysql::MySqlRow;

use super::encode::{Cell, Form, cell};
use crate::store::StoreError;

/// The record of a row whose first columns are all fields of the collection in order.
pub(super) fn record(
    row: &MySqlRow,
    forms: &[Form],
    collection: &Arc<Collection>,
) -> Result<Record, StoreError> {
    let mut values = Vec::with_capacity(collection.fields.len());
    for (index, field) in collection.fields.iter().enumerate() {
        values.push(encode::decode_field(collection, field, cell(row, forms, index)?.stored()));
    }
    Ok(Record { collection: collection.clone(), values })
}

/// A result's value without a field to say what it is.
pub(super) fn plain(value: Cell<'_>) -> Value {
    match value {
        Cell::Null => Value::Null,
        #[allow(clippy::cast_precision_loss)]
        Cell::Integer(number) => Value::Number(number as f64),
        Cell::Real(number) => Value::Number(number),
        Cell::Text(text) => Value::Text(text.into_owned()),
    }
}

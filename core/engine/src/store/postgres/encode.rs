//! Rows to JSON and to records, straight from the bytes the server sent.

use std::sync::Arc;

use purlin_model::encode::{self, Stored};
use purlin_model::plan::Shape;
use purlin_model::{Collection, Record};
use sqlx::postgres::PgRow;
use sqlx::{Column as _, Row as _};

/// Appends a record's object: the row's columns are the shape's fields in order, then the masks,
/// the first of which is column `masks`.
pub(super) fn object(
    out: &mut Vec<u8>,
    row: &PgRow,
    collection: &Collection,
    shape: &Shape,
    masks: usize,
) -> Result<(), sqlx::Error> {
    shape.write_row(
        out,
        |mask| truth(row, masks + mask),
        |field, column, out| {
            encode::field(collection, &collection.fields[field], stored(row, column)?, out);
            Ok(())
        },
    )
}

/// The record of a row whose first columns are all fields of the collection in order.
pub(super) fn record(row: &PgRow, collection: &Arc<Collection>) -> Result<Record, sqlx::Error> {
    let mut values = Vec::with_capacity(collection.fields.len());
    for (index, field) in collection.fields.iter().enumerate() {
        values.push(encode::decode_field(collection, field, stored(row, index)?));
    }
    Ok(Record { collection: collection.clone(), values })
}

/// A column that is a condition.
pub(super) fn truth(row: &PgRow, index: usize) -> Result<bool, sqlx::Error> {
    Ok(bytes(row, index)? == Some(&[1]))
}

/// A column that is a count.
pub(super) fn count(row: &PgRow, index: usize) -> Result<u64, sqlx::Error> {
    Ok(count_if_any(row, index)?.unwrap_or(0))
}

/// A column that is a count or null.
pub(super) fn count_if_any(row: &PgRow, index: usize) -> Result<Option<u64>, sqlx::Error> {
    let number = bytes(row, index)?.and_then(|bytes| bytes.try_into().ok());
    Ok(number.map(|number| i64::from_be_bytes(number).try_into().unwrap_or(0)))
}

/// A column that is a text.
pub(super) fn text(row: &PgRow, index: usize) -> Result<Option<&str>, sqlx::Error> {
    bytes(row, index)?.map(utf8).transpose()
}

/// What a column of a field holds: doubles, bools and texts (`column_type` and `native` see to
/// that). While the schema changes a column may be of another kind than the plan thinks: what
/// counts is what the server sends.
fn stored(row: &PgRow, index: usize) -> Result<Stored<'_>, sqlx::Error> {
    let Some(bytes) = bytes(row, index)? else { return Ok(Stored::Null) };
    let kind = row.columns()[index].type_info().oid().map_or(0, |oid| oid.0);
    Ok(match (kind, bytes) {
        (DOUBLE, bytes) => {
            bytes.try_into().map_or(Stored::Null, |number| Stored::Real(f64::from_be_bytes(number)))
        }
        (BOOL, bytes) => Stored::Integer(i64::from(bytes == [1])),
        (_, bytes) => Stored::Text(utf8(bytes)?),
    })
}

/// The server's numbers of types.
const BOOL: u32 = 16;
const DOUBLE: u32 = 701;

fn utf8(bytes: &[u8]) -> Result<&str, sqlx::Error> {
    std::str::from_utf8(bytes).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn bytes(row: &PgRow, index: usize) -> Result<Option<&[u8]>, sqlx::Error> {
    let value = row.try_get_raw(index)?;
    Ok(value.as_bytes().ok())
}

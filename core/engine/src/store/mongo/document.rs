//! Records to documents.

use mongodb::bson::RawBson;
use mongodb::bson::raw::{CString, RawDocumentBuf};
use purlin_model::schema::{Collection, Field, FieldKind};
use purlin_model::{Record, Value, dialect, encode};

use super::index::Shadows;
use super::{names, native, tree};
use crate::store::StoreError;

/// A record as a document; `order` is its place in the order of insertion. Fields at the positions
/// `left_out` are the database's to fill in.
pub(super) fn of_record(
    record: &Record,
    left_out: &[usize],
    order: i64,
) -> Result<RawDocumentBuf, StoreError> {
    let shadows = Shadows::of(&record.collection);
    let mut out = RawDocumentBuf::new();
    let fields = record.collection.fields.iter().zip(&record.values).enumerate();
    for (position, (field, value)) in fields {
        if left_out.contains(&position) {
            continue;
        }
        members(field, value, &shadows, &mut |name, value| append(&mut out, name, value))?;
    }
    if record.collection.adopted.is_none() {
        append(&mut out, names::ORDER, RawBson::Int64(order))?;
    }
    Ok(out)
}

/// The members a field's value is kept in.
pub(super) fn members(
    field: &Field,
    value: &Value,
    shadows: &Shadows,
    put: &mut dyn FnMut(&str, RawBson) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let name = names::member(field);
    if field.native.is_some() {
        let value = native::stored(field, value);
        return put(&name, RawBson::try_from(value).map_err(|error| unstorable(&error))?);
    }
    match (&field.kind, value) {
        (FieldKind::Json { .. }, Value::Json(json)) => {
            put(&name, RawBson::String(json.clone()))?;
            put(&names::tree_of(field), tree::of_json(json))?;
        }
        (FieldKind::Json { .. }, _) => {
            put(&name, RawBson::Null)?;
            put(&names::tree_of(field), RawBson::Null)?;
        }
        (_, Value::Point { lon, lat }) => {
            let mut point = RawDocumentBuf::new();
            append(&mut point, "lon", RawBson::Double(*lon))?;
            append(&mut point, "lat", RawBson::Double(*lat))?;
            put(&name, RawBson::Document(point))?;
            put(&names::text_of(field), RawBson::String(encode::stored_text(value)))?;
        }
        (_, Value::List(items)) => {
            let items: mongodb::bson::RawArrayBuf = items.iter().map(String::as_str).collect();
            put(&name, RawBson::Array(items))?;
            if shadows.has_text(field) {
                put(&names::text_of(field), RawBson::String(encode::stored_text(value)))?;
            }
        }
        (_, Value::Text(text)) => put(&name, RawBson::String(text.clone()))?,
        (_, Value::Number(number)) => put(&name, RawBson::Double(*number))?,
        (_, Value::Bool(truth)) => put(&name, RawBson::Boolean(*truth))?,
        (_, Value::Null | Value::Json(_)) => put(&name, RawBson::Null)?,
    }
    if shadows.has_folded(field) {
        let text = purlin_model::plan::rendering::text(value).unwrap_or_default();
        put(&names::folded_of(field), RawBson::String(dialect::lower(&text)))?;
    }
    Ok(())
}

/// The document of a record that is not stored, as conditions on it see one.
pub(super) fn given(record: &Record) -> Result<RawDocumentBuf, StoreError> {
    let mut own = record.clone();
    let mut collection = Collection::clone(&record.collection);
    collection.adopted = None;
    collection.fields.iter_mut().for_each(|field| field.native = None);
    own.collection = std::sync::Arc::new(collection);
    of_record(&own, &[], 0)
}

fn append(out: &mut RawDocumentBuf, name: &str, value: RawBson) -> Result<(), StoreError> {
    let name = CString::try_from(name.to_owned()).map_err(|error| unstorable(&error))?;
    out.append(name, value);
    Ok(())
}

fn unstorable(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Refused(error.to_string())
}

//! Documents to records.

use std::sync::Arc;

use mongodb::bson::{RawBsonRef, RawDocument};
use purlin_model::encode::{Stored, decode_field};
use purlin_model::schema::{Collection, Field, FieldKind};
use purlin_model::{Record, Value};

use super::field::is_foreign;
use super::member::Members;
use super::native;

/// The record of a document.
pub(super) fn record(members: &Members<'_>, collection: &Arc<Collection>) -> Record {
    let value = |(position, field)| value(collection, field, members.of_field(position));
    let values = collection.fields.iter().enumerate().map(value).collect();
    Record { collection: collection.clone(), values }
}

fn value(collection: &Collection, field: &Field, raw: Option<RawBsonRef<'_>>) -> Value {
    let Some(raw) = raw else { return decode_field(collection, field, Stored::Null) };
    let foreign = is_foreign(collection, field);
    match (&field.kind, raw) {
        (_, RawBsonRef::String(text)) if !foreign => {
            decode_field(collection, field, Stored::Text(text))
        }
        (kind, RawBsonRef::Array(items)) if kind.is_multiple() => {
            let text = |item: RawBsonRef<'_>| text(item);
            Value::List(items.into_iter().flatten().map(text).collect())
        }
        (FieldKind::GeoPoint, RawBsonRef::Document(point)) => {
            Value::Point { lon: number(point, "lon"), lat: number(point, "lat") }
        }
        (FieldKind::Json { .. }, RawBsonRef::String(text)) if collection.is_view() => {
            decode_field(collection, field, Stored::Text(text))
        }
        (FieldKind::Json { .. }, raw) if foreign => {
            let mut out = Vec::new();
            native::write_json(raw, &mut out);
            match String::from_utf8(out) {
                Ok(json) if json != "null" => Value::Json(json),
                _ => Value::Null,
            }
        }
        (_, raw) => {
            let mut spare = String::new();
            decode_field(collection, field, native::taken(raw, &mut spare))
        }
    }
}

/// A value as text, as ids and items of lists are read.
pub(super) fn text(value: RawBsonRef<'_>) -> String {
    let mut spare = String::new();
    match native::taken(value, &mut spare) {
        Stored::Text(text) => text.to_owned(),
        Stored::Integer(number) => number.to_string(),
        Stored::Real(number) => purlin_model::dialect::number_text(number),
        Stored::Null => String::new(),
    }
}

/// A number of a document; zero where there is none.
pub(super) fn number(document: &RawDocument, name: &str) -> f64 {
    match document.get(name) {
        Ok(Some(RawBsonRef::Double(number))) => number,
        Ok(Some(RawBsonRef::Int32(number))) => number.into(),
        #[allow(clippy::cast_precision_loss)]
        Ok(Some(RawBsonRef::Int64(number))) => number as f64,
        _ => 0.0,
    }
}

//! Documents to JSON, straight from the bytes the server sent.

use std::convert::Infallible;

use mongodb::bson::RawBsonRef;
use purlin_model::encode::{self, Stored};
use purlin_model::json::write_text;
use purlin_model::plan::Shape;
use purlin_model::schema::{Collection, Field, FieldKind};

use super::decode::number;
use super::field::is_foreign;
use super::member::Members;
use super::native;

/// Appends a record's object.
pub(super) fn object(
    out: &mut Vec<u8>,
    members: &Members<'_>,
    collection: &Collection,
    shape: &Shape,
) {
    let shown = |mask| Ok(members.mask(mask));
    let written: Result<(), Infallible> = shape.write_row(out, shown, |field, _, out| {
        value(out, collection, &collection.fields[field], members.of_field(field));
        Ok(())
    });
    written.unwrap_or_else(|never| match never {});
}

fn value(out: &mut Vec<u8>, collection: &Collection, field: &Field, raw: Option<RawBsonRef<'_>>) {
    let Some(raw) = raw else { return encode::field(collection, field, Stored::Null, out) };
    match (&field.kind, raw) {
        (FieldKind::Password { .. }, _) => out.extend_from_slice(b"\"\""),
        (kind, RawBsonRef::Array(items)) if kind.is_multiple() => {
            native::write_array(items, out, item_text);
        }
        (FieldKind::GeoPoint, RawBsonRef::Document(point)) => {
            encode::point(number(point, "lon"), number(point, "lat"), out);
        }
        (FieldKind::Json { .. }, RawBsonRef::String(text)) if collection.is_view() => {
            encode::field(collection, field, Stored::Text(text), out);
        }
        (FieldKind::Json { .. }, raw) if is_foreign(collection, field) => {
            native::write_json(raw, out);
        }
        (_, raw) => {
            let mut spare = String::new();
            encode::field(collection, field, native::taken(raw, &mut spare), out);
        }
    }
}

fn item_text(item: RawBsonRef<'_>, out: &mut Vec<u8>) {
    let mut spare = String::new();
    match native::taken(item, &mut spare) {
        Stored::Text(text) => write_text(text, out),
        Stored::Integer(number) => write_text(&number.to_string(), out),
        Stored::Real(number) => write_text(&purlin_model::dialect::number_text(number), out),
        Stored::Null => out.extend_from_slice(b"\"\""),
    }
}

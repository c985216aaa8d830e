//! Values of documents that Purlin found, or that a view computes: any type in any member.

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, RawArray, RawBsonRef};
use purlin_model::json::{write_number, write_text};
use purlin_model::schema::{Field, NativeKind};
use purlin_model::{Value, date, dialect, encode};

/// The value a query has to ask for to find at least what a comparison with a bound value finds;
/// `None` where that cannot be said.
pub(super) fn wanted(field: &Field, value: &Value) -> Option<Bson> {
    let Value::Text(text) = value else { return None };
    match field.native_kind()? {
        NativeKind::Text => Some(Bson::String(text.clone())),
        NativeKind::ObjectId => ObjectId::parse_str(text).ok().map(Bson::ObjectId),
        NativeKind::Integer if dialect::decimal(text).is_some_and(|it| it.to_string() == *text) => {
            dialect::decimal(text).map(Bson::Double)
        }
        _ => None,
    }
}

/// The id of a record as its document holds it.
pub(super) fn id(field: &Field, id: &str) -> Bson {
    stored(field, &Value::from(id))
}

/// A value as the member of an adopted document holds it.
pub(super) fn stored(field: &Field, value: &Value) -> Bson {
    match (field.native_kind(), value) {
        (_, Value::Null) => Bson::Null,
        (Some(NativeKind::ObjectId), Value::Text(text)) => {
            ObjectId::parse_str(text).map_or_else(|_| empty_or(text), Bson::ObjectId)
        }
        (Some(NativeKind::Moment | NativeKind::Timestamp | NativeKind::Day), Value::Text(text)) => {
            match date::to_millis(text) {
                Some(millis) => Bson::DateTime(DateTime::from_millis(millis)),
                None => empty_or(text),
            }
        }
        (Some(NativeKind::Integer), Value::Number(number)) => whole(*number),
        (Some(NativeKind::Integer), Value::Text(text)) => match dialect::decimal(text) {
            Some(number) => whole(number),
            None => empty_or(text),
        },
        (_, Value::Bool(truth)) => Bson::Boolean(*truth),
        (_, Value::Number(number)) => Bson::Double(*number),
        (_, Value::Text(text)) => Bson::String(text.clone()),
        (_, Value::List(items)) => {
            Bson::Array(items.iter().map(|item| item_of(field, item)).collect())
        }
        (_, Value::Json(json)) => parsed(json),
        (_, Value::Point { lon, lat }) => {
            let mut point = mongodb::bson::Document::new();
            point.insert("lon", *lon);
            point.insert("lat", *lat);
            Bson::Document(point)
        }
    }
}

/// Relations may hold object ids; nothing says so but their own look.
fn item_of(_field: &Field, item: &str) -> Bson {
    Bson::String(item.to_owned())
}

fn empty_or(text: &str) -> Bson {
    if text.is_empty() { Bson::Null } else { Bson::String(text.to_owned()) }
}

fn whole(number: f64) -> Bson {
    #[allow(clippy::cast_possible_truncation)]
    if number.fract() == 0.0 && number.abs() < 9.0e18 {
        Bson::Int64(number as i64)
    } else {
        Bson::Double(number)
    }
}

/// JSON text as a document holds it.
fn parsed(json: &str) -> Bson {
    let value = serde_json::from_str::<Bson>(json);
    value.unwrap_or(Bson::Null)
}

/// A value as the model's encoders take it; `spare` is where its text may be written.
pub(super) fn taken<'a>(value: RawBsonRef<'a>, spare: &'a mut String) -> encode::Stored<'a> {
    use encode::Stored;
    match value {
        RawBsonRef::String(text) => Stored::Text(text),
        RawBsonRef::Double(number) => Stored::Real(number),
        RawBsonRef::Int32(number) => Stored::Integer(number.into()),
        RawBsonRef::Int64(number) => Stored::Integer(number),
        RawBsonRef::Boolean(truth) => Stored::Integer(truth.into()),
        RawBsonRef::Null | RawBsonRef::Undefined => Stored::Null,
        RawBsonRef::DateTime(moment) => {
            *spare = date::canonical(moment.timestamp_millis());
            Stored::Text(spare)
        }
        RawBsonRef::ObjectId(id) => {
            *spare = id.to_hex();
            Stored::Text(spare)
        }
        RawBsonRef::Decimal128(decimal) => match decimal.to_string().parse() {
            Ok(number) => Stored::Real(number),
            Err(_) => Stored::Null,
        },
        other => {
            let mut out = Vec::new();
            write_json(other, &mut out);
            *spare = String::from_utf8(out).unwrap_or_default();
            Stored::Text(spare)
        }
    }
}

/// Appends a value as JSON: moments and ids as their texts, what JSON has no form for as the text
/// the database's own notation has for it.
pub(super) fn write_json(value: RawBsonRef<'_>, out: &mut Vec<u8>) {
    match value {
        RawBsonRef::Null | RawBsonRef::Undefined => out.extend_from_slice(b"null"),
        RawBsonRef::Boolean(truth) => encode::bool(truth, out),
        RawBsonRef::Double(number) => write_number(number, out),
        RawBsonRef::Int32(number) => out.extend_from_slice(number.to_string().as_bytes()),
        RawBsonRef::Int64(number) => out.extend_from_slice(number.to_string().as_bytes()),
        RawBsonRef::String(text) => write_text(text, out),
        RawBsonRef::Array(items) => write_array(items, out, write_json),
        RawBsonRef::Document(members) => {
            out.push(b'{');
            for (index, (key, value)) in members.iter().flatten().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_text(key.as_str(), out);
                out.push(b':');
                write_json(value, out);
            }
            out.push(b'}');
        }
        RawBsonRef::DateTime(moment) => {
            write_text(&date::canonical(moment.timestamp_millis()), out);
        }
        RawBsonRef::ObjectId(id) => write_text(&id.to_hex(), out),
        RawBsonRef::Decimal128(decimal) => match decimal.to_string().parse() {
            Ok(number) => write_number(number, out),
            Err(_) => out.extend_from_slice(b"null"),
        },
        other => {
            let text = Bson::try_from(other).map(|value| value.to_string());
            write_text(&text.unwrap_or_default(), out);
        }
    }
}

/// Appends an array as JSON, each item as it is written by `one`.
pub(super) fn write_array(
    items: &RawArray,
    out: &mut Vec<u8>,
    one: fn(RawBsonRef<'_>, &mut Vec<u8>),
) {
    out.push(b'[');
    for (index, item) in items.into_iter().flatten().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        one(item, out);
    }
    out.push(b']');
}

/// A value without a field to say what it is: null, a number or a text.
pub(super) fn plain(value: Option<RawBsonRef<'_>>) -> Value {
    let Some(value) = value else { return Value::Null };
    let mut spare = String::new();
    match taken(value, &mut spare) {
        encode::Stored::Null => Value::Null,
        #[allow(clippy::cast_precision_loss)]
        encode::Stored::Integer(number) => Value::Number(number as f64),
        encode::Stored::Real(number) => Value::Number(number),
        encode::Stored::Text(text) => Value::from(text),
    }
}

//! What a client sent to what a field holds (http-api.md 3.5). Nearly everything is accepted:
//! what makes no sense becomes the field's zero value; rules of the field are checked afterwards.

pub mod form;

mod geo;
mod list;
mod number;

pub use number::{number_from_text, plain_number};

use crate::date;
use crate::fault::Fault;
use crate::json::{Json, JsonError, compact};
use crate::schema::FieldKind;
use crate::value::Value;

/// The value a field of this kind holds when a client sends this.
///
/// # Errors
/// A number that is none (`"NaN"`, `"Inf"`), JSON text that no double or object can hold.
pub fn normalise(kind: &FieldKind, sent: &Json) -> Result<Value, Fault> {
    Ok(match kind {
        FieldKind::Text { .. }
        | FieldKind::Editor { .. }
        | FieldKind::Email { .. }
        | FieldKind::Url { .. }
        | FieldKind::Password { .. } => Value::Text(text(sent)),
        FieldKind::Number { .. } => Value::Number(number::number(sent)?),
        FieldKind::Bool => Value::Bool(truth(sent)),
        FieldKind::Date { .. } | FieldKind::Autodate { .. } => {
            Value::Text(sent.text().and_then(date::parse).unwrap_or_default())
        }
        FieldKind::Json { .. } => json(sent)?,
        FieldKind::GeoPoint => geo::point(sent),
        FieldKind::Select { .. } | FieldKind::File { .. } | FieldKind::Relation { .. } => {
            list::chosen(kind, list::items(sent))
        }
    })
}

/// The items a select, relation or file field would hold, before it keeps one or many of them.
#[must_use]
pub fn items(sent: &Json) -> Vec<String> {
    list::items(sent)
}

/// A select, relation or file value of these items: single-valued fields keep the last.
#[must_use]
pub fn chosen(kind: &FieldKind, items: Vec<String>) -> Value {
    list::chosen(kind, items)
}

/// The text of a scalar, `""` of everything else.
#[must_use]
pub fn text(sent: &Json) -> String {
    match sent {
        Json::Text(text) => text.clone(),
        Json::Number(number) => plain_number(*number),
        Json::Bool(true) => "true".to_owned(),
        Json::Bool(false) => "false".to_owned(),
        Json::Null | Json::List(_) | Json::Object(_) => String::new(),
    }
}

fn truth(sent: &Json) -> bool {
    match sent {
        Json::Bool(truth) => *truth,
        Json::Number(number) => *number != 0.0,
        Json::Text(text) => matches!(text.as_str(), "1" | "t" | "T" | "true" | "TRUE" | "True"),
        Json::Null | Json::List(_) | Json::Object(_) => false,
    }
}

fn json(sent: &Json) -> Result<Value, Fault> {
    match sent {
        Json::Null => Ok(Value::Null),
        Json::Text(text) => json_from_text(text),
        sent => Ok(Value::Json(sent.canonical())),
    }
}

/// A json field's value for a text: JSON where it looks and reads like JSON, else a JSON string.
///
/// # Errors
/// `validation_invalid_json` for text that is JSON in form but cannot be held: a number out of
/// range, an object with a key twice, nesting too deep.
pub fn json_from_text(text: &str) -> Result<Value, Fault> {
    let looks_like_json = matches!(text, "null" | "true" | "false")
        || text.starts_with(|first: char| matches!(first, '0'..='9' | '-' | '"' | '[' | '{'));
    if looks_like_json {
        match compact(text) {
            Ok(compact) if compact == "null" => return Ok(Value::Null),
            Ok(compact) => return Ok(Value::Json(compact)),
            Err(JsonError::Syntax(_) | JsonError::Text(_)) => {}
            Err(_) => {
                return Err(Fault::new("validation_invalid_json", "must be a valid json value"));
            }
        }
    }
    Ok(Value::Json(Json::from(text).to_text()))
}

#[cfg(test)]
mod tests;

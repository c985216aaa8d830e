//! Whether a record may be stored as it is: the rules of its fields (http-api.md 3.4), with the
//! contract's codes, messages and parameters (1.4). All fields are looked at, also those not
//! submitted: their rules may have changed since. What only the database knows is left to the
//! caller, named in the verdict.

mod address;
mod choice;
mod number;
mod text;

pub use address::{is_email, is_url};

use super::Draft;
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::schema::{Field, FieldKind};
use crate::value::Value;

/// What validation found, and what it could not know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// What is wrong, by field.
    pub faults: Faults,
    /// Ids that must be records of the collection referred to, else [`missing_relations`] for the
    /// field. Only what is new against the stored record.
    pub relations: Vec<RelationCheck>,
    /// A new record's id of a collection with a custom id pattern: no record may have it in any
    /// case of letters, else [`id_taken`].
    pub id_in_any_case: Option<String>,
    /// A new auth record's id: no other auth collection may have it, else [`auth_id_taken`].
    pub auth_id: Option<String>,
}

/// Ids a relation field newly holds.
#[derive(Clone, Debug, PartialEq)]
pub struct RelationCheck {
    /// Position of the field.
    pub field: usize,
    /// Id of the collection referred to.
    pub collection_id: String,
    /// Without duplicates; never empty.
    pub ids: Vec<String>,
}

/// The pattern of ids that needs no further checks.
const PLAIN_ID: &str = "^[a-z0-9]+$";

/// Checks every field of a draft. Faults found while it was submitted stay.
#[must_use]
pub fn validate(draft: &Draft) -> Verdict {
    let mut verdict = Verdict { faults: draft.faults.clone(), ..Verdict::default() };
    let collection = &draft.record.collection;
    let left_out = draft.left_out();
    for (index, field) in collection.fields.iter().enumerate() {
        let given = match field.is_fixed() {
            true => is_changed(draft, index),
            false => !left_out.contains(&index),
        };
        if !given || verdict.faults.0.iter().any(|(key, _)| *key == field.name) {
            continue;
        }
        match check(draft, index, field) {
            Err(fault) => verdict.faults.add(field.name.clone(), fault),
            Ok(()) => verdict.relations.extend(added_relations(draft, index, field)),
        }
    }
    if draft.is_new {
        let id = draft.record.id();
        // What ids an adopted table holds together is its own affair.
        let custom = collection.adopted.is_none() && is_custom_id(collection.field("id"));
        verdict.id_in_any_case = custom.then(|| id.to_owned());
        verdict.auth_id = collection.is_auth().then(|| id.to_owned());
    }
    verdict
}

fn check(draft: &Draft, index: usize, field: &Field) -> Result<(), Fault> {
    let value = &draft.record.values[index];
    if let FieldKind::Text { primary_key: true, .. } = field.kind {
        return text::id(field, value.text(), (!draft.is_new).then(|| draft.base.id()));
    }
    if field.is_fixed() {
        return Err(read_only());
    }
    if !field.nullable && !field.holds_blank() && is_nothing(field, value) {
        return Err(required());
    }
    // Autodates have no `required`: the server sets them.
    if field.required && is_blank(value) && !matches!(field.kind, FieldKind::Autodate { .. }) {
        return Err(required());
    }
    match &field.kind {
        FieldKind::Text { .. } => text::text(&field.kind, value.text()),
        FieldKind::Editor { max_size, .. } => text::editor(*max_size, value.text()),
        FieldKind::Password { .. } if draft.plain.contains(&index) => {
            text::password(&field.kind, value.text())
        }
        FieldKind::Number { min, max, only_int } => number::number(*min, *max, *only_int, value),
        FieldKind::Email { except_domains, only_domains } => {
            address::email(except_domains, only_domains, value.text())
        }
        FieldKind::Url { except_domains, only_domains } => {
            address::url(except_domains, only_domains, value.text())
        }
        FieldKind::Date { min, max } => number::date(min, max, value.text()),
        FieldKind::Select { values, max_select } => choice::select(values, *max_select, value),
        FieldKind::Relation { min_select, max_select, .. } => {
            choice::relation(*min_select, *max_select, value)
        }
        FieldKind::File { max_select, .. } => choice::file(*max_select, value),
        FieldKind::Json { max_size } => {
            text::json(*max_size, value)?;
            text::texts(field, value)
        }
        FieldKind::GeoPoint => number::point(value),
        FieldKind::Bool | FieldKind::Autodate { .. } | FieldKind::Password { .. } => Ok(()),
    }
}

/// Whether a field is to get another value than it has.
fn is_changed(draft: &Draft, index: usize) -> bool {
    draft.touched.contains(&index) && draft.record.values[index] != draft.base.values[index]
}

/// Whether there is nothing to put into the column of an adopted table.
fn is_nothing(field: &Field, value: &Value) -> bool {
    match value {
        Value::Null => field.native.is_some(),
        Value::Text(text) => text.is_empty(),
        _ => false,
    }
}

/// Whether a value counts as none where one is required.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(truth) => !truth,
        Value::Number(number) => *number == 0.0,
        Value::Text(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Json(json) => matches!(json.as_str(), "" | "null" | "\"\"" | "[]" | "{}"),
        Value::Point { lon, lat } => *lon == 0.0 && *lat == 0.0,
    }
}

fn added_relations(draft: &Draft, index: usize, field: &Field) -> Option<RelationCheck> {
    let FieldKind::Relation { collection_id, .. } = &field.kind else { return None };
    let known = if draft.is_new { &[] } else { draft.base.values[index].items() };
    let now = draft.record.values[index].items();
    let ids: Vec<String> = now.iter().filter(|id| !known.contains(id)).cloned().collect();
    let collection_id = collection_id.clone();
    (!ids.is_empty()).then_some(RelationCheck { field: index, collection_id, ids })
}

/// Whether ids of the collection may hold more than lower-case letters and digits.
fn is_custom_id(id: Option<&Field>) -> bool {
    let kind = id.map(|field| &field.kind);
    matches!(kind, Some(FieldKind::Text { pattern, .. }) if pattern != PLAIN_ID)
}

/// A value is missing.
#[must_use]
pub fn required() -> Fault {
    Fault::new("validation_required", "cannot be blank")
}

/// The column holds a list of texts and nothing else.
#[must_use]
pub fn not_texts() -> Fault {
    Fault::new("validation_invalid_texts", "must be a list of texts")
}

/// The database's type is none that Purlin writes.
#[must_use]
pub fn read_only() -> Fault {
    Fault::new("validation_read_only", "the field can only be read")
}

/// A unique index has the value already.
#[must_use]
pub fn not_unique() -> Fault {
    Fault::new("validation_not_unique", "value must be unique")
}

/// The collection a relation refers to is gone.
#[must_use]
pub fn missing_collection() -> Fault {
    let message = "relation connection is missing or cannot be accessed";
    Fault::new("validation_missing_rel_collection", message)
}

/// Some of a relation's ids are no records.
#[must_use]
pub fn missing_relations() -> Fault {
    let message = "failed to find all relation records with the provided ids";
    Fault::new("validation_missing_rel_records", message)
}

/// An id is taken in another case of letters.
#[must_use]
pub fn id_taken() -> Fault {
    Fault::new("validation_pk_invalid", "the record primary key is invalid or already exists")
}

/// An id was that of a record whose delete is not done everywhere yet.
#[must_use]
pub fn id_parting() -> Fault {
    let message = "the record of this id is still being removed elsewhere, try again later";
    Fault::new("validation_pk_parting", message)
}

/// An id is taken in another auth collection.
#[must_use]
pub fn auth_id_taken() -> Fault {
    let message = "invalid or duplicated auth record id";
    Fault::new("validation_invalid_auth_id", message)
}

/// A whole number as a parameter.
fn count(number: u64) -> Json {
    #[allow(clippy::cast_precision_loss)]
    Json::Number(number as f64)
}

#[cfg(test)]
mod tests;

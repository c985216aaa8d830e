//! What the server adds to a record: ids, generated texts, dates.

use jiff::Timestamp;

use super::Draft;
use super::id::{DEFAULT_PATTERN, new_id, new_object_id, new_uuid};
use crate::date;
use crate::pattern::{Random, generate};
use crate::schema::{Field, FieldKind, NativeKind};
use crate::value::Value;

impl Draft {
    /// Fills what was left blank and the server knows: on create the id and texts with a pattern
    /// to generate from; autodates, all with the same instant.
    pub fn complete(&mut self, now: Timestamp, random: &mut Random<'_>) {
        let collection = self.record.collection.clone();
        let today = date::format(now);
        for (index, field) in collection.fields.iter().enumerate() {
            let value = match &field.kind {
                FieldKind::Autodate { on_create, on_update } => {
                    let due = if self.is_new { *on_create } else { *on_update };
                    due.then(|| today.clone())
                }
                _ if self.is_new && self.record.values[index].text().is_empty() => {
                    own_key(field, now, random).or_else(|| autogenerate(field, now, random))
                }
                _ => None,
            };
            if let Some(text) = value.filter(|text| !text.is_empty()) {
                self.put(index, Value::Text(text));
            }
        }
    }
}

/// A key of the form an adopted table's own are of, where that does not need the database.
fn own_key(field: &Field, now: Timestamp, random: &mut Random<'_>) -> Option<String> {
    match field.native_kind().filter(|_| field.name == "id")? {
        NativeKind::Uuid => Some(new_uuid(now, random)),
        NativeKind::ObjectId => Some(new_object_id(now, random)),
        _ => None,
    }
}

/// A text for a field left blank; `None` where nothing is to be generated.
#[must_use]
pub fn autogenerate(field: &Field, now: Timestamp, random: &mut Random<'_>) -> Option<String> {
    match &field.kind {
        FieldKind::Text { autogenerate_pattern, primary_key: true, .. }
            if autogenerate_pattern == DEFAULT_PATTERN =>
        {
            Some(new_id(now, random))
        }
        FieldKind::Text { autogenerate_pattern, .. } if !autogenerate_pattern.is_empty() => {
            Some(generate(autogenerate_pattern, random))
        }
        _ => None,
    }
}

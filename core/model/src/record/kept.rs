//! Records as one text, for the log of changes: what a deleted record was.

use std::sync::Arc;

use super::Record;
use crate::encode;
use crate::json::{Json, write_text};
use crate::normalise;
use crate::schema::{Collection, FieldKind};
use crate::value::Value;

impl Record {
    /// The record as a JSON object, hidden fields and all; only hashes of passwords stay out.
    /// [`Record::from_kept`] reads it. Never for clients: they get what their scope's shape shows.
    #[must_use]
    pub fn to_kept(&self) -> String {
        let mut out = vec![b'{'];
        for (field, value) in self.collection.fields.iter().zip(&self.values) {
            if matches!(field.kind, FieldKind::Password { .. }) {
                continue;
            }
            if out.len() > 1 {
                out.push(b',');
            }
            write_text(&field.name, &mut out);
            out.push(b':');
            match value {
                // As a text: it comes back to the letter.
                Value::Json(text) => write_text(text, &mut out),
                other => encode::value(other, &mut out),
            }
        }
        out.push(b'}');
        String::from_utf8(out).unwrap_or_default()
    }

    /// The record that [`Record::to_kept`] wrote, under the definition there is now: fields that
    /// have come since are blank. `None` for a text that is no such record.
    #[must_use]
    pub fn from_kept(collection: &Arc<Collection>, text: &str) -> Option<Self> {
        let json = Json::parse(text.as_bytes()).ok()?;
        let Json::Object(_) = json else { return None };
        let mut record = Record::blank(collection);
        for (field, value) in collection.fields.iter().zip(&mut record.values) {
            let Some(kept) = json.get(&field.name) else { continue };
            *value = match (&field.kind, kept) {
                (FieldKind::Json { .. }, Json::Null) => Value::Null,
                (FieldKind::Json { .. }, Json::Text(text)) => Value::Json(text.clone()),
                (FieldKind::Password { .. }, _) => continue,
                // A field of another kind by now holds what that kind makes of it.
                (kind, kept) => normalise::normalise(kind, kept).unwrap_or_else(|_| field.zero()),
            };
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Field, scaffold};

    fn collection() -> Arc<Collection> {
        let mut collection = scaffold::base();
        collection.name = "posts".to_owned();
        let kinds = [
            ("meta", FieldKind::Json { max_size: 0 }),
            ("shown", FieldKind::Bool),
            ("place", FieldKind::GeoPoint),
            ("n", FieldKind::Number { min: None, max: None, only_int: false }),
        ];
        collection.fields.extend(kinds.map(|(name, kind)| Field::new(name, kind)));
        Arc::new(collection)
    }

    #[test]
    fn what_is_kept_comes_back_to_the_letter() {
        let collection = collection();
        let mut record = Record::blank(&collection);
        record.set("id", Value::from("abc"));
        record.set("meta", Value::Json("{\"a\": 1.00, \"b\":[ ]}".to_owned()));
        record.set("shown", Value::Bool(true));
        record.set("place", Value::Point { lon: 1.5, lat: -2.0 });
        record.set("n", Value::Number(0.1));
        assert_eq!(Record::from_kept(&collection, &record.to_kept()), Some(record));
    }

    #[test]
    fn hashes_are_not_kept() {
        let mut collection = (*collection()).clone();
        let kind = FieldKind::Password { min: 0, max: 0, pattern: String::new(), cost: 0 };
        collection.fields.push(Field::new("password", kind));
        let mut record = Record::blank(&Arc::new(collection));
        record.set("password", Value::from("$argon2id$secret"));
        assert!(!record.to_kept().contains("secret"));
    }

    #[test]
    fn other_texts_are_no_records() {
        for text in ["", "[]", "{", "null"] {
            assert_eq!(Record::from_kept(&collection(), text), None, "{text}");
        }
    }
}

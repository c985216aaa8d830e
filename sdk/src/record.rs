//! A record whose shape is not known when the program is compiled.

use std::fmt;
use std::ops::Index;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{DateTime, Error, Result};

/// A record as the server sent it: field names and JSON values.
///
/// Reading never fails: a field that is missing (not asked for with `fields`, hidden, unknown) or
/// of another type reads as that type's empty value, which is what the server stores for it too.
///
/// ```
/// # use purlin_sdk::Record;
/// # use serde_json::json;
/// let record: Record = serde_json::from_value(json!({"id": "a1", "title": "Milk", "tags": ["x"]}))?;
/// assert_eq!(record.id(), "a1");
/// assert_eq!(record.text("title"), "Milk");
/// assert_eq!(record.texts("tags"), ["x"]);
/// assert_eq!(record["title"], "Milk");
/// assert_eq!(record.number("votes"), 0.0);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Record(Map<String, Value>);

static NULL: Value = Value::Null;

impl Record {
    /// The record's id.
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// The id of its collection, stable across renames.
    pub fn collection_id(&self) -> &str {
        self.text("collectionId")
    }

    /// The name of its collection.
    pub fn collection_name(&self) -> &str {
        self.text("collectionName")
    }

    /// A field as it came, if it is there.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.0.get(field)
    }

    /// A text, e-mail, url, editor, select, relation or file field with one value; else `""`.
    pub fn text(&self, field: &str) -> &str {
        self.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// A select, relation or file field with several values; one value counts as a list of one.
    pub fn texts(&self, field: &str) -> Vec<&str> {
        match self.get(field) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(text)) if !text.is_empty() => vec![text],
            _ => Vec::new(),
        }
    }

    /// A number field; else `0`.
    pub fn number(&self, field: &str) -> f64 {
        self.get(field).and_then(Value::as_f64).unwrap_or_default()
    }

    /// A bool field; else `false`.
    pub fn bool(&self, field: &str) -> bool {
        self.get(field).and_then(Value::as_bool).unwrap_or_default()
    }

    /// A date field, if it is set.
    pub fn date(&self, field: &str) -> Option<DateTime> {
        self.text(field).parse().ok()
    }

    /// The related records under `expand.<relation>`; one record counts as a list of one.
    pub fn expanded(&self, relation: &str) -> Vec<Record> {
        let expanded = self.get("expand").and_then(|expand| expand.get(relation));
        let record = |value: &Value| value.as_object().cloned().map(Record);
        match expanded {
            Some(Value::Array(items)) => items.iter().filter_map(record).collect(),
            Some(one) => record(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// All fields.
    pub fn fields(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The same record as a type of yours.
    ///
    /// # Errors
    /// [`Error::Decode`] when the type does not fit.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        let value = Value::Object(self.0.clone());
        let body = || crate::api_error::excerpt(&value.to_string());
        T::deserialize(&value).map_err(|source| Error::Decode { source, body: body() })
    }
}

/// Reads a field; a missing one is `null`.
impl Index<&str> for Record {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        self.get(field).unwrap_or(&NULL)
    }
}

impl From<Map<String, Value>> for Record {
    fn from(fields: Map<String, Value>) -> Self {
        Self(fields)
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reading_is_forgiving_and_parsing_is_not() {
        let record: Record = serde_json::from_value(json!({
            "id": "a", "n": 1.5, "on": true, "when": "2026-01-02 03:04:05.678Z", "unset": "",
            "expand": {"one": {"id": "b"}, "many": [{"id": "c"}, {"id": "d"}]}
        }))
        .expect("an object");
        assert_eq!((record.number("n"), record.number("id")), (1.5, 0.0));
        assert!(record.bool("on") && !record.bool("n"));
        assert_eq!(
            record.date("when").map(|d| d.to_string()).as_deref(),
            Some("2026-01-02 03:04:05.678Z")
        );
        assert_eq!(record.date("unset"), None);
        let ids =
            |name| record.expanded(name).iter().map(|r| r.id().to_owned()).collect::<Vec<_>>();
        assert_eq!(
            (ids("one"), ids("many"), ids("none")),
            (vec!["b".into()], vec!["c".into(), "d".into()], vec![])
        );
        assert!(record["missing"].is_null());
        #[derive(Debug, Deserialize)]
        struct Wrong {
            #[allow(dead_code)]
            n: String,
        }
        assert!(matches!(record.parse::<Wrong>(), Err(Error::Decode { .. })));
    }
}

//! The definition of a field.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The definition of a field of a collection.
///
/// ```
/// use purlin_sdk::Field;
/// let status = Field::select("status", ["open", "done"]).required();
/// let pattern = Field::text("slug").option("pattern", "^[a-z-]+$").option("max", 60);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// Stable across renames: keep it to rename a field without losing its data. Empty for a new
    /// field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// The name, as in records.
    pub name: String,
    /// `text`, `number`, `bool` …
    #[serde(rename = "type")]
    pub field_type: String,
    /// Everything else: `required`, `hidden`, `max`, `values` …
    #[serde(flatten)]
    pub options: Map<String, Value>,
}

impl Field {
    /// A field of any type.
    pub fn new(field_type: &str, name: &str) -> Self {
        let (field_type, name) = (field_type.to_owned(), name.to_owned());
        Self { id: String::new(), name, field_type, options: Map::new() }
    }

    /// A field with one of the given values; more of them with
    /// [`max_select`](Self::max_select).
    pub fn select<'a>(name: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<Value> = values.into_iter().map(Value::from).collect();
        Self::new("select", name).option("values", values)
    }

    /// A reference to a record of the collection with this **id**; several of them with
    /// [`max_select`](Self::max_select).
    pub fn relation(name: &str, collection_id: &str) -> Self {
        Self::new("relation", name).option("collectionId", collection_id)
    }

    /// A date that the server sets when a record is created.
    pub fn created(name: &str) -> Self {
        Self::new("autodate", name).option("onCreate", true)
    }

    /// A date that the server sets when a record is created or updated.
    pub fn updated(name: &str) -> Self {
        Self::created(name).option("onUpdate", true)
    }

    /// The value must not be empty.
    #[must_use]
    pub fn required(self) -> Self {
        self.option("required", true)
    }

    /// Only superusers see and set the value.
    #[must_use]
    pub fn hidden(self) -> Self {
        self.option("hidden", true)
    }

    /// How many values a select, relation or file field may have; more than one makes it a list.
    #[must_use]
    pub fn max_select(self, count: u32) -> Self {
        self.option("maxSelect", count)
    }

    /// Sets any other option.
    #[must_use]
    pub fn option(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.options.insert(name.to_owned(), value.into());
        self
    }
}

macro_rules! plain_types {
    ($($name:ident $type:literal $what:literal)*) => {
        impl Field {
            $(
                #[doc = $what]
                pub fn $name(name: &str) -> Self {
                    Self::new($type, name)
                }
            )*
        }
    };
}

plain_types! {
    text "text" "A text of one or more lines."
    editor "editor" "A text with HTML."
    number "number" "A number."
    bool "bool" "True or false."
    email "email" "An e-mail address."
    url "url" "A URL."
    date "date" "A date with time."
    json "json" "Any JSON."
    geo_point "geoPoint" "A place on Earth."
    file "file" "A file; more of them with [`max_select`](Self::max_select)."
    password "password" "A password, of which only a hash is stored."
}

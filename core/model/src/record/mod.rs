//! One record of a collection.

mod kept;

use std::sync::Arc;

use crate::schema::{Collection, Field};
use crate::value::Value;

/// A record: one value for each field of its collection, in the fields' order.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The collection as the record was read or made under.
    pub collection: Arc<Collection>,
    /// `values[i]` belongs to `collection.fields[i]`; both have the same length.
    pub values: Vec<Value>,
}

impl Record {
    /// A record in which every field holds its zero value.
    #[must_use]
    pub fn blank(collection: &Arc<Collection>) -> Self {
        let values = collection.fields.iter().map(Field::zero).collect();
        Record { collection: collection.clone(), values }
    }

    /// The value of the field of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.collection.field_index(name).map(|index| &self.values[index])
    }

    /// The text of the field of that name; `""` where there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.get(name).map_or("", Value::text)
    }

    /// Whether the bool field of that name is true.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Bool(true))
    }

    /// Sets the field of that name; a collection without it is left as it was.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(index) = self.collection.field_index(name) {
            self.values[index] = value;
        }
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.text("id")
    }
}

//! A record as somebody wants it to be: what was submitted, with its modifiers carried out, what
//! the server adds, and what is wrong with it (http-api.md 3.6, 4.2).
//!
//! The order of things: [`submit`] → rules see [`Draft::would_be`] and [`Draft::body`] →
//! [`auth::check`] → [`Draft::complete`] → [`validate::validate`] → passwords are hashed → stored.

pub mod auth;
pub mod validate;

mod complete;
mod id;
mod modifier;
mod submit;

pub use complete::autogenerate;
pub use id::{DEFAULT_PATTERN, new_id};
pub use submit::{Submission, submit};

use crate::fault::Faults;
use crate::json::Json;
use crate::record::Record;
use crate::schema::Field;
use crate::value::Value;

/// A record as it would become.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The record with everything submitted in it. Password fields in `plain` hold plain text
    /// until their caller hashes them.
    pub record: Record,
    /// The record it started from: the stored one, or a blank one.
    pub base: Record,
    /// Whether the record is to be created.
    pub is_new: bool,
    /// Positions of the fields submitted or set by the server, without duplicates.
    pub touched: Vec<usize>,
    /// Positions among them whose new value was computed from the stored one: the write must
    /// find that one unchanged.
    pub computed: Vec<usize>,
    /// Positions of password fields that hold a new plain text (`""` clears the password).
    pub plain: Vec<usize>,
    /// What rules see as `@request.body`: the members submitted, those of fields under the plain
    /// name with the value the field would hold.
    pub body: Json,
    /// What cannot be held at all.
    pub faults: Faults,
}

impl Draft {
    /// What a create rule speaks of: `verified` is never true yet, a blank id is filled in.
    #[must_use]
    pub fn would_be(&self) -> Record {
        let mut record = self.record.clone();
        if record.collection.is_auth() {
            record.set("verified", Value::Bool(false));
        }
        if record.id().is_empty() {
            record.set("id", Value::from("__new__________"));
        }
        record
    }

    /// Fields of a stored record that change: position and new value; never the id.
    #[must_use]
    pub fn changes(&self) -> Vec<(usize, Value)> {
        let id = self.record.collection.field_index("id");
        let changed = |index: &&usize| {
            Some(**index) != id && self.record.values[**index] != self.base.values[**index]
        };
        let touched = self.touched.iter().filter(changed);
        touched.map(|index| (*index, self.record.values[*index].clone())).collect()
    }

    /// The values the computed ones rest on: position and stored value.
    #[must_use]
    pub fn basis(&self) -> Vec<(usize, Value)> {
        self.computed.iter().map(|index| (*index, self.base.values[*index].clone())).collect()
    }

    /// Positions of the fields of a new record that an adopted table fills in itself: what nobody
    /// said, and what can only be read.
    #[must_use]
    pub fn left_out(&self) -> Vec<usize> {
        let fields = self.record.collection.fields.iter().enumerate();
        let silent = |index: usize, field: &Field| {
            !self.touched.contains(&index)
                || field.name == "id" && self.record.values[index].text().is_empty()
        };
        let left = fields.filter(|(index, field)| {
            self.is_new && (field.is_fixed() || field.is_filled() && silent(*index, field))
        });
        left.map(|(index, _)| index).collect()
    }

    /// Sets the field of that name as the server does, whatever was submitted.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(index) = self.record.collection.field_index(name) {
            self.put(index, value);
        }
    }

    fn put(&mut self, index: usize, value: Value) {
        self.record.values[index] = value;
        if !self.touched.contains(&index) {
            self.touched.push(index);
        }
    }
}

#[cfg(test)]
mod tests;

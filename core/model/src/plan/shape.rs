//! Which members a record's JSON object has, and how it is written (http-api.md 4.1).

use std::convert::Infallible;

use super::scope::Reach;
use super::select::{Shape, Slot};
use crate::encode;
use crate::json::Json;
use crate::record::Record;
use crate::schema::{Collection, Field, FieldKind};
use crate::value::Value;

/// What a caller gets to see of a collection's records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sight<'a> {
    /// Hidden fields too: superusers only.
    pub hidden: bool,
    /// The mask by which an auth record shows its `email`; `None` = always.
    pub email_mask: Option<usize>,
    /// Where each field may be read, by position; none = wherever the record is. Of an `email` that
    /// has a mask of its own that mask says all.
    pub reach: &'a [Reach],
    /// The mask of the first class that fields are held to.
    pub first_class: usize,
    /// Only members of these names; `None` = all there are.
    pub only: Option<&'a [String]>,
}

impl Sight<'_> {
    fn shows(&self, key: &str) -> bool {
        self.only.is_none_or(|names| names.iter().any(|name| name == key))
    }
}

impl Shape {
    /// The object of a collection's records as such a caller sees it: `collectionId`,
    /// `collectionName` and the visible fields, sorted by key.
    #[must_use]
    pub fn of(collection: &Collection, sight: &Sight<'_>) -> Shape {
        let mut members: Vec<(&str, Slot)> = Vec::with_capacity(collection.fields.len() + 2);
        for (key, text) in [("collectionId", &collection.id), ("collectionName", &collection.name)]
        {
            let json = Json::from(text.as_str()).to_text();
            members.push((key, Slot::Fixed(format!("\"{key}\":{json}"))));
        }
        for (field, definition) in collection.fields.iter().enumerate() {
            let read = sight.reach.get(field) != Some(&Reach::Never);
            if read && !never_shown(collection, definition) && (sight.hidden || !definition.hidden)
            {
                members.push((&definition.name, slot(collection, field, definition, sight)));
            }
        }
        members.retain(|(key, _)| sight.shows(key));
        members.sort_by_key(|(key, _)| *key);
        Shape { slots: members.into_iter().map(|(_, slot)| slot).collect() }
    }

    /// Appends a record's object. `masks[i]` says whether mask `i` holds for it; one that is not
    /// given does not hold.
    pub fn encode(&self, record: &Record, masks: &[bool], out: &mut Vec<u8>) {
        self.encode_expanded(record, masks, None, out);
    }

    /// Appends a record's object with an `expand` member, given as finished JSON, at its end.
    pub fn encode_expanded(
        &self,
        record: &Record,
        masks: &[bool],
        expand: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) {
        self.write_slots(masks, out, |field, out| {
            let definition = record.collection.fields.get(field);
            let nullable = definition.is_some_and(|field| field.nullable);
            match (definition.map(|field| &field.kind), record.values.get(field)) {
                (Some(FieldKind::Password { .. }), _) => out.extend_from_slice(b"\"\""),
                (Some(FieldKind::Json { .. }), Some(Value::Null)) | (_, None) => {
                    out.extend_from_slice(b"null");
                }
                (Some(_), Some(Value::Null)) if nullable => out.extend_from_slice(b"null"),
                (Some(kind), Some(Value::Null)) => encode::value(&kind.zero(), out),
                (_, Some(value)) => encode::value(value, out),
            }
        });
        if let Some(expand) = expand {
            out.pop();
            separate(out);
            out.extend_from_slice(b"\"expand\":");
            out.extend_from_slice(expand);
            out.push(b'}');
        }
    }

    /// Appends an object whose field values are written by `write`, which gets a field's position:
    /// how a store encodes a row.
    pub fn write_slots(
        &self,
        masks: &[bool],
        out: &mut Vec<u8>,
        mut write: impl FnMut(usize, &mut Vec<u8>),
    ) {
        let shown = |mask: usize| Ok(masks.get(mask) == Some(&true));
        let written: Result<(), Infallible> = self.write_row(out, shown, |field, _, out| {
            write(field, out);
            Ok(())
        });
        written.unwrap_or_else(|never| match never {});
    }

    /// Appends the object of a row whose columns are the shape's fields in order: `shown` answers a
    /// mask, `write` gets a field's position and that of its column.
    ///
    /// # Errors
    /// What the closures answer; `out` is left in the middle of the object then.
    pub fn write_row<E>(
        &self,
        out: &mut Vec<u8>,
        mut shown: impl FnMut(usize) -> Result<bool, E>,
        mut write: impl FnMut(usize, usize, &mut Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        out.push(b'{');
        let mut column = 0;
        for slot in &self.slots {
            match slot {
                Slot::Fixed(member) => {
                    separate(out);
                    out.extend_from_slice(member.as_bytes());
                }
                Slot::Field { key, field, mask } => {
                    let index = column;
                    column += 1;
                    if let Some(mask) = mask
                        && !shown(*mask)?
                    {
                        continue;
                    }
                    separate(out);
                    out.extend_from_slice(key.as_bytes());
                    write(*field, index, out)?;
                }
            }
        }
        out.push(b'}');
        Ok(())
    }
}

/// How a field is written. A password is never read for an answer: it shows as the empty text.
fn slot(collection: &Collection, field: usize, definition: &Field, sight: &Sight<'_>) -> Slot {
    let key = format!("{}:", Json::from(definition.name.as_str()).to_text());
    if matches!(definition.kind, FieldKind::Password { .. }) {
        return Slot::Fixed(format!("{key}\"\""));
    }
    let is_email = collection.is_auth() && definition.name == "email";
    let class = match sight.reach.get(field) {
        Some(Reach::Where(class)) => Some(sight.first_class + class),
        _ => None,
    };
    Slot::Field { key, field, mask: sight.email_mask.filter(|_| is_email).or(class) }
}

/// A comma after a member; none right after the brace, which no written value ends with.
fn separate(out: &mut Vec<u8>) {
    if out.last() != Some(&b'{') {
        out.push(b',');
    }
}

/// The secrets of records that sign in.
fn never_shown(collection: &Collection, field: &Field) -> bool {
    collection.is_auth() && matches!(field.name.as_str(), "password" | "tokenKey")
}

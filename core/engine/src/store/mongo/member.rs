//! The members of a document that belong to fields, found in one pass.

use std::collections::HashMap;

use mongodb::bson::{RawBsonRef, RawDocument};
use purlin_model::schema::Collection;

use super::names;

/// Which member belongs to which field.
#[derive(Debug)]
pub(super) struct Layout {
    /// In the fields' order.
    names: Vec<String>,
    by_name: HashMap<String, usize>,
    masks: usize,
}

impl Layout {
    /// Of the documents of a collection, with so many masks.
    pub(super) fn of(collection: &Collection, masks: usize) -> Self {
        let names = collection.fields.iter().map(|field| names::member(field).into_owned());
        let names: Vec<String> = names.chain((0..masks).map(mask)).collect();
        let by_name = names.iter().cloned().zip(0..).collect();
        Layout { names, by_name, masks }
    }

    /// Finds the members of a document.
    pub(super) fn find<'d>(&self, document: &'d RawDocument) -> Members<'d> {
        let mut found = vec![None; self.names.len()];
        // Most documents have their members in the fields' order.
        let mut next = 0;
        for (name, value) in document.iter().flatten() {
            let name = name.as_str();
            let at = match self.names.get(next) {
                Some(expected) if expected == name => Some(next),
                _ => self.by_name.get(name).copied(),
            };
            if let Some(at) = at {
                found[at] = Some(value);
                next = at + 1;
            }
        }
        let masks = found.split_off(found.len() - self.masks);
        Members { fields: found, masks }
    }
}

/// The member that answers a mask.
pub(super) fn mask(index: usize) -> String {
    format!(":mask{index}")
}

/// The members of one document.
#[derive(Debug)]
pub(super) struct Members<'d> {
    fields: Vec<Option<RawBsonRef<'d>>>,
    masks: Vec<Option<RawBsonRef<'d>>>,
}

impl<'d> Members<'d> {
    /// What the document holds for the field at a position.
    pub(super) fn of_field(&self, position: usize) -> Option<RawBsonRef<'d>> {
        self.fields.get(position).copied().flatten()
    }

    /// Whether a mask holds.
    pub(super) fn mask(&self, index: usize) -> bool {
        matches!(self.masks.get(index), Some(Some(RawBsonRef::Boolean(true))))
    }

    /// What the masks answered.
    pub(super) fn masks(&self) -> Vec<bool> {
        (0..self.masks.len()).map(|index| self.mask(index)).collect()
    }
}

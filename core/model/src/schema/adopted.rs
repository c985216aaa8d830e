//! What a definition of an adopted table takes from its stored form: what the database says.

use super::collection::Collection;
use super::field::{Field, FieldKind};
use super::index::Index;
use crate::adopt::key_pattern;

/// Completes a merged definition: columns and their nature are as stored, whatever was submitted;
/// the texts of indexes follow new names.
pub(super) fn settle(collection: &mut Collection, old: Option<&Collection>) {
    if let Some(old) = old {
        for field in &mut collection.fields {
            if let Some(known) = old.fields.iter().find(|known| known.id == field.id) {
                field.native.clone_from(&known.native);
                field.nullable = known.nullable;
            }
        }
        if collection.indexes == old.indexes {
            collection.indexes = indexes(old, collection);
        }
    }
    for field in &mut collection.fields {
        settle_key(field);
    }
}

/// The ids are texts of the form that the column has.
fn settle_key(field: &mut Field) {
    let Some(native) = field.native_kind().filter(|_| field.name == "id") else { return };
    if let FieldKind::Text { pattern, primary_key, .. } = &mut field.kind {
        *primary_key = true;
        if pattern.is_empty() {
            key_pattern(native).clone_into(pattern);
        }
        (field.system, field.required, field.hidden) = (true, true, false);
    }
}

/// The stored indexes under the names that collection and fields have now.
pub(super) fn indexes(old: &Collection, new: &Collection) -> Vec<String> {
    let renamed = |text: &String| {
        let Some(mut index) = Index::parse(text) else { return text.clone() };
        index.table.clone_from(&new.name);
        for column in &mut index.columns {
            let known = old.field(&column.name);
            let now = known.and_then(|known| new.fields.iter().find(|field| field.id == known.id));
            if let Some(now) = now {
                column.name.clone_from(&now.name);
            }
        }
        index.to_text()
    };
    old.indexes.iter().map(renamed).collect()
}

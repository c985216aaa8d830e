//! Which collections stand in the way of removing one.

use super::collection::Collection;
use super::schema::Schema;

/// The names of the other collections with relations to this one.
#[must_use]
pub fn relating_to(schema: &Schema, collection: &Collection) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for reference in schema.references_to(&collection.id) {
        let holder = &reference.collection;
        if holder.id != collection.id && !names.contains(&holder.name) {
            names.push(holder.name.clone());
        }
    }
    names
}

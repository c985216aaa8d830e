//! Which collections stand in the way of removing one.

use super::collection::Collection;
use super::schema::Schema;
use super::view;

/// The names of the other collections that relate to this one or, as views, read it.
#[must_use]
pub fn users_of(schema: &Schema, collection: &Collection) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let relations =
        schema.references_to(&collection.id).iter().map(|reference| &*reference.collection);
    for user in relations.chain(view::readers(schema, &collection.id)) {
        if user.id != collection.id && !names.contains(&user.name) {
            names.push(user.name.clone());
        }
    }
    names
}

//! All collections together.

use std::collections::HashMap;
use std::sync::Arc;

use super::collection::Collection;
use super::field::FieldKind;

/// The collections of an installation at one moment: immutable, swapped whole when one changes.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    collections: Vec<Arc<Collection>>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, usize>,
    references: HashMap<String, Vec<Reference>>,
}

/// A relation field that points at a collection.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The collection that holds the field; never a view.
    pub collection: Arc<Collection>,
    /// The field's position there.
    pub field: usize,
}

impl Schema {
    /// A schema of these collections, kept in this order.
    #[must_use]
    pub fn new(collections: Vec<Arc<Collection>>) -> Self {
        let mut schema = Schema::default();
        for (index, collection) in collections.iter().enumerate() {
            schema.by_id.insert(collection.id.clone(), index);
            schema.by_name.insert(collection.name.to_lowercase(), index);
            for (field, definition) in collection.fields.iter().enumerate() {
                if let (FieldKind::Relation { collection_id, .. }, false) =
                    (&definition.kind, collection.is_view())
                {
                    let reference = Reference { collection: collection.clone(), field };
                    schema.references.entry(collection_id.clone()).or_default().push(reference);
                }
            }
        }
        schema.collections = collections;
        schema
    }

    /// Every collection, in creation order.
    #[must_use]
    pub fn collections(&self) -> &[Arc<Collection>] {
        &self.collections
    }

    /// The collection of that name in any case, or of that exact id.
    #[must_use]
    pub fn find(&self, id_or_name: &str) -> Option<&Arc<Collection>> {
        self.position(id_or_name).map(|index| &self.collections[index])
    }

    /// Where in [`Schema::collections`] the collection of that name in any case, or of that exact
    /// id, stands. The name comes first: an id may be chosen that another has for its name, and
    /// must not hide that one.
    #[must_use]
    pub fn position(&self, id_or_name: &str) -> Option<usize> {
        let exact = self.by_name.get(id_or_name).or_else(|| match id_or_name {
            lower if !lower.contains(|c: char| c.is_uppercase()) => None,
            mixed => self.by_name.get(&mixed.to_lowercase()),
        });
        exact.or_else(|| self.by_id.get(id_or_name)).copied()
    }

    /// The collection of that exact id.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Arc<Collection>> {
        self.by_id.get(id).map(|index| &self.collections[*index])
    }

    /// The collection of that name in any case.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&Arc<Collection>> {
        let index = self.by_name.get(name).or_else(|| self.by_name.get(&name.to_lowercase()))?;
        Some(&self.collections[*index])
    }

    /// The relation fields that point at the collection of that id.
    #[must_use]
    pub fn references_to(&self, id: &str) -> &[Reference] {
        self.references.get(id).map_or(&[], Vec::as_slice)
    }
}

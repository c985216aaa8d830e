//! What the answers of a schema rest on, worked out once.

use std::collections::HashMap;
use std::sync::Arc;

use purlin_model::schema::beneath;
use purlin_model::{Collection, Schema};

/// Which collections' records are in what is read.
#[derive(Default)]
pub(super) struct Beneath {
    /// Where collections are of which answers are kept.
    pub(super) datasources: Vec<String>,
    /// What views read, by their ids; only where anything is kept.
    views: HashMap<String, View>,
}

struct View {
    updated: String,
    /// `None` = nobody knows.
    reads: Option<Vec<Arc<Collection>>>,
}

impl Beneath {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut found = Beneath::default();
        for collection in schema.collections() {
            if collection.cache_ttl.is_some() && !found.datasources.contains(&collection.datasource)
            {
                found.datasources.push(collection.datasource.clone());
            }
        }
        if found.keeps_any() {
            let views = schema.collections().iter().filter(|it| it.is_view());
            let view = |it: &Arc<Collection>| View {
                updated: it.updated.clone(),
                reads: beneath(schema, it),
            };
            found.views = views.map(|it| (it.id.clone(), view(it))).collect();
        }
        found
    }

    /// Whether answers of any collection are kept.
    pub(super) fn keeps_any(&self) -> bool {
        !self.datasources.is_empty()
    }

    /// Adds the collections whose records are in what is read from this one. `None` where that is not
    /// known, or where changes of one are not told.
    pub(super) fn add(
        &self,
        collection: &Arc<Collection>,
        rests: &mut Vec<Arc<Collection>>,
    ) -> Option<()> {
        let own = std::slice::from_ref(collection);
        let reads = match collection.is_view() {
            false => own,
            true => {
                let view = self.views.get(&collection.id)?;
                // The plan may be of a moment before.
                view.reads.as_deref().filter(|_| view.updated == collection.updated)?
            }
        };
        for read in reads {
            if read.system || !read.logs_changes() {
                return None;
            }
            if !rests.iter().any(|known| known.id == read.id) {
                rests.push(read.clone());
            }
        }
        Some(())
    }
}

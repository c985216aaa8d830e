//! What is to be done in a datasource other than the main one: kept as a row of `_params` from the
//! commit that decides it to the moment it is done or undone.

use std::sync::Arc;

use purlin_model::{Collection, Json, Schema};

use crate::random;
use crate::store::SchemaChange;

/// How the ids of intents begin.
const PREFIX: &str = "intent_";

/// Steps that one datasource has to take, all or none.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    /// The id of its row, and of its mark in the datasource.
    pub(super) id: String,
    pub(super) datasource: String,
    /// In order.
    pub(super) changes: Vec<SchemaChange>,
}

impl Intent {
    pub(super) fn new(datasource: &str, changes: Vec<SchemaChange>) -> Self {
        let id = format!("{PREFIX}{}", random::text(15));
        Intent { id, datasource: datasource.to_owned(), changes }
    }

    /// Whether a row of that id keeps an intent.
    pub(super) fn is_kept_as(id: &str) -> bool {
        id.starts_with(PREFIX)
    }

    /// As its row keeps it. `table` is the table of definitions.
    pub(super) fn to_json(&self, table: &Arc<Collection>) -> Json {
        let end =
            |end: Option<&Arc<Collection>>| end.map_or(Json::Null, |end| end.to_stored(table));
        let changes = self.changes.iter().map(|change| {
            let (from, to) = change.ends();
            Json::Object(vec![("from".to_owned(), end(from)), ("to".to_owned(), end(to))])
        });
        Json::Object(vec![
            ("datasource".to_owned(), Json::Text(self.datasource.clone())),
            ("changes".to_owned(), Json::List(changes.collect())),
        ])
    }

    /// From what its row keeps; `None` for what Purlin did not write.
    pub(super) fn from_json(id: &str, json: &Json, table: &Arc<Collection>) -> Option<Self> {
        let datasource = json.get("datasource")?.text()?.to_owned();
        let end = |change: &Json, key: &str| match change.get(key)? {
            Json::Null => Some(None),
            stored => Some(Some(Arc::new(Collection::from_stored(stored, table).ok()?))),
        };
        let changes = json.get("changes")?.items()?.iter();
        let change = |change| SchemaChange::between(end(change, "from")?, end(change, "to")?);
        let changes: Option<Vec<SchemaChange>> = changes.map(change).collect();
        Some(Intent { id: id.to_owned(), datasource, changes: changes? })
    }

    /// The collections as they are while it is not known whether the change takes place: as before.
    pub(super) fn withhold(&self, collections: &mut Vec<Arc<Collection>>) {
        for change in &self.changes {
            let id = &change.collection().id;
            let place = collections.iter().position(|known| known.id == *id);
            match (change.ends().0, place) {
                (Some(from), Some(place)) => collections[place] = from.clone(),
                (Some(from), None) => collections.push(from.clone()),
                (None, Some(place)) => drop(collections.remove(place)),
                (None, None) => {}
            }
        }
    }
}

/// Takes the changes of other datasources out: an intent for each of these, in order of their first
/// change. Tables served as they were found need no work done there.
pub(super) fn elsewhere(changes: &mut Vec<SchemaChange>) -> Vec<Intent> {
    let mut intents: Vec<Intent> = Vec::new();
    for change in changes.extract_if(.., |change| !change.collection().is_main()) {
        let datasource = &change.collection().datasource;
        match intents.iter_mut().find(|known| known.datasource == *datasource) {
            _ if change.is_adopted() => {}
            Some(intent) => intent.changes.push(change),
            None => intents.push(Intent::new(&datasource.clone(), vec![change])),
        }
    }
    intents
}

/// The schema with what is not settled yet left as it was.
pub(super) fn settled(mut collections: Vec<Arc<Collection>>, intents: &[Intent]) -> Schema {
    for intent in intents {
        intent.withhold(&mut collections);
    }
    Schema::new(collections)
}

#[cfg(test)]
mod tests {
    use purlin_model::schema::{scaffold, system};

    use super::*;

    fn collection(id: &str, name: &str, datasource: &str) -> Arc<Collection> {
        let mut collection = scaffold::scaffold("auth", &mut |n| "x".repeat(n)).unwrap();
        (collection.id, collection.name) = (id.to_owned(), name.to_owned());
        collection.datasource = datasource.to_owned();
        Arc::new(collection)
    }

    fn changes() -> Vec<SchemaChange> {
        vec![
            SchemaChange::Create(collection("1", "made", "old")),
            SchemaChange::Create(collection("2", "here", "main")),
            SchemaChange::Alter {
                from: collection("3", "before", "new"),
                to: collection("3", "after", "new"),
            },
            SchemaChange::Drop(collection("4", "gone", "old")),
        ]
    }

    #[test]
    fn each_datasource_has_its_part() {
        let mut changes = changes();
        let intents = elsewhere(&mut changes);
        let parts = intents.iter().map(|intent| (&*intent.datasource, intent.changes.len()));
        assert_eq!(parts.collect::<Vec<_>>(), [("old", 2), ("new", 1)]);
        assert_eq!(changes.len(), 1);
    }

    #[test]
    fn what_is_kept_comes_back() {
        let table = Arc::new(system::collections_table());
        for intent in elsewhere(&mut changes()) {
            let json = intent.to_json(&table);
            let back = Intent::from_json(&intent.id, &json, &table).unwrap();
            assert_eq!(format!("{intent:?}"), format!("{back:?}"));
            assert!(Intent::is_kept_as(&back.id));
        }
    }

    #[test]
    fn what_is_not_settled_is_as_before() {
        let now = vec![
            collection("1", "made", "old"),
            collection("2", "here", "main"),
            collection("3", "after", "new"),
        ];
        let schema = settled(now, &elsewhere(&mut changes()));
        let names = schema.collections().iter().map(|known| &*known.name);
        assert_eq!(names.collect::<Vec<_>>(), ["here", "before", "gone"]);
    }
}

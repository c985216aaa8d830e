//! Which collections events are about, and whether they are told.
//!
//! The server tells of its own collections, by their names and, as renaming changes those, by ids
//! of its own. What Purlin calls them, the store was told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::TryStreamExt;
use mongodb::bson::Binary;
use purlin_model::schema::FieldKind;
use purlin_model::{Action, Collection};

use super::event::Event;
use super::tombstones::TOMBSTONES;
use crate::store::mongo::error::refused;
use crate::store::mongo::server::Server;
use crate::store::mongo::{decode, names};
use crate::store::{Logged, Position, SchemaChange, StoreError};

/// The collections there are, by their ids, as far as the store has been told.
#[derive(Clone, Debug, Default)]
pub(in crate::store::mongo) struct Known(HashMap<String, Arc<Collection>>);

impl Known {
    pub(in crate::store::mongo) fn new(collections: &[Arc<Collection>]) -> Self {
        let by_id = |collection: &Arc<Collection>| (collection.id.clone(), collection.clone());
        Known(collections.iter().map(by_id).collect())
    }

    /// With what a migration makes.
    pub(in crate::store::mongo) fn after(&self, changes: &[SchemaChange]) -> Self {
        let mut all = self.0.clone();
        for change in changes {
            match change.ends() {
                (_, Some(made)) => all.insert(made.id.clone(), made.clone()),
                (Some(gone), None) => all.remove(&gone.id),
                (None, None) => None,
            };
        }
        Known(all)
    }

    fn by_table(&self) -> HashMap<&str, &str> {
        self.0.values().map(|it| (it.table(), it.id.as_str())).collect()
    }
}

/// What the server's collections are to Purlin.
pub(super) struct Names {
    server: Arc<Server>,
    /// The id of the collection, by the server's id.
    ids: HashMap<Vec<u8>, String>,
    /// Those that were none of Purlin's when it was last told which there are.
    others: HashSet<Vec<u8>>,
    known: Arc<Known>,
}

impl Names {
    pub(super) fn new(server: Arc<Server>) -> Self {
        let known = server.known();
        Names { server, ids: HashMap::new(), others: HashSet::new(), known }
    }

    /// What the log says of an event.
    pub(super) async fn told(
        &mut self,
        event: &Event,
        position: Position,
    ) -> Result<Option<Logged>, StoreError> {
        if event.namespace.collection == TOMBSTONES {
            let told = |it: &super::tombstones::Tombstone| Logged {
                position,
                collection: it.collection.clone(),
                record: it.record.clone(),
                action: Action::Delete,
                was: it.was.clone(),
            };
            return Ok(event.tombstone.as_ref().filter(|_| event.is_insert()).map(told));
        }
        let Some(collection) = self.collection(event).await? else { return Ok(None) };
        let key = event.key.as_ref().and_then(|key| key.get("_id").ok().flatten());
        let (true, Some(key)) = (is_told(event, &collection), key) else { return Ok(None) };
        let action = if event.is_insert() { Action::Create } else { Action::Update };
        let (collection, record) = (collection.id.clone(), decode::text(key));
        Ok(Some(Logged { position, collection, record, action, was: None }))
    }

    /// The collection an event is about, if it is one of Purlin's.
    async fn collection(&mut self, event: &Event) -> Result<Option<Arc<Collection>>, StoreError> {
        let Some(Binary { bytes: uuid, .. }) = &event.uuid else { return Ok(None) };
        let known = self.server.known();
        if !Arc::ptr_eq(&known, &self.known) {
            self.others.clear();
            self.known = known;
        }
        if !self.ids.contains_key(uuid) && !self.others.contains(uuid) {
            self.look().await?;
            // Renamed to what the store was not told yet.
            let by_table = self.known.by_table();
            let named = by_table.get(event.namespace.collection.as_str()).copied();
            match named.filter(|id| !self.ids.values().any(|taken| taken == id)) {
                Some(id) if !self.ids.contains_key(uuid) => {
                    self.ids.insert(uuid.clone(), id.to_owned());
                }
                _ if !self.ids.contains_key(uuid) => {
                    self.others.insert(uuid.clone());
                }
                _ => {}
            }
        }
        Ok(self.ids.get(uuid).and_then(|id| self.known.0.get(id)).cloned())
    }

    /// Asks which collections the server has under which names.
    pub(super) async fn look(&mut self) -> Result<(), StoreError> {
        let all = self.server.database.list_collections().await.map_err(refused)?;
        let all: Vec<_> = all.try_collect().await.map_err(refused)?;
        let by_table = self.known.by_table();
        for found in all {
            if let (Some(uuid), Some(id)) = (found.info.uuid, by_table.get(found.name.as_str())) {
                self.ids.insert(uuid.bytes, (*id).to_owned());
            }
        }
        Ok(())
    }
}

/// Whether something happened that records show: not when a record was only held for others, when
/// the schema changed, or when the same password was hashed anew.
fn is_told(event: &Event, collection: &Collection) -> bool {
    if !collection.logs_changes() {
        return false;
    }
    let is_hash = |name: &str| {
        let is = |field: &&purlin_model::Field| names::member(field) == name;
        let field = collection.fields.iter().find(is);
        field.is_some_and(|field| matches!(field.kind, FieldKind::Password { .. }))
    };
    let Some(mut changed) = event.changed() else { return false };
    let whole = event.is_insert() || event.is_replacement();
    whole || changed.any(|name| !names::is_kept_beside(name) && !is_hash(name))
}

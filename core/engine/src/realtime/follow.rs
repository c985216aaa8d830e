//! A connection follows who it speaks for: what its record says now, and whether it is still
//! trusted. Subscriptions follow the schema, the rules and the policies.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use purlin_model::plan::{self};
use purlin_model::{Caller, Record};

use super::Realtime;
use super::rooms::{Key, key_of};
use crate::catalog::Snapshot;
use crate::error::Answer;
use crate::store::{Access as _, Logged, Newest, api_error};

/// How often something is tried that the database refuses, and how long it is left alone between.
pub(super) const TRIES: usize = 25;
pub(super) const PAUSE: Duration = Duration::from_millis(200);

/// The records of callers as they are now; `None` for those that are gone.
type Reloaded = HashMap<Key, Option<Arc<Record>>>;

impl Realtime {
    /// Takes into account what changed of callers, and of everything subscriptions rest on.
    pub(super) async fn follow(&self, changes: &[Logged]) {
        let changed: HashSet<Key> = {
            let rooms = self.rooms.lock();
            let keys = changes.iter().map(|it| (it.collection.clone(), it.record.clone()));
            match rooms.callers.is_empty() {
                true => HashSet::new(),
                false => keys.filter(|key| rooms.callers.contains_key(key)).collect(),
            }
        };
        for _ in 0..TRIES {
            match self.refresh(&changed).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => {
                    tracing::debug!(?error, "callers cannot be read now");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        // Nobody is served as somebody it may not be any more.
        let rooms = self.rooms.lock();
        for id in changed.iter().filter_map(|key| rooms.callers.get(key)).flatten() {
            if let Some(seat) = rooms.seats.get(id) {
                seat.client.queue.close(true);
            }
        }
    }

    /// Brings callers and subscriptions up to date; `false` when the schema changed meanwhile.
    ///
    /// # Errors
    /// When the callers cannot be read.
    pub(super) async fn refresh(&self, changed: &HashSet<Key>) -> Answer<bool> {
        let snapshot = self.catalog.snapshot();
        let stale = {
            let rooms = self.rooms.lock();
            let is_known = rooms.snapshot.as_ref().is_some_and(|it| Arc::ptr_eq(it, &snapshot));
            if is_known && changed.is_empty() {
                return Ok(true);
            }
            let callers = rooms.seats.values().filter_map(|seat| seat.caller.record());
            let stale = callers.filter(|record| {
                let now = snapshot.schema.by_id(&record.collection.id);
                !now.is_some_and(|now| Arc::ptr_eq(now, &record.collection))
                    || changed.contains(&key_of(record))
            });
            stale.map(|record| key_of(record)).collect::<HashSet<Key>>()
        };
        let reloaded = self.reload(&snapshot, stale).await?;
        let mut rooms = self.rooms.lock();
        if !Arc::ptr_eq(&snapshot, &self.catalog.snapshot()) {
            return Ok(false);
        }
        let mut moved = Vec::new();
        for (key, record) in &reloaded {
            for id in rooms.callers.get(key).cloned().unwrap_or_default() {
                let Some(seat) = rooms.seats.get(&id) else { continue };
                let caller = still(&seat.caller, record.as_ref());
                rooms.set_caller(&id, caller);
                moved.push(id);
            }
        }
        let position = |source: &str| self.position(source);
        let binder = self.binder(&snapshot, &position);
        match rooms.snapshot.as_ref().is_some_and(|it| Arc::ptr_eq(it, &snapshot)) {
            true => moved.iter().for_each(|id| rooms.bind(id, &binder)),
            false => rooms.bind_all(&binder),
        }
        Ok(true)
    }

    /// The caller as its record is now; a guest where it lost what it was trusted by.
    ///
    /// # Errors
    /// 503 when the record cannot be read.
    pub(super) async fn fresh(&self, caller: &Caller) -> Answer<Caller> {
        let Some(record) = caller.record() else { return Ok(caller.clone()) };
        let snapshot = self.catalog.snapshot();
        let key = key_of(record);
        let reloaded = self.reload(&snapshot, HashSet::from([key.clone()])).await?;
        Ok(still(caller, reloaded.get(&key).and_then(Option::as_ref)))
    }

    async fn reload(&self, snapshot: &Snapshot, keys: HashSet<Key>) -> Answer<Reloaded> {
        let mut by_collection: HashMap<String, Vec<String>> = HashMap::new();
        for (collection, id) in &keys {
            by_collection.entry(collection.clone()).or_default().push(id.clone());
        }
        let mut reloaded: Reloaded = keys.into_iter().map(|key| (key, None)).collect();
        for (collection, ids) in by_collection {
            let Some(collection) = snapshot.schema.by_id(&collection) else { continue };
            let select = plan::by_ids(collection, &ids);
            let page = Newest(&self.datasources).select(&select).await.map_err(api_error)?;
            for found in page.records {
                reloaded.insert(key_of(&found.record), Some(Arc::new(found.record)));
            }
        }
        Ok(reloaded)
    }
}

/// Who a caller is, its record being this one now. A key or secret that changed ends the trust, as
/// it ends every token; that a token expires does not.
fn still(caller: &Caller, now: Option<&Arc<Record>>) -> Caller {
    let (Some(before), Some(now)) = (caller.record(), now) else {
        return match caller {
            Caller::System => Caller::System,
            _ => Caller::Guest,
        };
    };
    let secret =
        |record: &Record| record.collection.auth().map(|auth| auth.auth_token.secret.clone());
    let trusted = before.text("tokenKey") == now.text("tokenKey") && secret(before) == secret(now);
    match caller {
        _ if !trusted => Caller::Guest,
        Caller::Superuser(_) => Caller::Superuser(now.clone()),
        _ => Caller::Record(now.clone()),
    }
}

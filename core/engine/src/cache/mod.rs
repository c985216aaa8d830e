//! Answers kept for a while, between the services and the databases.
//!
//! A key is the plan itself with everything bound, and how far this node has heard of changes to every
//! collection the answer rests on. So nothing is ever invalidated: a change makes other keys, and what
//! lies under the old ones is forgotten in time. Two callers share an answer only if their plans are
//! the same.

mod beneath;
mod kept;
mod key;
mod shared;
mod tally;
mod versions;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use moka::future::Cache as Local;
use purlin_model::plan::{Output, Page, Select, Write};
use purlin_model::{Collection, Schema};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::events::Change;
use crate::store::{Access, Assigned, Datasources, Logged, Position, StoreError};

use beneath::Beneath;
use kept::{Kept, Key};
pub use shared::Shared;
use tally::Tallies;
pub use tally::{Counted, Counts};
use versions::{Version, Versions};

/// The largest answer that is sent to other nodes, in bytes.
const LARGEST: u64 = 1 << 20;

/// Reads through what is kept; writes go by.
pub struct Cache {
    datasources: Datasources,
    clock: Clock,
    /// `None` = nothing is ever kept.
    local: Option<Local<Key, Arc<Kept>>>,
    limit: u64,
    /// What other nodes keep, too; empty where there is no such place.
    together: OnceLock<Together>,
    beneath: ArcSwap<Beneath>,
    versions: Versions,
    tallies: Tallies,
    learned: Notify,
}

struct Together {
    shared: Arc<dyn Shared>,
    /// Where each datasource is.
    places: HashMap<String, String>,
}

/// A read whose answer may be kept.
struct Keepable {
    key: Key,
    /// Under what other nodes keep it; `None` where it is for this node alone.
    common: Option<String>,
    ttl: Duration,
    collection: Arc<Collection>,
}

impl Cache {
    /// Keeps at most so many bytes; nothing with 0.
    #[must_use]
    pub fn new(datasources: Datasources, clock: Clock, limit: u64) -> Self {
        Cache {
            datasources,
            clock,
            local: (limit > 0).then(|| kept::local(limit)),
            limit,
            together: OnceLock::new(),
            beneath: ArcSwap::default(),
            versions: Versions::default(),
            tallies: Tallies::default(),
            learned: Notify::new(),
        }
    }

    /// Keeps answers in a place that other nodes reach, too; `places` says where each datasource is.
    /// To be told once, at the start.
    pub fn share(&self, shared: Arc<dyn Shared>, places: HashMap<String, String>) {
        let _ = self.together.set(Together { shared, places });
    }

    /// The databases that are read.
    #[must_use]
    pub fn sources(&self) -> &Datasources {
        &self.datasources
    }

    /// Takes note of a schema, before anything is planned under it.
    pub fn learn(&self, schema: &Schema) {
        if self.local.is_some() {
            self.beneath.store(Arc::new(Beneath::of(schema)));
            self.learned.notify_one();
        }
    }

    /// Waits for the next schema.
    pub async fn learned(&self) {
        self.learned.notified().await;
    }

    /// The datasources with collections whose answers are kept: their logs are to be followed.
    #[must_use]
    pub fn datasources(&self) -> Vec<String> {
        self.beneath.load().datasources.clone()
    }

    /// The log of a datasource is followed from this position on, at least: every later change will
    /// be told by [`Cache::heard`].
    pub fn follows(&self, datasource: &str, from: Position) {
        self.versions.follows(datasource, from);
    }

    /// The log of a datasource is not followed: nothing is kept. `why` is a sentence for people.
    pub fn ignores(&self, datasource: &str, why: &str) {
        self.versions.ignores(datasource, why);
    }

    /// What was committed, here or on another node, up to a position.
    pub fn heard(&self, datasource: &str, changes: &[Logged], position: Position) {
        self.versions.heard(datasource, changes, position);
    }

    /// What was committed to a datasource before this moment has been heard.
    pub fn caught_up(&self, datasource: &str, moment: Instant) {
        self.versions.caught_up(datasource, moment);
    }

    /// Changes were passed over: what was kept counts no more.
    pub fn lost(&self, datasource: &str) {
        self.versions.lost(datasource);
    }

    /// What this node committed. To be told before anybody is answered that it was.
    pub fn wrote(&self, changes: &[Change]) {
        if self.beneath.load().keeps_any() {
            self.versions.wrote(changes);
        }
    }

    /// Forgets what is kept of a collection on this node, of all with `None`; and everything that
    /// nodes keep together.
    pub async fn flush(&self, collection: Option<&str>) {
        if let Some(together) = self.together.get() {
            together.shared.clear().await;
        }
        self.forget(collection).await;
    }

    /// Forgets what is kept of a collection on this node, of all with `None`.
    pub async fn forget(&self, collection: Option<&str>) {
        let Some(local) = &self.local else { return };
        match collection {
            None => {
                self.versions.renew_all();
                local.invalidate_all();
            }
            Some(id) => {
                self.versions.renew([id]);
                let its_own = local.iter().filter(|(_, kept)| kept.collection == id);
                let keys: Vec<Key> = its_own.map(|(key, _)| *key).collect();
                for key in keys {
                    local.invalidate(&key).await;
                }
            }
        }
    }

    /// How much is kept, how much may be, and how it is used by collection id.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let kept = self.local.iter().flat_map(|local| local.iter());
        self.tallies.counts(self.limit, kept.map(|(_, it)| (it.collection.clone(), it.size())))
    }

    /// Why nothing is kept of a collection for which that is asked; `None` = it is.
    #[must_use]
    pub fn hindrance(&self, collection: &Collection) -> Option<String> {
        match self.local {
            None => Some("the cache is switched off (cache.size)".to_owned()),
            Some(_) => self.versions.hindrance(&collection.datasource),
        }
    }

    /// Whether and under which key the answer may be kept. To be asked before it is read: what is
    /// read later is at least as new as the key says.
    fn keepable(&self, select: &Select) -> Option<Keepable> {
        let collection = select.collection();
        let ttl = collection.cache_ttl.filter(|_| self.local.is_some())?;
        if !matches!(select.output, Output::Json(_)) || !select.is_steady() {
            return None;
        }
        let beneath = self.beneath.load();
        let mut rests = Vec::new();
        for collection in select.collections() {
            beneath.add(collection, &mut rests)?;
        }
        let versions = self.versions.of(&rests)?;
        let common = self.common(select, &rests, &versions);
        Some(Keepable {
            key: key::of(select, &rests, &versions, ""),
            common,
            ttl: Duration::from_secs(u64::from(ttl)),
            collection: collection.clone(),
        })
    }

    /// Under what all nodes keep it that heard as much: only what other nodes may read as well, and
    /// only while this node has heard of all it wrote itself.
    fn common(
        &self,
        select: &Select,
        rests: &[Arc<Collection>],
        versions: &[Version],
    ) -> Option<String> {
        let together = self.together.get()?;
        let datasource = &select.collection().datasource;
        let place = together.places.get(datasource)?;
        let is_shared = self.datasources.named(datasource)?.capabilities().shared;
        if !is_shared || !versions.iter().all(|it| it.is_settled) {
            return None;
        }
        let common: Vec<_> = versions.iter().map(|it| Version { own: 0, ..*it }).collect();
        let key = key::of(select, rests, &common, place);
        Some(BASE64_URL_SAFE_NO_PAD.encode(key))
    }

    async fn read(&self, select: &Select, wanted: &Keepable) -> Result<Arc<Kept>, StoreError> {
        let shared = self.together.get().map(|it| &it.shared).zip(wanted.common.as_ref());
        let (id, ttl) = (&wanted.collection.id, wanted.ttl);
        if let Some((shared, key)) = shared
            && let Some(bytes) = shared.get(key).await
            && let Some(kept) = Kept::from_bytes(id, &bytes, ttl, self.milliseconds())
        {
            self.tallies.of(id).found_elsewhere();
            return Ok(Arc::new(kept));
        }
        let began = self.milliseconds();
        let store = self.datasources.of(&wanted.collection)?;
        let kept = Arc::new(Kept::new(id, store.select_newest(select).await?, ttl));
        if let Some((shared, key)) = shared
            && kept.size() <= LARGEST
        {
            let (shared, key, kept) = (shared.clone(), key.clone(), kept.clone());
            tokio::spawn(async move { shared.put(&key, &kept.to_bytes(began), ttl).await });
        }
        Ok(kept)
    }

    fn milliseconds(&self) -> i64 {
        self.clock.now().as_millisecond()
    }
}

#[async_trait]
impl Access for Cache {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        let (Some(local), Some(wanted)) = (&self.local, self.keepable(select)) else {
            return self.datasources.select(select).await;
        };
        // Whoever comes first reads for all who come meanwhile; if they leave, the next one does.
        let reading = self.read(select, &wanted);
        let found = local.entry(wanted.key).or_try_insert_with(reading).await;
        let found = found.map_err(|error| StoreError::clone(&error))?;
        self.tallies.of(&wanted.collection.id).asked(!found.is_fresh());
        Ok(found.value().page())
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        self.datasources.write(batch).await
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("limit", &self.limit).finish_non_exhaustive()
    }
}

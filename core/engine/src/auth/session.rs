//! Who a token speaks for.
//!
//! A token is believed only after its record was loaded and its signature checked with that
//! record's key. The outcome is remembered for at most a second and until any auth record changes
//! here, so that a change made elsewhere is in force within a second too.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use purlin_model::plan::{self, Output};
use purlin_model::schema::system::SUPERUSERS;
use purlin_model::{Caller, Record};

use super::token;
use crate::catalog::Snapshot;
use crate::clock::Clock;
use crate::error::Answer;
use crate::store::{Datasources, api_error};

const SHARDS: usize = 16;
/// Tokens remembered in one shard.
const SHARD_SIZE: usize = 512;
/// How long an outcome is believed, in milliseconds.
const TRUST_MS: i64 = 1000;

/// Tells who a token speaks for.
#[derive(Debug)]
pub struct Sessions {
    datasources: Datasources,
    clock: Clock,
    hasher: RandomState,
    shards: [Mutex<HashMap<String, Known>>; SHARDS],
    /// Goes up with every change to an auth record or collection made on this node.
    epoch: AtomicU64,
}

#[derive(Debug)]
struct Known {
    caller: Caller,
    refreshable: bool,
    epoch: u64,
    until_ms: i64,
}

/// Whom a valid token speaks for.
#[derive(Clone, Debug)]
pub struct Session {
    /// The signed-in record.
    pub caller: Caller,
    /// Whether a refresh gives a new token.
    pub refreshable: bool,
}

impl Sessions {
    /// Sessions over the records of these databases.
    #[must_use]
    pub fn new(datasources: Datasources, clock: Clock) -> Self {
        Sessions {
            datasources,
            clock,
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
            epoch: AtomicU64::new(0),
        }
    }

    /// Forgets what was believed: an auth record or collection has changed.
    pub fn forget(&self) {
        self.epoch.fetch_add(1, Ordering::SeqCst);
    }

    /// Whom the token speaks for; `None` for a token that is invalid, expired or foreign.
    ///
    /// # Errors
    /// 503 when the record cannot be loaded.
    pub async fn identify(&self, snapshot: &Snapshot, token: &str) -> Answer<Option<Session>> {
        let now_ms = self.clock.now().as_millisecond();
        if let Some(session) = self.recall(token, now_ms) {
            return Ok(Some(session));
        }
        let epoch = self.epoch.load(Ordering::SeqCst);
        let Some(claims) = token::peek(token) else { return Ok(None) };
        let Some(record) = self.load(snapshot, &claims.collection_id, &claims.id).await? else {
            return Ok(None);
        };
        if !token::verify(token, &claims, &record, now_ms / 1000) {
            return Ok(None);
        }
        let caller = caller(record);
        let refreshable = claims.refreshable.unwrap_or(false);
        let end_ms = claims.exp.map_or(i64::MAX, |end| (end * 1000.0) as i64);
        let until_ms = end_ms.min(now_ms + TRUST_MS);
        self.remember(token, Known { caller: caller.clone(), refreshable, epoch, until_ms });
        Ok(Some(Session { caller, refreshable }))
    }

    /// The record of that collection and id as a caller, whose token another node has seen.
    ///
    /// # Errors
    /// 503 when the record cannot be loaded.
    pub async fn caller(
        &self,
        snapshot: &Snapshot,
        collection: &str,
        id: &str,
    ) -> Answer<Option<Caller>> {
        Ok(self.load(snapshot, collection, id).await?.map(caller))
    }

    async fn load(
        &self,
        snapshot: &Snapshot,
        collection: &str,
        id: &str,
    ) -> Answer<Option<Record>> {
        let Some(collection) = snapshot.schema.find(collection).filter(|found| found.is_auth())
        else {
            return Ok(None);
        };
        let select = plan::by_id(collection, id, Output::Records);
        let store = self.datasources.of(collection).map_err(api_error)?;
        let page = store.select(&select).await.map_err(api_error)?;
        Ok(page.records.into_iter().next().map(|found| found.record))
    }

    fn shard(&self, token: &str) -> &Mutex<HashMap<String, Known>> {
        let hash = usize::try_from(self.hasher.hash_one(token) % SHARDS as u64).unwrap_or(0);
        &self.shards[hash]
    }

    fn recall(&self, token: &str, now_ms: i64) -> Option<Session> {
        let shard = self.shard(token).lock().unwrap_or_else(PoisonError::into_inner);
        let known = shard.get(token)?;
        let believed = known.until_ms > now_ms && known.epoch == self.epoch.load(Ordering::SeqCst);
        believed.then(|| Session { caller: known.caller.clone(), refreshable: known.refreshable })
    }

    fn remember(&self, token: &str, known: Known) {
        let mut shard = self.shard(token).lock().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= SHARD_SIZE && !shard.contains_key(token) {
            shard.clear();
        }
        shard.insert(token.to_owned(), known);
    }
}

fn caller(record: Record) -> Caller {
    let superuser = record.collection.name == SUPERUSERS;
    let record = Arc::new(record);
    if superuser { Caller::Superuser(record) } else { Caller::Record(record) }
}

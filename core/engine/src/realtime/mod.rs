//! Realtime: who subscribes hears of committed changes (http-api.md 4.4).
//!
//! One path for everything: changes come from the logs of the datasources, in order, whichever node
//! made them. What is delivered is read after the change, and only to those who may see it then.

mod client;
mod deleted;
mod deliver;
mod follow;
mod form;
mod group;
mod overview;
mod places;
mod queue;
mod reading;
mod resume;
mod rooms;
mod sweep;
#[cfg(test)]
mod tests;
mod topic;
mod verdict;

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Instant;

use async_trait::async_trait;
use parking_lot::Mutex;
use purlin_model::{Caller, Fault};
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

pub use client::Connection;
pub use form::{Form, Submit};
pub use resume::Resume;

use crate::catalog::{Catalog, Snapshot};
use crate::changes::{Changes, Heard, Listener, Want};
use crate::clock::Clock;
use crate::error::{Answer, ApiError};
use crate::random;
use crate::records::Records;
use crate::store::{Datasources, Position};

use client::Client;
use queue::Queue;
use rooms::{Binder, Rooms, Seat};
use topic::Topic;

/// How many characters a client's id has.
pub const ID: usize = 40;

/// Delivers committed changes to clients.
pub struct Realtime {
    /// Begins the ids of this node's clients.
    node: String,
    datasources: Datasources,
    catalog: Arc<Catalog>,
    records: Arc<Records>,
    clock: Clock,
    changes: OnceLock<Weak<Changes>>,
    rooms: Mutex<Rooms>,
    /// By datasource: batches are made into messages one after the other, and whoever begins to
    /// receive live messages does so in between. The only lock here that is held while databases
    /// are asked.
    turns: HashMap<String, Arc<AsyncMutex<()>>>,
    /// The messages of a batch enter the queues together.
    entering: Mutex<()>,
    delivered: AtomicU64,
    /// Deliveries in the last second.
    rate: AtomicU64,
    closed: AtomicBool,
}

impl Realtime {
    /// Over these services, on the node of that id; delivers nothing before it is told what to
    /// follow.
    #[must_use]
    pub fn new(
        node: &str,
        datasources: Datasources,
        catalog: Arc<Catalog>,
        records: Arc<Records>,
        clock: Clock,
    ) -> Arc<Self> {
        Arc::new(Realtime {
            node: node.to_owned(),
            turns: datasources.names().map(|name| (name.to_owned(), Arc::default())).collect(),
            datasources,
            catalog,
            records,
            clock,
            changes: OnceLock::new(),
            rooms: Mutex::default(),
            entering: Mutex::default(),
            delivered: AtomicU64::new(0),
            rate: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        })
    }

    /// Sets what tells it of changes.
    pub fn follow_changes(&self, changes: &Arc<Changes>) {
        let _ = self.changes.set(Arc::downgrade(changes));
    }

    /// What the ids of this node's clients begin with.
    #[must_use]
    pub fn node(&self) -> &str {
        &self.node
    }

    /// How many clients are connected.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rooms.lock().seats.len()
    }

    /// A new connection from an address, which may go on where an earlier one ended.
    pub async fn connect(self: &Arc<Self>, ip: Option<IpAddr>, asked: &Resume) -> Connection {
        let (missed, resumed) = self.resumed(asked).await;
        let id = format!("{}{}", self.node, random::text(ID - self.node.len()));
        let now = Instant::now();
        let client = Arc::new(Client {
            id: id.into(),
            ip,
            since: self.clock.now(),
            begun: now,
            resumes: asked.wanted || missed.is_some(),
            queue: Queue::new(now),
            missed: Mutex::new(missed.clone()),
        });
        client.queue.begin_at(missed.unwrap_or_default());
        client.greet(resumed);
        self.rooms.lock().enter(&client);
        if self.closed.load(Ordering::SeqCst) {
            client.queue.close(true);
        }
        Connection { realtime: self.clone(), client }
    }

    /// Gives a client other subscriptions. When this returned without an error, what commits from
    /// then on is delivered.
    ///
    /// # Errors
    /// 404 for an unknown client, 400 for one of another address, 403 for one that speaks for
    /// somebody else, 400 for a collection whose changes are not logged.
    pub async fn submit(self: &Arc<Self>, client: &str, submit: Submit) -> Answer<()> {
        self.admit(client, &submit)?;
        let mut seen = HashSet::new();
        let texts = submit.subscriptions.iter().filter(|text| seen.insert(text.as_str()));
        let topics: Vec<_> = texts.map(|text| Arc::new(Topic::parse(text))).collect();
        let snapshot = self.catalog.snapshot();
        let wants = self.wants(&snapshot, &topics, &submit.caller).await?;
        self.sign_in(client, &submit.caller).await?;
        let (replaced, errands) = {
            let mut rooms = self.rooms.lock();
            let seat = rooms.seats.get_mut(client).ok_or_else(unknown)?;
            seat.subscribe(topics);
            let replaced = std::mem::replace(&mut seat.wants, wants);
            let followed = |source: &str| replaced.iter().any(|(known, _)| known == source);
            let position = |source: &str| self.position(source);
            let binder = self.binder(&snapshot, &position);
            rooms.bind(client, &binder);
            let errands = rooms.errands(client, &binder, &followed);
            (replaced, errands)
        };
        if let Some(errands) = errands {
            let realtime = self.clone();
            tokio::spawn(async move { realtime.run(errands).await });
        }
        drop(replaced);
        Ok(())
    }

    /// Waits until nothing of a datasource is being made into messages, and keeps it so.
    async fn turn(&self, datasource: &str) -> Option<OwnedMutexGuard<()>> {
        Some(self.turns.get(datasource)?.clone().lock_owned().await)
    }

    /// Ends every connection, and every one that is still to come.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        self.rooms.lock().seats.values().for_each(|seat| seat.client.queue.close(true));
    }

    /// The client that submits, if it may.
    fn admit(&self, client: &str, submit: &Submit) -> Answer<()> {
        let rooms = self.rooms.lock();
        let seat = rooms.seats.get(client).ok_or_else(unknown)?;
        if seat.client.ip != submit.ip {
            return Err(ApiError::bad_request("Invalid realtime client."));
        }
        check_caller(&seat.caller, &submit.caller)
    }

    /// A guest turns out to be somebody. What the session knew of it may be a second old: it is read
    /// anew once changes to it are heard of.
    async fn sign_in(&self, client: &str, caller: &Caller) -> Answer<()> {
        if caller.record().is_some() && self.speak(client, caller, &Caller::Guest)? {
            self.speak(client, &self.fresh(caller).await?, caller)?;
        }
        Ok(())
    }

    /// Sets whom a client speaks for; `false` where it speaks for the same by now, as it was heard
    /// of since.
    fn speak(&self, client: &str, caller: &Caller, instead_of: &Caller) -> Answer<bool> {
        let mut rooms = self.rooms.lock();
        let known = &rooms.seats.get(client).ok_or_else(unknown)?.caller;
        let is_unchanged = match (known.record(), instead_of.record()) {
            (Some(known), Some(before)) => Arc::ptr_eq(known, before),
            (known, before) => known.is_none() && before.is_none(),
        };
        if is_unchanged {
            rooms.set_caller(client, caller.clone());
        } else {
            check_caller(known, caller)?;
        }
        Ok(is_unchanged)
    }

    /// Follows the logs that subscriptions need.
    async fn wants(
        &self,
        snapshot: &Snapshot,
        topics: &[Arc<Topic>],
        caller: &Caller,
    ) -> Answer<Vec<(String, Want)>> {
        let mut wants: Vec<(String, Want)> = Vec::new();
        for topic in topics {
            let Some(served) = group::collection(snapshot, topic) else { continue };
            let collection = &served.collection;
            if collection.is_view()
                || wants.iter().any(|(known, _)| *known == collection.datasource)
            {
                continue;
            }
            if !collection.change_log {
                let why = "its changes are not logged";
                return Err(not_followed(&collection.name, why));
            }
            let want = self.want(&collection.datasource).await;
            let want = want.map_err(|why| not_followed(&collection.name, &why))?;
            wants.push((collection.datasource.clone(), want));
        }
        let own = caller.record().map(|record| &record.collection);
        if let Some(own) = own.filter(|own| own.logs_changes() && !topics.is_empty())
            && !wants.iter().any(|(known, _)| *known == own.datasource)
            && let Ok(want) = self.want(&own.datasource).await
        {
            wants.push((own.datasource.clone(), want));
        }
        Ok(wants)
    }

    async fn want(&self, datasource: &str) -> Result<Want, String> {
        match self.changes.get().and_then(Weak::upgrade) {
            Some(changes) => changes.want(datasource).await,
            None => Err("changes are not followed".to_owned()),
        }
    }

    fn position(&self, datasource: &str) -> Position {
        let changes = self.changes.get().and_then(Weak::upgrade);
        changes.and_then(|changes| changes.position(datasource)).unwrap_or_default()
    }

    fn binder<'a>(
        &'a self,
        snapshot: &'a Arc<Snapshot>,
        position: &'a dyn Fn(&str) -> Position,
    ) -> Binder<'a> {
        Binder { records: &self.records, snapshot, now: self.clock.now(), position }
    }

    fn leave(&self, id: &str) {
        // What the client had wanted is let go of when nobody waits for it.
        let seat: Option<Seat> = self.rooms.lock().leave(id);
        drop(seat);
    }
}

#[async_trait]
impl Listener for Realtime {
    async fn heard(&self, heard: &Heard<'_>) {
        self.follow(heard.changes).await;
        self.deliver(heard).await;
    }

    /// Everybody who might have missed something comes back, and resumes or reads anew.
    async fn lost(&self, datasource: &str) {
        let rooms = self.rooms.lock();
        for seat in rooms.seats.values() {
            if seat.wants.iter().any(|(known, _)| known == datasource) {
                seat.client.queue.close(true);
            }
        }
    }
}

impl std::fmt::Debug for Realtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Realtime").field("node", &self.node).finish_non_exhaustive()
    }
}

/// Guests may turn out to be somebody, who then stays who it is.
fn check_caller(known: &Caller, caller: &Caller) -> Answer<()> {
    let Some(record) = known.record() else { return Ok(()) };
    if caller.is(&record.collection.id, record.id()) {
        return Ok(());
    }
    let message = "The current and the previous request authorization don't match.";
    Err(ApiError::new(403, message))
}

/// What is said of a client that is not known.
#[must_use]
pub fn unknown() -> ApiError {
    ApiError::new(404, "Missing or invalid client id.")
}

fn not_followed(collection: &str, why: &str) -> ApiError {
    let message = format!("The collection `{collection}` cannot be subscribed to: {why}");
    let fault = Fault::new("validation_not_logged", message.clone());
    let mut refused = ApiError::bad_request(message);
    refused.faults.add("subscriptions", fault);
    refused
}

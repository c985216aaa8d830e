//! The server a store works with.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock as RwLockOf};
use std::time::Duration;

use jiff::Timestamp;
use mongodb::{Client, ClientSession, Database};
use purlin_model::Collection;
use tokio::sync::{Mutex, RwLock};

use super::changes::Known;
use super::error::Failure;
use super::run::Place;
use crate::clock::Clock;
use crate::store::definitions::Definitions;
use crate::store::{Capabilities, SchemaChange, StoreError};

/// A database on a server.
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) database: Database,
    pub(super) capabilities: Capabilities,
    /// How long a read may take.
    pub(super) query_time: Duration,
    /// How long a transaction may stay open.
    pub(super) transaction_life: Duration,
    /// What collections look like. Writes and interactive transactions share it while they are under
    /// way; a change of the schema has it alone, so that no write planned before arrives after.
    pub(super) definitions: Arc<RwLock<Definitions>>,
    /// Who has it may have an interactive transaction open.
    pub(super) turn: Arc<Mutex<()>>,
    /// The ids of collections this process removed.
    gone: RwLockOf<HashSet<String>>,
    /// What the server's collections are to Purlin.
    known: RwLockOf<Arc<Known>>,
    order: Order,
    closed: AtomicBool,
}

impl Server {
    pub(super) fn new(
        client: Client,
        database: Database,
        capabilities: Capabilities,
        (query_time, transaction_life): (Duration, Duration),
    ) -> Self {
        Server {
            client,
            database,
            capabilities,
            query_time,
            transaction_life,
            definitions: Arc::default(),
            turn: Arc::default(),
            gone: RwLockOf::default(),
            known: RwLockOf::default(),
            order: Order::new(Clock::system()),
            closed: AtomicBool::new(false),
        }
    }

    /// Where a read goes.
    pub(super) fn place<'p>(&'p self, session: Option<&'p mut ClientSession>) -> Place<'p> {
        Place { database: &self.database, time: self.query_time, session }
    }

    /// The place of a new record in the order of insertion.
    pub(super) fn next_order(&self) -> i64 {
        self.order.next()
    }

    /// Whether several writes can be one.
    pub(super) fn has_transactions(&self) -> bool {
        self.capabilities.transactions.is_ok()
    }

    /// Whether committed changes can be followed.
    pub(super) fn logs_changes(&self) -> bool {
        self.capabilities.changes.is_ok()
    }

    /// The time, by the clock of this node.
    pub(super) fn now(&self) -> Timestamp {
        self.order.clock.now()
    }

    /// What the store has been told of the collections there are.
    pub(super) fn known(&self) -> Arc<Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Remembers which collections there are.
    pub(super) fn note_known(&self, next: impl FnOnce(&Known) -> Known) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Arc::new(next(&known));
    }

    /// Remembers which collections a change removed.
    pub(super) fn note_gone(&self, changes: &[SchemaChange]) {
        let mut gone = self.gone.write().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            match change {
                SchemaChange::Drop(collection) => gone.insert(collection.id.clone()),
                SchemaChange::Ensure(made) | SchemaChange::Create(made) => gone.remove(&made.id),
                SchemaChange::Alter { .. } => false,
            };
        }
    }

    /// To the server, a collection that is gone is an empty one.
    ///
    /// # Errors
    /// `Refused` for a collection this process removed.
    pub(super) fn still_there(&self, collection: &Collection) -> Result<(), StoreError> {
        let gone = self.gone.read().unwrap_or_else(PoisonError::into_inner);
        match gone.contains(&collection.id) {
            true => Err(StoreError::Refused(format!("no such collection: {}", collection.name))),
            false => Ok(()),
        }
    }

    /// # Errors
    /// `Unavailable` once the store is closed.
    pub(super) fn still_open(&self) -> Result<(), StoreError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Unavailable("the store is closed".to_owned()));
        }
        Ok(())
    }

    /// From now on nothing is accepted.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Waits for an answer for as long as a query may take, and a little more: a server that does
    /// not answer at all ends no query.
    pub(super) async fn within<T>(
        &self,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let time = self.query_time + Duration::from_secs(5);
        match tokio::time::timeout(time, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(Failure::Store(StoreError::Timeout)),
        }
    }
}

/// Numbers that grow: microseconds of the clock, and below them what tells processes apart.
struct Order {
    clock: Clock,
    last: AtomicI64,
    process: i64,
}

/// How many numbers a microsecond has.
const EACH: i64 = 1 << 10;

impl Order {
    fn new(clock: Clock) -> Self {
        Order { clock, last: AtomicI64::new(0), process: crate::random::below(EACH as u32).into() }
    }

    fn next(&self) -> i64 {
        let micros = self.clock.now().as_microsecond();
        let now = micros.saturating_mul(EACH).saturating_add(self.process);
        let after = |last: i64| Some(now.max(last.saturating_add(EACH)));
        match self.last.fetch_update(Ordering::AcqRel, Ordering::Acquire, after) {
            Ok(last) | Err(last) => now.max(last.saturating_add(EACH)),
        }
    }
}

//! A store whose line goes dead: what a kill at that moment leaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use purlin_core::moving::MoveError;
use purlin_core::moving::copy::Copied;
use purlin_core::store::{
    Access, Asked, Assigned, Capabilities, Feed, OddIds, Position, SchemaChange, Store, StoreError,
    Table, Transaction,
};
use purlin_model::Value;
use purlin_model::plan::{Page, Select, Write};
use tokio::sync::Notify;

use crate::home::{SMALL, copy};

/// Runs a copy whose target is gone after so many calls; `None` when it was stopped by that.
pub(crate) async fn stopped(
    from: &Arc<dyn Store>,
    to: &Arc<dyn Store>,
    calls: usize,
    when: When,
) -> Option<Result<Copied, MoveError>> {
    let (line, dead) = Cut::after(to, calls, when);
    tokio::select! {
        biased;
        () = dead.notified() => None,
        copied = copy(from, &line, &SMALL) => Some(copied),
    }
}

/// When the line goes dead.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    /// Before the call reaches the database.
    Before,
    /// After the database did what was asked, before the answer arrives.
    After,
}

/// A store that carries out so many calls.
#[derive(Debug)]
pub(crate) struct Cut {
    store: Arc<dyn Store>,
    calls: AtomicUsize,
    when: When,
    dead: Arc<Notify>,
}

impl Cut {
    /// A store for so many calls; the other hears when it is over.
    pub(crate) fn after(
        store: &Arc<dyn Store>,
        calls: usize,
        when: When,
    ) -> (Arc<dyn Store>, Arc<Notify>) {
        let dead = Arc::new(Notify::new());
        let (store, calls) = (store.clone(), AtomicUsize::new(calls));
        (Arc::new(Cut { store, calls, when, dead: dead.clone() }), dead)
    }

    async fn call<T>(&self, call: impl Future<Output = T>) -> T {
        let left = self.calls.fetch_sub(1, Ordering::SeqCst);
        assert!(left < usize::MAX / 2, "the line was used after it went dead");
        match (left, self.when) {
            (0, When::Before) => {}
            (0, When::After) => drop(call.await),
            _ => return call.await,
        }
        self.dead.notify_one();
        std::future::pending().await
    }
}

#[async_trait]
impl Access for Cut {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        self.call(self.store.select(select)).await
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        self.call(self.store.write(batch)).await
    }
}

#[async_trait]
impl Store for Cut {
    fn capabilities(&self) -> &Capabilities {
        self.store.capabilities()
    }

    async fn migrate(
        &self,
        changes: &[SchemaChange],
        writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        self.call(self.store.migrate(changes, writes)).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.call(self.store.begin()).await
    }

    async fn describe(&self, query: &str) -> Result<Vec<String>, StoreError> {
        self.call(self.store.describe(query)).await
    }

    async fn odd_ids(&self, query: &str) -> Result<Option<OddIds>, StoreError> {
        self.call(self.store.odd_ids(query)).await
    }

    async fn sample(&self, query: &str, limit: u64) -> Result<Vec<Vec<Value>>, StoreError> {
        self.call(self.store.sample(query, limit)).await
    }

    async fn follow(&self, after: Option<Position>) -> Result<Box<dyn Feed>, StoreError> {
        self.store.follow(after).await
    }

    async fn prune(&self, age: Duration) -> Result<u64, StoreError> {
        self.store.prune(age).await
    }

    fn asked(&self, select: &Select) -> Asked {
        self.store.asked(select)
    }

    async fn look(&self) -> Result<Vec<Table>, StoreError> {
        self.call(self.store.look()).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.call(self.store.ping()).await
    }

    async fn close(&self) {
        self.store.close().await;
    }
}

//! What was committed, in order, as the databases' logs tell it: on this node and on every other.
//!
//! A log is followed while somebody wants to hear of it, and by nobody else. Whoever listens hears
//! the changes of one datasource one after the other, each once.

mod tail;

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use tokio::task::JoinHandle;

use crate::events::{Bus, Change};
use crate::store::{Datasources, Logged, Position};

use tail::Tail;
pub use tail::Want;

/// Changes of one datasource that came together.
#[derive(Clone, Debug)]
pub struct Heard<'a> {
    /// The datasource.
    pub datasource: &'a str,
    /// Oldest first, never empty.
    pub changes: &'a [Logged],
    /// Everything up to here has been heard.
    pub position: Position,
}

/// Hears of committed changes.
#[async_trait]
pub trait Listener: Send + Sync {
    /// The next changes. What comes after waits until this returns.
    async fn heard(&self, heard: &Heard<'_>);

    /// What was committed to a datasource before this moment has been heard, as far as it is not
    /// before where following began.
    fn caught_up(&self, _datasource: &str, _moment: Instant) {}

    /// Changes of a datasource were passed over: whatever is believed of its records may be wrong.
    async fn lost(&self, datasource: &str);
}

/// The logs of all datasources.
pub struct Changes {
    datasources: Datasources,
    tails: Vec<Arc<Tail>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Changes {
    /// Follows the logs for listeners, which hear of a batch in their order. Commits of this node
    /// are told by the bus, so that nobody waits for them.
    #[must_use]
    pub fn start(datasources: &Datasources, bus: &Bus, listeners: Vec<Arc<dyn Listener>>) -> Self {
        let listeners: Arc<[_]> = listeners.into();
        let stores = datasources.all().map(|(name, store)| Tail::new(name, store.clone()));
        let tails: Vec<_> = stores.map(Arc::new).collect();
        let run = |tail: &Arc<Tail>| {
            let (tail, listeners) = (tail.clone(), listeners.clone());
            tokio::spawn(async move { tail.run(&listeners).await })
        };
        let tasks = tails.iter().map(run).collect();
        let woken = tails.clone();
        bus.listen(move |changes| wake(&woken, changes));
        Changes { datasources: datasources.clone(), tails, tasks }
    }

    /// Follows the log of a datasource for as long as the answer is kept: what commits after this
    /// returned is heard.
    ///
    /// # Errors
    /// A sentence for people where there is no such log, or it cannot be read now.
    pub async fn want(&self, datasource: &str) -> Result<Want, String> {
        let missing = || format!("the datasource `{datasource}` is not configured");
        let store = self.datasources.named(datasource).ok_or_else(missing)?;
        store.capabilities().changes.clone()?;
        let tail = self.tail(datasource).ok_or_else(missing)?;
        Want::new(tail).ready().await
    }

    /// Up to where the log of a datasource has been heard; `None` where it is not followed.
    #[must_use]
    pub fn position(&self, datasource: &str) -> Option<Position> {
        self.tail(datasource)?.position()
    }

    /// Something was committed to a datasource on another node: its log is looked at now.
    pub fn wake(&self, datasource: &str) {
        if let Some(tail) = self.tail(datasource) {
            tail.wake();
        }
    }

    /// Something may have been committed anywhere.
    pub fn wake_all(&self) {
        self.tails.iter().for_each(|tail| tail.wake());
    }

    /// How long ago the logs that are followed were last known to be heard to their end, of the one
    /// that is furthest behind; `None` where none is followed.
    #[must_use]
    pub fn lag(&self) -> Option<std::time::Duration> {
        self.tails.iter().filter_map(|tail| tail.lag()).max()
    }

    fn tail(&self, datasource: &str) -> Option<&Arc<Tail>> {
        self.tails.iter().find(|tail| tail.datasource == datasource)
    }
}

fn wake(tails: &[Arc<Tail>], changes: &[Change]) {
    for tail in tails {
        if changes.iter().any(|change| change.collection.datasource == tail.datasource) {
            tail.wake();
        }
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.tails.iter().map(|tail| &tail.datasource)).finish()
    }
}

//! Copies of the database that reads may go to.
//!
//! As long as this node writes, and for some seconds after, it reads from the server it writes to.
//! What other nodes wrote may be seen a moment later.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::pool::{Pool, Sessions};

/// For how long after a write this node reads from the server it wrote to.
const OWN_WRITES: Duration = Duration::from_secs(5);

/// The connections to the replicas.
pub(super) struct Replicas<S: Sessions> {
    pools: Vec<Arc<Pool<S>>>,
    next: AtomicUsize,
    wrote: Arc<Mutex<Wrote>>,
}

#[derive(Default)]
struct Wrote {
    /// How many writes are under way.
    now: u64,
    /// When the last one ended.
    last: Option<Instant>,
}

/// A write that is under way; it ends when this is dropped.
pub(super) struct Writing(Option<Arc<Mutex<Wrote>>>);

impl<S: Sessions> Replicas<S> {
    pub(super) fn new(pools: Vec<Arc<Pool<S>>>) -> Self {
        Replicas { pools, next: AtomicUsize::new(0), wrote: Arc::default() }
    }

    /// The replica to read from now, each in turn; `None` = read from the main server.
    pub(super) fn readable(&self) -> Option<&Arc<Pool<S>>> {
        if self.pools.is_empty() {
            return None;
        }
        let wrote = self.wrote.lock().unwrap_or_else(PoisonError::into_inner);
        if wrote.now > 0 || wrote.last.is_some_and(|last| last.elapsed() < OWN_WRITES) {
            return None;
        }
        drop(wrote);
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        self.pools.get(next % self.pools.len())
    }

    /// Notes that something is being written.
    pub(super) fn writing(&self) -> Writing {
        if self.pools.is_empty() {
            return Writing(None);
        }
        self.wrote.lock().unwrap_or_else(PoisonError::into_inner).now += 1;
        Writing(Some(self.wrote.clone()))
    }

    /// The connections to all of them.
    pub(super) fn all(&self) -> &[Arc<Pool<S>>] {
        &self.pools
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(wrote) = &self.0 {
            let mut wrote = wrote.lock().unwrap_or_else(PoisonError::into_inner);
            wrote.now = wrote.now.saturating_sub(1);
            wrote.last = Some(Instant::now());
        }
    }
}

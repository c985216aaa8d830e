//! What only one node does at a time. Locks spare work; nothing goes wrong where two hold one.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::task::JoinHandle;

use crate::redis::{Held, Redis};

/// How long a lock outlives a node that ended.
const TTL: Duration = Duration::from_secs(30);
/// How often it is renewed.
const RENEW: Duration = Duration::from_secs(10);

/// Locks among all nodes that have a Redis in common; among the tasks of this one otherwise, and
/// while Redis is away.
#[derive(Clone, Debug)]
pub struct Locks {
    redis: Option<Redis>,
    here: Arc<Mutex<HashSet<String>>>,
}

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    name: String,
    here: Arc<Mutex<HashSet<String>>>,
    lost: Arc<AtomicBool>,
    /// Renews it, and lets go of it when told to.
    renewal: Option<(JoinHandle<()>, tokio::sync::oneshot::Sender<()>)>,
}

impl Locks {
    /// Locks over Redis, or of this node alone.
    #[must_use]
    pub fn new(redis: Option<Redis>) -> Self {
        Locks { redis, here: Arc::default() }
    }

    /// Takes a lock; `None` when somebody holds it.
    pub async fn take(&self, name: &str) -> Option<Lock> {
        if !self.here.lock().insert(name.to_owned()) {
            return None;
        }
        let lost = Arc::default();
        let mut lock = Lock { name: name.to_owned(), here: self.here.clone(), lost, renewal: None };
        if let Some(redis) = &self.redis {
            match redis.lock(name, TTL).await {
                Ok(Some(held)) => lock.keep(redis.clone(), held),
                Ok(None) => return None,
                Err(_) => {}
            }
        }
        Some(lock)
    }
}

impl Lock {
    /// Whether another node may hold it meanwhile: what it was taken for had better stop.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    fn keep(&mut self, redis: Redis, held: Held) {
        let (done, mut dropped) = tokio::sync::oneshot::channel();
        let lost = self.lost.clone();
        let renewal = tokio::spawn(async move {
            let mut renewed = Instant::now();
            while tokio::time::timeout(RENEW, &mut dropped).await.is_err() {
                match redis.renew(&held, TTL).await {
                    Ok(true) => renewed = Instant::now(),
                    Err(_) if renewed.elapsed() + RENEW < TTL => {}
                    _ => return lost.store(true, Ordering::Relaxed),
                }
            }
            let _ = redis.release(held).await;
        });
        self.renewal = Some((renewal, done));
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.here.lock().remove(&self.name);
        if let Some((_, done)) = self.renewal.take() {
            let _ = done.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn alone_a_lock_is_held_once_until_it_is_dropped() {
        let locks = Locks::new(None);
        let one = locks.take("a").await.expect("it is free");
        assert!(locks.take("a").await.is_none());
        assert!(locks.clone().take("b").await.is_some());
        assert!(!one.is_lost());
        drop(one);
        assert!(locks.take("a").await.is_some());
    }
}

//! Redis, which joins nodes: what they keep together, tell each other and count. The only place that
//! knows its client.
//!
//! Nothing rests on Redis: it may be slow, frozen, emptied or away at any time. Every call answers
//! within [`DEADLINE`], and at once while Redis is known to be away.

mod count;
mod link;
mod lock;
mod subscription;
mod watch;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use bytes::Bytes;
use redis::{Cmd, FromRedisValue, cmd};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::config::{RedisAddress, RedisForm};

pub use count::Counted;
pub use lock::Held;
pub use subscription::{Said, Subscription};

use link::{Failure, Link};

/// How long a call waits for Redis.
pub const DEADLINE: Duration = Duration::from_millis(50);

/// Redis did not answer in time, or refused; whoever asked goes on without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Redis is away")]
pub struct Away;

/// A connection to Redis, kept up. Cheap to clone; the last clone ends it.
#[derive(Clone)]
pub struct Redis(Arc<Kept>);

struct Kept {
    shared: Arc<Shared>,
    watch: JoinHandle<()>,
}

/// What callers and the watch have in common.
struct Shared {
    address: RedisAddress,
    /// What every key and channel begins with.
    prefix: String,
    /// `None` while Redis is away.
    link: ArcSwapOption<Link>,
    lost: Notify,
    /// Of the last question about it, in microseconds.
    latency: AtomicU64,
}

/// How Redis is, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// Where it is, without secrets.
    pub address: String,
    /// Whether it answers.
    pub connected: bool,
    /// How long it took to answer last, while it answers.
    pub latency: Option<Duration>,
}

impl Redis {
    /// Connects; where that is not possible now, a warning says so and it is tried again from time
    /// to time. Keys and channels are those of the installation, others may share the same Redis.
    pub async fn open(address: &RedisAddress, installation: &str) -> Self {
        let shared = Arc::new(Shared {
            address: address.clone(),
            prefix: format!("purlin:{installation}:"),
            link: ArcSwapOption::empty(),
            lost: Notify::new(),
            latency: AtomicU64::new(0),
        });
        let away = shared.connect().await.inspect_err(|why| shared.warn(why)).is_err();
        let watched = shared.clone();
        let watch = tokio::spawn(async move { watched.watch(away).await });
        Redis(Arc::new(Kept { shared, watch }))
    }

    /// What is kept under a key; `None` where nothing is.
    ///
    /// # Errors
    /// `Away`
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, Away> {
        let found: Option<Vec<u8>> = self.ask(cmd("GET").arg(self.key(key))).await?;
        Ok(found.map(Bytes::from))
    }

    /// Keeps a value under a key for that long at the most.
    ///
    /// # Errors
    /// `Away`: it may be kept all the same.
    pub async fn set(&self, key: &str, value: &[u8], ttl: Duration) -> Result<(), Away> {
        self.ask(cmd("SET").arg(self.key(key)).arg(value).arg("PX").arg(millis(ttl))).await
    }

    /// Forgets what is kept under a key; answers whether something was.
    ///
    /// # Errors
    /// `Away`: it may be gone all the same.
    pub async fn delete(&self, key: &str) -> Result<bool, Away> {
        self.ask(cmd("DEL").arg(self.key(key))).await
    }

    /// Tells all who listen to a channel now; answers how many those are (in a cluster: of the
    /// member that was asked).
    ///
    /// # Errors
    /// `Away`: it may be told all the same.
    pub async fn publish(&self, channel: &str, message: &[u8]) -> Result<u64, Away> {
        self.ask(cmd("PUBLISH").arg(self.key(channel)).arg(message)).await
    }

    /// Listens to channels, on a connection of its own.
    #[must_use]
    pub fn subscribe(&self, channels: &[&str]) -> Subscription {
        Subscription::new(self.0.shared.clone(), channels)
    }

    /// How it is.
    #[must_use]
    pub fn state(&self) -> State {
        let shared = &self.0.shared;
        let connected = shared.link.load().is_some();
        let latency = Duration::from_micros(shared.latency.load(Ordering::Relaxed));
        let address = shared.address.to_string();
        State { address, connected, latency: connected.then_some(latency) }
    }

    /// Whether it is a cluster, of which no member knows all who listen.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        self.0.shared.address.form == RedisForm::Cluster
    }

    /// A key for what only programs of this very version understand.
    #[must_use]
    pub fn of_this_version(key: &str) -> String {
        format!("{}:{key}", env!("CARGO_PKG_VERSION"))
    }

    fn key(&self, key: &str) -> String {
        format!("{}{key}", self.0.shared.prefix)
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Away> {
        self.0.shared.ask(command).await
    }
}

impl Shared {
    /// Asks, unless Redis is known to be away. Who waited in vain is the last who waits.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Away> {
        let Some(link) = self.link.load_full() else { return Err(Away) };
        let why = match tokio::time::timeout(DEADLINE, link.ask(command)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(Failure::Refused(why))) => {
                tracing::debug!(why, "Redis refuses a command");
                return Err(Away);
            }
            Ok(Err(Failure::Broken(why))) => why,
            Err(_) => format!("no answer within {} ms", DEADLINE.as_millis()),
        };
        self.lose(&link, &why);
        Err(Away)
    }

    /// Nobody asks over this link any more.
    fn lose(&self, link: &Arc<Link>, why: &str) {
        let current = self.link.compare_and_swap(link, None);
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, link)) {
            tracing::debug!(why, "the connection to Redis is given up");
            self.lost.notify_one();
        }
    }

    fn noted(&self, since: Instant) {
        let micros = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.latency.store(micros, Ordering::Relaxed);
    }

    fn warn(&self, why: &str) {
        tracing::warn!(
            "Redis at {} is away ({why}); this node goes on without it and connects when it is back",
            self.address
        );
    }
}

/// Never 0, which Redis refuses.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Redis").field(&self.0.shared.address).finish()
    }
}

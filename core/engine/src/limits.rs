//! How many requests a client may make (http-api.md 5.13): fixed windows that begin with the first
//! request, counted over Redis for all nodes together, or on this node.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use purlin_model::settings::{RateLimits, RateRule};

use crate::error::{Answer, ApiError};
use crate::redis::Redis;

const SHARDS: usize = 16;
/// Windows one shard holds before those that ended go, and at the most.
const TIDY: usize = 1000;
const MOST: usize = 20_000;

/// Counts requests.
#[derive(Debug)]
pub struct Limits {
    redis: Option<Redis>,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    windows: HashMap<String, Window>,
    /// How many windows there were when those that ended went last.
    tidied: usize,
}

#[derive(Debug)]
struct Window {
    until: Instant,
    count: u64,
}

impl Limits {
    /// Counts over Redis, or on this node alone.
    #[must_use]
    pub fn new(redis: Option<Redis>) -> Self {
        let shards = std::array::from_fn(|_| Mutex::default());
        Limits { redis, hasher: RandomState::new(), shards }
    }

    /// Counts a request of a client under a rule; `counter` tells apart what is counted apart.
    ///
    /// # Errors
    /// 429 when it is one too many.
    pub async fn count(
        &self,
        limits: &RateLimits,
        rule: &RateRule,
        counter: &str,
        ip: IpAddr,
    ) -> Answer<()> {
        let key = format!("limit:{:x}:{counter}:{ip}", limits.mark);
        let window = Duration::from_secs(rule.duration);
        let together = match &self.redis {
            Some(redis) => redis.count(&key, window).await.ok().map(|counted| counted.count),
            None => None,
        };
        let count = together.unwrap_or_else(|| self.count_here(key, window, Instant::now()));
        if count <= rule.max_requests {
            return Ok(());
        }
        let why = format!("more than {} requests under {}", rule.max_requests, rule.label);
        Err(ApiError::new(429, "Too Many Requests.").because(why))
    }

    fn count_here(&self, key: String, window: Duration, now: Instant) -> u64 {
        let shard = usize::try_from(self.hasher.hash_one(&key) % SHARDS as u64).unwrap_or(0);
        let mut shard = self.shards[shard].lock();
        shard.tidy(now);
        let fresh = || Window { until: now + window, count: 0 };
        let open = shard.windows.entry(key).or_insert_with(fresh);
        if open.until <= now {
            *open = fresh();
        }
        open.count += 1;
        open.count
    }
}

impl Shard {
    fn tidy(&mut self, now: Instant) {
        if self.windows.len() < self.tidied + TIDY {
            return;
        }
        self.windows.retain(|_, window| window.until > now);
        if self.windows.len() > MOST {
            self.windows.clear();
        }
        self.tidied = self.windows.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_fixed_and_begin_with_the_first_request() {
        let (limits, start) = (Limits::new(None), Instant::now());
        for (at, key, count) in [
            (0, "a", 1),
            (400, "a", 2),
            (900, "a", 3),
            (999, "b", 1),
            (1000, "a", 1),
            (1100, "b", 2),
            (1999, "a", 2),
            (2000, "b", 1),
        ] {
            let now = start + Duration::from_millis(at);
            let found = limits.count_here(key.to_owned(), Duration::from_secs(1), now);
            assert_eq!(found, count, "{key} after {at} ms");
        }
    }

    #[test]
    fn windows_that_ended_go() {
        let (mut shard, now) = (Shard::default(), Instant::now());
        let add = |shard: &mut Shard, from: usize, until| {
            for number in from..from + TIDY {
                shard.windows.insert(number.to_string(), Window { until, count: 1 });
            }
        };
        add(&mut shard, 0, now);
        shard.tidy(now);
        assert_eq!(shard.windows.len(), 0);
        for round in 0..=MOST / TIDY {
            add(&mut shard, round * TIDY, now + Duration::from_secs(9));
            shard.tidy(now);
            assert!(shard.windows.len() <= MOST);
        }
        assert_eq!(shard.windows.len(), 0, "there were too many");
    }
}

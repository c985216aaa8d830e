//! Slowing down who searches for hidden values by their absence (http-api.md 2.9).
//!
//! A client that keeps getting empty lists from a collection with a list rule, filter after filter,
//! may be guessing. Its answers then come a little later, by chance, so that their time tells nothing.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::random;

/// Empty answers within the window that raise no suspicion.
const PATIENCE: u32 = 3;
const WINDOW: Duration = Duration::from_secs(3);
/// The longest delay, in milliseconds.
const MAX_DELAY_MS: u32 = 500;
/// Clients remembered at the most.
const CLIENTS: usize = 4096;

/// Who got empty lists lately, by address and collection.
#[derive(Debug, Default)]
pub struct Probing(Mutex<HashMap<(IpAddr, String), Seen>>);

#[derive(Debug)]
struct Seen {
    since: Instant,
    empty: u32,
}

impl Probing {
    /// Counts an empty list; answers how long the answer should wait.
    pub fn empty_list(&self, ip: IpAddr, collection: &str, now: Instant) -> Option<Duration> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS {
            clients.retain(|_, seen| now.duration_since(seen.since) < WINDOW);
        }
        if clients.len() >= CLIENTS {
            return None;
        }
        let key = (ip, collection.to_owned());
        let seen = clients.entry(key).or_insert(Seen { since: now, empty: 0 });
        if now.duration_since(seen.since) >= WINDOW {
            *seen = Seen { since: now, empty: 0 };
        }
        seen.empty += 1;
        let delay = u64::from(random::below(MAX_DELAY_MS));
        (seen.empty > PATIENCE).then(|| Duration::from_millis(delay))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_repeated_empty_lists_wait() {
        let (probing, now) = (Probing::default(), Instant::now());
        let [one, two] = ["10.0.0.1", "10.0.0.2"].map(|ip| ip.parse().unwrap());
        for _ in 0..PATIENCE {
            assert_eq!(probing.empty_list(one, "c", now), None);
        }
        assert!(probing.empty_list(one, "c", now).is_some_and(|delay| delay.as_millis() < 500));
        assert_eq!(probing.empty_list(two, "c", now), None);
        assert_eq!(probing.empty_list(one, "d", now), None);
        assert_eq!(probing.empty_list(one, "c", now + WINDOW), None);
    }
}

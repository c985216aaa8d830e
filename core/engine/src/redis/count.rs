//! Counting together: fixed windows that begin with the first event.

use std::time::Duration;

use redis::cmd;

use super::{Away, Redis, millis};

/// Counts one, and begins a window with the first; answers the number and what is left of the window.
const COUNT: &str = "local n = redis.call('INCR', KEYS[1]) \
                     if n == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end \
                     return {n, redis.call('PTTL', KEYS[1])}";

/// What a window holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Events in the window, this one among them.
    pub count: u64,
    /// How long the window lasts.
    pub left: Duration,
}

impl Redis {
    /// Counts an event in the window that is open for a key, or opens one. All nodes count together.
    ///
    /// # Errors
    /// `Away`: it may be counted all the same.
    pub async fn count(&self, key: &str, window: Duration) -> Result<Counted, Away> {
        let mut script = cmd("EVAL");
        script.arg(COUNT).arg(1).arg(self.key(key)).arg(millis(window));
        let (count, left): (u64, i64) = self.ask(&script).await?;
        Ok(Counted { count, left: Duration::from_millis(u64::try_from(left).unwrap_or(0)) })
    }
}

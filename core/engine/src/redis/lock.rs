//! Locks: one holder among all nodes, for as long as it says that it is there.

use std::time::Duration;

use redis::cmd;

use super::{Away, Redis, millis};
use crate::random;

const RENEW: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then \
                     return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0";
const RELEASE: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then \
                       return redis.call('DEL', KEYS[1]) end return 0";

/// A lock that is held; it ends by itself when it is not renewed.
#[derive(Debug)]
pub struct Held {
    key: String,
    /// Tells this holder from one who came after it was lost.
    token: String,
}

impl Redis {
    /// Takes the lock of that name for so long; `None` when somebody else holds it.
    ///
    /// # Errors
    /// `Away`: it may be held all the same, until it ends by itself.
    pub async fn lock(&self, name: &str, ttl: Duration) -> Result<Option<Held>, Away> {
        let held = Held { key: self.key(&format!("lock:{name}")), token: random::text(20) };
        let mut set = cmd("SET");
        set.arg(&held.key).arg(&held.token).arg("NX").arg("PX").arg(millis(ttl));
        let taken: Option<String> = self.ask(&set).await?;
        Ok(taken.map(|_| held))
    }

    /// Holds it for so long from now on; `false` when it was lost.
    ///
    /// # Errors
    /// `Away`: nobody knows.
    pub async fn renew(&self, held: &Held, ttl: Duration) -> Result<bool, Away> {
        let mut script = cmd("EVAL");
        script.arg(RENEW).arg(1).arg(&held.key).arg(&held.token).arg(millis(ttl));
        self.ask(&script).await
    }

    /// Lets go of it; `false` when it was lost before.
    ///
    /// # Errors
    /// `Away`: then it ends by itself.
    pub async fn release(&self, held: Held) -> Result<bool, Away> {
        let mut script = cmd("EVAL");
        script.arg(RELEASE).arg(1).arg(&held.key).arg(&held.token);
        self.ask(&script).await
    }
}

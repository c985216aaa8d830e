//! Answers that several nodes keep together.

use std::time::Duration;

use async_trait::async_trait;

/// A place that all nodes of an installation reach. It may be away, slow or emptied at any time: then
/// there is nothing in it.
#[async_trait]
pub trait Shared: Send + Sync {
    /// What is kept under a key; `None` where nothing is, or it cannot be said soon.
    async fn get(&self, key: &str) -> Option<Vec<u8>>;

    /// Keeps a value for that long at the most, if it can.
    async fn put(&self, key: &str, value: &[u8], ttl: Duration);

    /// Sets aside everything that was ever put.
    async fn clear(&self);
}

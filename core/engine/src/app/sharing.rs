//! The cache's answers in Redis.

use std::time::Duration;

use async_trait::async_trait;

use crate::cache::Shared;
use crate::random;
use crate::redis::Redis;

/// A word that every value begins with. Another word sets aside what begins with the one before; none is
/// a word as well.
const WORD: &str = "cache:word";
/// Longer than any answer is kept.
const DAY: Duration = Duration::from_secs(25 * 60 * 60);
const LENGTH: usize = 16;

/// What nodes of one version keep in Redis.
pub(super) struct InRedis(pub(super) Redis);

impl InRedis {
    async fn word(&self) -> Option<Vec<u8>> {
        let word = self.0.get(WORD).await.ok()?;
        let word = word.filter(|word| word.len() == LENGTH);
        Some(word.map_or_else(|| vec![b'-'; LENGTH], |word| word.to_vec()))
    }
}

#[async_trait]
impl Shared for InRedis {
    async fn get(&self, key: &str) -> Option<Vec<u8>> {
        let key = key_of(key);
        let (word, value) = tokio::join!(self.word(), self.0.get(&key));
        Some(value.ok()??.strip_prefix(word?.as_slice())?.to_vec())
    }

    async fn put(&self, key: &str, value: &[u8], ttl: Duration) {
        if let Some(mut text) = self.word().await {
            text.extend_from_slice(value);
            let _ = self.0.set(&key_of(key), &text, ttl).await;
        }
    }

    async fn clear(&self) {
        let _ = self.0.set(WORD, random::text(LENGTH).as_bytes(), DAY).await;
    }
}

fn key_of(key: &str) -> String {
    Redis::of_this_version(&format!("cache:{key}"))
}

//! What is kept, and where on this node.

use std::sync::Arc;
use std::time::{Duration, Instant};

use moka::Expiry;
use moka::future::Cache as Local;
use purlin_model::plan::Page;

/// SHA-256 of what an answer rests on.
pub(super) type Key = [u8; 32];

/// How many bytes of numbers stand before an answer.
const HEAD: usize = 24;

/// What an answer takes besides its bytes, about.
const OVERHEAD: usize = 250;

/// A page of finished JSON.
pub(super) struct Kept {
    pub(super) collection: String,
    json: Vec<u8>,
    count: u64,
    total: Option<u64>,
    ttl: Duration,
}

impl Kept {
    pub(super) fn new(collection: &str, page: Page, ttl: Duration) -> Self {
        let Page { json, count, total, .. } = page;
        Kept { collection: collection.to_owned(), json, count, total, ttl }
    }

    /// As other nodes are told of it: when it was read, the numbers, and the rest.
    pub(super) fn to_bytes(&self, read: i64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + self.json.len());
        bytes.extend_from_slice(&read.to_le_bytes());
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(&self.total.map_or(u64::MAX, |total| total).to_le_bytes());
        bytes.extend_from_slice(&self.json);
        bytes
    }

    /// What another node tells, for the rest of its time; `None` for what is over or no answer.
    pub(super) fn from_bytes(
        collection: &str,
        bytes: &[u8],
        ttl: Duration,
        now: i64,
    ) -> Option<Self> {
        let (head, json) = bytes.split_at_checked(HEAD)?;
        let (read, numbers) = head.split_first_chunk::<8>()?;
        let (count, total) = numbers.split_first_chunk::<8>()?;
        let age = u64::try_from(now - i64::from_le_bytes(*read)).unwrap_or(0);
        let ttl = ttl.checked_sub(Duration::from_millis(age)).filter(|left| !left.is_zero())?;
        let total = u64::from_le_bytes(*total.first_chunk()?);
        Some(Kept {
            collection: collection.to_owned(),
            json: json.to_vec(),
            count: u64::from_le_bytes(*count),
            total: Some(total).filter(|total| *total != u64::MAX),
            ttl,
        })
    }

    pub(super) fn page(&self) -> Page {
        let Kept { json, count, total, .. } = self;
        Page { json: json.clone(), count: *count, total: *total, ..Page::default() }
    }

    /// What it takes, in bytes, about.
    pub(super) fn size(&self) -> u64 {
        (self.json.len() + self.collection.len() + OVERHEAD) as u64
    }
}

/// Room for so many bytes. What is asked for often stays when it is full.
pub(super) fn local(limit: u64) -> Local<Key, Arc<Kept>> {
    Local::builder()
        .max_capacity(limit)
        .weigher(|_, kept: &Arc<Kept>| u32::try_from(kept.size()).unwrap_or(u32::MAX))
        .expire_after(Ttl)
        .build()
}

/// Each answer for as long as its collection says, from when it was read.
struct Ttl;

impl Expiry<Key, Arc<Kept>> for Ttl {
    fn expire_after_create(&self, _: &Key, kept: &Arc<Kept>, _: Instant) -> Option<Duration> {
        Some(kept.ttl)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_nodes_read_what_was_written() {
        let ttl = Duration::from_secs(60);
        for total in [None, Some(0), Some(7)] {
            let page = Page { json: b"{}".to_vec(), count: 1, total, ..Page::default() };
            let bytes = Kept::new("c", page, ttl).to_bytes(5_000);
            for (now, left) in [
                (5_000, Some(60_000)),
                (4_000, Some(60_000)),
                (35_000, Some(30_000)),
                (65_000, None),
                (99_000, None),
            ] {
                let read = Kept::from_bytes("c", &bytes, ttl, now);
                assert_eq!(read.as_ref().map(|it| it.ttl.as_millis()), left, "{now}");
                let page = read.map(|it| it.page());
                let shown = page.map(|it| (it.json, it.count, it.total));
                assert_eq!(shown, left.map(|_| (b"{}".to_vec(), 1, total)));
            }
            for cut in 0..HEAD {
                assert!(Kept::from_bytes("c", &bytes[..cut], ttl, 5_000).is_none(), "{cut}");
            }
        }
    }
}

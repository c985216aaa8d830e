//! How the cache is used.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};

/// How the answers of one collection are used, since the start of this node.
#[derive(Debug, Default)]
pub(super) struct Tally {
    hits: AtomicU64,
    misses: AtomicU64,
    elsewhere: AtomicU64,
}

/// What [`super::Cache`] has of one collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Reads answered with what was kept.
    pub hits: u64,
    /// Reads that could have been, and were not kept on this node.
    pub misses: u64,
    /// Of the misses: those that another node had read for all.
    pub shared: u64,
    /// Answers kept now.
    pub entries: u64,
    /// What they take, about.
    pub bytes: u64,
}

/// What [`super::Cache`] has.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// How many bytes may be kept; 0 = the cache is switched off.
    pub limit: u64,
    /// All collections together.
    pub all: Counted,
    /// By collection id; without those that were never asked for.
    pub collections: HashMap<String, Counted>,
}

impl Tally {
    /// Somebody asked for an answer.
    pub(super) fn asked(&self, hit: bool) {
        if hit { &self.hits } else { &self.misses }.fetch_add(1, Relaxed);
    }

    /// Another node had read it.
    pub(super) fn found_elsewhere(&self) {
        self.elsewhere.fetch_add(1, Relaxed);
    }

    fn counted(&self) -> Counted {
        let (hits, misses) = (self.hits.load(Relaxed), self.misses.load(Relaxed));
        let shared = self.elsewhere.load(Relaxed);
        Counted { hits, misses, shared, ..Counted::default() }
    }
}

/// The tallies by collection id.
#[derive(Default)]
pub(super) struct Tallies(RwLock<HashMap<String, Arc<Tally>>>);

impl Tallies {
    pub(super) fn of(&self, collection: &str) -> Arc<Tally> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(collection).cloned();
        known.unwrap_or_else(|| {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            all.entry(collection.to_owned()).or_default().clone()
        })
    }

    /// With the size of each answer that is kept and its collection.
    pub(super) fn counts(&self, limit: u64, kept: impl Iterator<Item = (String, u64)>) -> Counts {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut collections: HashMap<_, _> =
            all.iter().map(|(id, tally)| (id.clone(), tally.counted())).collect();
        drop(all);
        for (collection, bytes) in kept {
            let counted = collections.entry(collection).or_default();
            counted.entries += 1;
            counted.bytes += bytes;
        }
        let mut sum = Counted::default();
        for one in collections.values() {
            sum.hits += one.hits;
            sum.misses += one.misses;
            sum.shared += one.shared;
            sum.entries += one.entries;
            sum.bytes += one.bytes;
        }
        Counts { limit, all: sum, collections }
    }
}

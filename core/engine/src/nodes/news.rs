//! What nodes tell each other: that there is something new, not what. It is read where it is true.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::Ears;
use crate::catalog::holds_lines;
use crate::events::Change;
use crate::redis::{Redis, Said};

const CHANNEL: &str = "news";
/// How long news gather after some were told, so that a burst of writes is a few messages.
const GATHER: Duration = Duration::from_millis(2);
/// How long telling is left alone while Redis is away.
const PAUSE: Duration = Duration::from_millis(50);
/// How long the last news may take when a node stops.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// What happened on a node since it told last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// The node that tells.
    pub from: String,
    /// By datasource, the ids of the collections whose records were written.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub commits: BTreeMap<String, BTreeSet<String>>,
    /// The version of definitions and settings that is in force now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<u64>,
    /// Whether policies or roles were changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lines: bool,
    /// Of which collections kept answers are to be forgotten, by their ids.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub forget: BTreeSet<String>,
    /// Whether all kept answers are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forget_all: bool,
}

impl News {
    fn is_empty(&self) -> bool {
        let is_quiet = self.commits.is_empty() && self.schema.is_none() && !self.lines;
        is_quiet && self.forget.is_empty() && !self.forget_all
    }

    fn add(&mut self, older: News) {
        for (datasource, collections) in older.commits {
            self.commits.entry(datasource).or_default().extend(collections);
        }
        self.schema = self.schema.max(older.schema);
        self.lines |= older.lines;
        self.forget.extend(older.forget);
        self.forget_all |= older.forget_all;
    }
}

/// Gathers what happens on this node, for the others. Whoever brings it never waits.
#[derive(Debug)]
pub struct Newsroom {
    node: Arc<str>,
    /// Whether anybody is told at all.
    is_open: AtomicBool,
    waiting: Mutex<News>,
    woken: Notify,
    /// The newest version of definitions that was told or heard of.
    version: AtomicU64,
}

impl Newsroom {
    /// The newsroom of that node; closed.
    #[must_use]
    pub fn new(node: Arc<str>) -> Self {
        Newsroom {
            node,
            is_open: AtomicBool::new(false),
            waiting: Mutex::default(),
            woken: Notify::new(),
            version: AtomicU64::new(0),
        }
    }

    /// Records were written.
    pub fn committed(&self, changes: &[Change]) {
        if !self.is_open.load(Ordering::Relaxed) {
            return;
        }
        let mut waiting = self.waiting.lock();
        for Change { collection, .. } in changes {
            if !waiting.commits.contains_key(&collection.datasource) {
                waiting.commits.insert(collection.datasource.clone(), BTreeSet::new());
            }
            if let Some(known) = waiting.commits.get_mut(&collection.datasource)
                && !known.contains(&collection.id)
            {
                known.insert(collection.id.clone());
            }
            waiting.lines |= holds_lines(collection);
        }
        drop(waiting);
        self.woken.notify_one();
    }

    /// This version of definitions and settings is in force here.
    pub fn published(&self, version: u64) {
        // What another node told of need not be told again.
        if self.version.fetch_max(version, Ordering::Relaxed) < version
            && self.is_open.load(Ordering::Relaxed)
        {
            self.waiting.lock().schema = Some(version);
            self.woken.notify_one();
        }
    }

    /// Kept answers were forgotten here, of one collection or of all, and are to be on other nodes.
    pub fn forgot(&self, collection: Option<&str>) {
        if !self.is_open.load(Ordering::Relaxed) {
            return;
        }
        let mut waiting = self.waiting.lock();
        match collection {
            Some(id) => drop(waiting.forget.insert(id.to_owned())),
            None => waiting.forget_all = true,
        }
        drop(waiting);
        self.woken.notify_one();
    }

    pub(super) fn open(&self) {
        self.is_open.store(true, Ordering::Relaxed);
    }

    /// Tells what is new, for as long as it is polled. What cannot be told waits.
    pub(super) async fn tell(&self, redis: &Redis) {
        loop {
            self.woken.notified().await;
            while !self.told(redis).await {
                tokio::time::sleep(PAUSE).await;
            }
            tokio::time::sleep(GATHER).await;
        }
    }

    /// Tells what is new now, before the node stops.
    pub async fn last_words(&self, redis: &Redis) {
        let _ = tokio::time::timeout(LAST_WORDS, self.told(redis)).await;
    }

    /// Whether nothing is left to tell.
    async fn told(&self, redis: &Redis) -> bool {
        let news = std::mem::take(&mut *self.waiting.lock());
        if news.is_empty() {
            return true;
        }
        let news = News { from: self.node.to_string(), ..news };
        let text = serde_json::to_vec(&news).unwrap_or_default();
        let told = redis.publish(CHANNEL, &text).await.is_ok();
        if !told {
            self.waiting.lock().add(news);
        }
        told
    }

    /// Hears what others tell, for as long as it is polled.
    pub(super) async fn hear(&self, redis: &Redis, ears: &Ears) {
        let mut subscription = redis.subscribe(&[CHANNEL]);
        loop {
            match subscription.next().await {
                Said::Joined => ears.hear_all().await,
                Said::Message { payload, .. } => match serde_json::from_slice::<News>(&payload) {
                    Ok(news) if *news.from == *self.node => {}
                    Ok(news) => {
                        self.version.fetch_max(news.schema.unwrap_or(0), Ordering::Relaxed);
                        ears.hear(&news).await;
                    }
                    // A newer program may say what this one does not know.
                    Err(_) => ears.hear_all().await,
                },
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(text: &str) -> News {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn news_that_wait_become_one() {
        for (newer, older, both) in [
            (r#"{"from":""}"#, r#"{"from":"","lines":true}"#, r#"{"from":"","lines":true}"#),
            (r#"{"from":"","schema":7}"#, r#"{"from":"","schema":5}"#, r#"{"from":"","schema":7}"#),
            (r#"{"from":"","schema":7}"#, r#"{"from":""}"#, r#"{"from":"","schema":7}"#),
            (
                r#"{"from":"","commits":{"main":["a"],"x":["b"]}}"#,
                r#"{"from":"","commits":{"main":["a","c"]}}"#,
                r#"{"from":"","commits":{"main":["a","c"],"x":["b"]}}"#,
            ),
            (
                r#"{"from":"","forget":["a"]}"#,
                r#"{"from":"","forget":["b"],"forget_all":true}"#,
                r#"{"from":"","forget":["a","b"],"forget_all":true}"#,
            ),
        ] {
            let mut sum = news(newer);
            sum.add(news(older));
            assert_eq!(serde_json::to_string(&sum).unwrap(), both);
        }
        assert!(news(r#"{"from":"x"}"#).is_empty());
        assert!(!news(r#"{"from":"x","forget":["a"]}"#).is_empty());
        assert!(!news(r#"{"from":"x","forget_all":true}"#).is_empty());
    }

    #[test]
    fn a_version_is_told_once_and_by_one() {
        let room = Newsroom::new("n".into());
        room.open();
        let schema = || std::mem::take(&mut *room.waiting.lock()).schema;
        room.published(3);
        assert_eq!(schema(), Some(3));
        room.published(3);
        assert_eq!(schema(), None);
        // Heard of from another node, then in force here.
        room.version.fetch_max(4, Ordering::Relaxed);
        room.published(4);
        assert_eq!(schema(), None);
        room.published(5);
        assert_eq!(schema(), Some(5));
    }
}

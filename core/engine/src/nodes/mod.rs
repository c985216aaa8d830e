//! The nodes of an installation: servers that share its databases. What they tell each other, who of
//! them is there, and what only one of them does at a time.
//!
//! Nothing here is needed for correctness: what is true is in the database, and every node looks.
//! Redis makes it quick.

mod exchange;
mod locks;
mod news;
mod presence;

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::auth::Sessions;
use crate::cache::Cache;
use crate::catalog::Catalog;
use crate::changes::Changes;
use crate::redis::Redis;

pub use exchange::{Desk, Exchange};
pub use locks::{Lock, Locks};
pub use news::{News, Newsroom};
pub use presence::{Node, Presence, Whereabouts};

/// What is done with news of other nodes.
pub struct Ears {
    /// Reads definitions and lines anew.
    pub catalog: Arc<Catalog>,
    /// Forget whose record was changed.
    pub sessions: Arc<Sessions>,
    /// Reads the logs.
    pub changes: Arc<Changes>,
    /// Forgets what is kept here.
    pub cache: Arc<Cache>,
}

/// The tasks that tell and hear news; they end with this.
#[derive(Debug, Default)]
pub struct Wire(Vec<JoinHandle<()>>);

impl Wire {
    /// Begins to tell what the newsroom gathers, to hear what others tell, and to take in what is
    /// submitted to them for clients of this node.
    #[must_use]
    pub fn open(
        newsroom: &Arc<Newsroom>,
        exchange: &Arc<Exchange>,
        redis: &Redis,
        (ears, desk): (Ears, Desk),
    ) -> Self {
        newsroom.open();
        let (room, to) = (newsroom.clone(), redis.clone());
        let telling = tokio::spawn(async move { room.tell(&to).await });
        let (room, from) = (newsroom.clone(), redis.clone());
        let hearing = tokio::spawn(async move { room.hear(&from, &ears).await });
        let attending = tokio::spawn(exchange.clone().attend(Arc::new(desk)));
        Wire(vec![telling, hearing, attending])
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.0.iter().for_each(JoinHandle::abort);
    }
}

impl Ears {
    /// Somebody committed, or changed what is in force.
    async fn hear(&self, news: &News) {
        let snapshot = self.catalog.snapshot();
        for (datasource, collections) in &news.commits {
            // A collection that is not known yet may be one of accounts.
            let unknown_or_auth = |id: &String| {
                snapshot.schema.by_id(id).is_none_or(|collection| collection.is_auth())
            };
            if collections.iter().any(unknown_or_auth) {
                self.sessions.forget();
            }
            self.changes.wake(datasource);
        }
        if news.lines || news.schema.is_some_and(|version| version != snapshot.version) {
            self.catalog.look();
        }
        match news.forget_all {
            true => self.cache.forget(None).await,
            false => {
                for collection in &news.forget {
                    self.cache.forget(Some(collection)).await;
                }
            }
        }
    }

    /// Something may have been said that was not heard.
    async fn hear_all(&self) {
        self.sessions.forget();
        self.catalog.look();
        self.changes.wake_all();
        self.cache.forget(None).await;
    }
}

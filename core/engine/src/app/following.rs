//! Keeps the cache told of changes: follows the logs of the datasources it keeps answers from.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::time::timeout;

use crate::cache::Cache;
use crate::changes::{Changes, Heard, Listener};

/// How long a log is left alone that cannot be followed.
const PAUSE: Duration = Duration::from_secs(5);

/// Tells a cache what the logs say.
pub(super) struct Ear(pub(super) Arc<Cache>);

#[async_trait]
impl Listener for Ear {
    async fn heard(&self, heard: &Heard<'_>) {
        self.0.heard(heard.datasource, heard.changes, heard.position);
    }

    fn caught_up(&self, datasource: &str, moment: Instant) {
        self.0.caught_up(datasource, moment);
    }

    async fn lost(&self, datasource: &str) {
        self.0.lost(datasource);
    }
}

/// Follows the logs that the cache needs under the schema of the moment, for as long as it is polled.
pub(super) async fn follow(cache: &Cache, changes: &Changes) {
    let mut wants = HashMap::new();
    loop {
        let needed = cache.datasources();
        wants.retain(|datasource: &String, _| {
            let stays = needed.contains(datasource);
            if !stays {
                cache.ignores(datasource, "nobody asked for it");
            }
            stays
        });
        let mut failed = false;
        for datasource in needed {
            if wants.contains_key(&datasource) {
                continue;
            }
            let want = changes.want(&datasource).await;
            let position = changes.position(&datasource);
            match (want, position) {
                (Ok(want), Some(position)) => {
                    cache.follows(&datasource, position);
                    wants.insert(datasource, want);
                }
                (Err(why), _) => {
                    cache.ignores(&datasource, &why);
                    failed = true;
                }
                (Ok(_), None) => failed = true,
            }
        }
        match failed {
            true => drop(timeout(PAUSE, cache.learned()).await),
            false => cache.learned().await,
        }
    }
}

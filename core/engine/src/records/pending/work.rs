//! What is done later: in the background, until it is done.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use purlin_model::plan;

use super::settle::Failed;
use super::{Outbox, Owed, table};
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::Answer;
use crate::records::elsewhere::tells;
use crate::store::{Access, api_error};

/// Rows taken at a time.
const CHUNK: u64 = 500;
/// The first pause after something could not be done; it doubles up to the longest.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause. Also how soon is found what another process left and nobody heard of.
const LONGEST: Duration = Duration::from_secs(30);

impl Outbox {
    /// Does what was left to be done by this process or any before, for as long as it is polled.
    pub(in crate::records) async fn work(&self, catalog: &Catalog, clock: &Clock) {
        let mut pause = PAUSE;
        loop {
            let snapshot = catalog.snapshot();
            let collections = snapshot.schema.collections().iter();
            let homes: BTreeSet<&str> = collections.map(|known| &*known.datasource).collect();
            let mut done = true;
            for home in homes.into_iter().filter(|home| tells(&snapshot.schema, home)) {
                done &= match self.work_off(catalog, clock, home).await {
                    Ok(done) => done,
                    Err(error) => {
                        tracing::warn!(datasource = home, ?error, "cannot tell what is to be done");
                        false
                    }
                };
            }
            if done {
                pause = PAUSE;
                let _ = tokio::time::timeout(LONGEST, self.left.notified()).await;
            } else {
                tokio::time::sleep(pause).await;
                pause = LONGEST.min(pause * 2);
            }
        }
    }

    /// Does what the table of a datasource holds; whether nothing is left.
    async fn work_off(&self, catalog: &Catalog, clock: &Clock, home: &str) -> Answer<bool> {
        self.ready(&catalog.snapshot().schema, home).await?;
        // What failed waits for the next time.
        let mut failed = Failed::default();
        loop {
            let but = |texts: &HashSet<String>| texts.iter().cloned().collect();
            let (rows, targets) = (but(&failed.rows), but(&failed.targets));
            let select = plan::pending(&table(home), rows, targets, CHUNK);
            let page = self.datasources.select(&select).await.map_err(api_error)?;
            let owed: Vec<Owed> =
                page.records.iter().map(|found| Owed::read(&found.record)).collect();
            if owed.is_empty() {
                return Ok(failed.rows.is_empty());
            }
            let more = self.settle(&catalog.snapshot().schema, clock.now(), owed).await;
            failed.rows.extend(more.rows);
            failed.targets.extend(more.targets);
        }
    }
}

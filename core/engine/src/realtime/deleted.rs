//! What records were when they were deleted. Whoever is told of a change to a record that is gone by
//! now is shown that: it is the newest there ever was of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use purlin_model::{Action, Collection, Record};

use crate::error::Answer;
use crate::store::{Logged, Position, Store, StoreError, api_error};

/// How long is looked further on in the log.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long before it is looked again, where the log does not tell by itself.
const MOMENT: Duration = Duration::from_millis(5);

/// What a record was when it was deleted; `None` where nothing was kept of it.
type Was = Option<Arc<Record>>;

/// The deletes of one collection's records.
pub(super) struct Deleted<'a> {
    definition: &'a Arc<Collection>,
    /// By the id of the record, oldest first.
    deletes: HashMap<String, Vec<(Position, Was)>>,
}

impl<'a> Deleted<'a> {
    /// Those among changes.
    pub(super) fn among<'c>(
        definition: &'a Arc<Collection>,
        changes: impl IntoIterator<Item = &'c Logged>,
    ) -> Self {
        let mut deleted = Deleted { definition, deletes: HashMap::new() };
        deleted.note(changes, |_| true);
        deleted
    }

    /// What the record of a change was when it was deleted, by that change or the next that did.
    pub(super) fn after(&self, change: &Logged) -> Option<&Was> {
        let deletes = self.deletes.get(&change.record)?;
        deletes.iter().find(|(position, _)| *position >= change.position).map(|(_, was)| was)
    }

    /// Looks for the deletes of records, which are gone, further on in the log.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(super) async fn look_ahead(
        &mut self,
        store: &dyn Store,
        position: Position,
        mut missing: HashSet<String>,
    ) -> Answer<()> {
        let begun = Instant::now();
        let mut feed = match store.follow(Some(position)).await {
            Ok(feed) => feed,
            Err(StoreError::Gone) => return Ok(()),
            Err(error) => return Err(api_error(error)),
        };
        while !missing.is_empty() && begun.elapsed() < PATIENCE {
            let changes = feed.next().await.map_err(api_error)?;
            self.note(&changes, |record| missing.remove(record));
            // They were gone before: whoever deleted the others wrote nothing into the log.
            if feed.caught_up() >= Some(begun) {
                break;
            }
            if changes.is_empty() && !feed.is_pushed() {
                tokio::time::sleep(MOMENT).await;
            }
        }
        Ok(())
    }

    fn note<'c>(
        &mut self,
        changes: impl IntoIterator<Item = &'c Logged>,
        mut wanted: impl FnMut(&str) -> bool,
    ) {
        for change in changes {
            let is_delete = change.action == Action::Delete;
            if is_delete && change.collection == self.definition.id && wanted(&change.record) {
                let was = change.was.as_deref();
                let was = was.and_then(|was| Record::from_kept(self.definition, was)).map(Arc::new);
                let deletes = self.deletes.entry(change.record.clone()).or_default();
                deletes.push((change.position, was));
            }
        }
    }
}

//! Schema changes in other datasources than the main one (docs/decisions/schema-changes.md).
//!
//! The commit in the main database decides, and keeps an intent. The datasource takes its steps
//! together with a mark of the intent's id; who finds an intent that somebody left sets the mark
//! first where it is missing, so that those steps cannot be taken any more.

use std::sync::Arc;

use purlin_model::plan::{self, Output, Write};
use purlin_model::schema::system;
use purlin_model::{Collection, Record, Value};

use super::intent::Intent;
use super::load::Loaded;
use super::{Catalog, CatalogError, Snapshot};
use crate::store::{SchemaChange, Store, StoreError, write_all};

/// How often a write is tried that another change came before.
const ATTEMPTS: usize = 10;
/// What marks say.
const DONE: &str = "done";
const UNDONE: &str = "undone";

impl Catalog {
    /// Refuses a change in a datasource where an earlier one is not settled.
    pub(super) fn may_begin(&self, before: &Snapshot, intent: &Intent) -> Result<(), CatalogError> {
        self.store_of(intent)?;
        if before.unsettled.contains(&intent.datasource) {
            let name = &intent.datasource;
            let text = format!("an earlier change in the datasource `{name}` is not settled yet");
            return Err(StoreError::Unavailable(text).into());
        }
        Ok(())
    }

    /// Takes the steps of intents that were just decided, until one fails; those behind it are
    /// taken back.
    pub(super) async fn carry_out_all(&self, intents: &[Intent]) -> Result<(), CatalogError> {
        let mut outcome = Ok(());
        for intent in intents {
            match outcome {
                Ok(()) => outcome = self.carry_out(intent).await,
                Err(_) => self.end(intent, false).await?,
            }
        }
        outcome
    }

    /// Takes the steps of an intent that was just decided.
    ///
    /// # Errors
    /// `Outdated` when another node undid it meanwhile, what the datasource says when it refuses:
    /// then the decision is undone. `Unavailable` or `Timeout` when it cannot be known: then the
    /// intent stays for [`Catalog::settle`].
    async fn carry_out(&self, intent: &Intent) -> Result<(), CatalogError> {
        let store = self.store_of(intent)?;
        let marks = Arc::new(system::marks_table());
        let mut changes = vec![SchemaChange::Ensure(marks.clone())];
        changes.extend(intent.changes.iter().cloned());
        let mark = self.mark(&marks, intent, DONE);
        match store.migrate(&changes, vec![mark]).await {
            Ok(()) => {
                self.end(intent, true).await?;
                // The mark has told what it had to; one that stays harms nothing.
                let (collection, id) = (marks, intent.id.clone());
                let removal = Write::Delete { collection, id, guards: Vec::new(), was: None };
                let _ = store.write(vec![removal]).await;
                Ok(())
            }
            Err(StoreError::NotUnique { .. }) => match self.settle(intent).await? {
                true => Ok(()),
                false => Err(StoreError::Outdated { write: 0 }.into()),
            },
            Err(error @ (StoreError::Unavailable(_) | StoreError::Timeout)) => {
                match self.settle(intent).await {
                    Ok(true) => Ok(()),
                    Ok(false) | Err(_) => Err(error.into()),
                }
            }
            Err(error) => {
                self.end(intent, false).await?;
                Err(error.into())
            }
        }
    }

    /// Finds out what became of an intent somebody left, and ends it: whether it was carried out.
    ///
    /// # Errors
    /// When the datasource or the main database is away; the intent stays then.
    pub(super) async fn settle(&self, intent: &Intent) -> Result<bool, CatalogError> {
        let store = self.store_of(intent)?;
        let marks = Arc::new(system::marks_table());
        let ensure = [SchemaChange::Ensure(marks.clone())];
        // Waits for a node that is at it.
        let done = match store.migrate(&ensure, vec![self.mark(&marks, intent, UNDONE)]).await {
            Ok(()) => false,
            Err(StoreError::NotUnique { .. }) => {
                let page = store.select(&plan::by_id(&marks, &intent.id, Output::Records)).await?;
                page.records.iter().any(|found| found.record.text("outcome") == DONE)
            }
            Err(error) => return Err(error.into()),
        };
        self.end(intent, done).await?;
        let outcome = if done { DONE } else { UNDONE };
        tracing::info!(datasource = intent.datasource, outcome, "an unfinished change was settled");
        Ok(done)
    }

    fn store_of(&self, intent: &Intent) -> Result<&dyn Store, StoreError> {
        let first = intent.changes.first().map(SchemaChange::collection);
        let missing = || StoreError::Unavailable("an intent without a change".to_owned());
        Ok(&**self.datasources.of(first.ok_or_else(missing)?)?)
    }

    pub(super) fn mark(&self, marks: &Arc<Collection>, intent: &Intent, outcome: &str) -> Write {
        let mut record = Record::blank(marks);
        record.set("id", Value::from(intent.id.as_str()));
        record.set("outcome", Value::from(outcome));
        record.set("created", Value::Text(self.now()));
        Write::create(record)
    }

    /// Removes an intent from the main database: what it decided stands, or is taken back.
    async fn end(&self, intent: &Intent, done: bool) -> Result<(), CatalogError> {
        for _ in 0..ATTEMPTS {
            let loaded = self.load().await?;
            if !loaded.intents.iter().any(|known| known.id == intent.id) {
                return Ok(());
            }
            let (collection, id) = (self.params.clone(), intent.id.clone());
            let mut writes = vec![self.count_on(loaded.version)];
            writes.push(Write::Delete { collection, id, guards: Vec::new(), was: None });
            match done {
                true => writes.append(&mut self.consequences(&loaded, intent).await?),
                false => writes.append(&mut self.reversal(&loaded, intent)),
            }
            match write_all(self.store(), writes).await {
                Ok(()) => return Ok(()),
                Err(
                    StoreError::Guard { .. } | StoreError::Missing { .. } | StoreError::Conflict,
                ) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let text = "other changes came before the end of this one".to_owned();
        Err(StoreError::Unavailable(text).into())
    }

    /// What goes with the collections that are gone.
    async fn consequences(
        &self,
        loaded: &Loaded,
        intent: &Intent,
    ) -> Result<Vec<Write>, StoreError> {
        let mut writes = Vec::new();
        for change in &intent.changes {
            if let SchemaChange::Drop(gone) = change {
                writes.append(&mut self.owned_rows(&loaded.collections, gone).await?);
            }
        }
        Ok(writes)
    }

    /// The definitions as they were.
    fn reversal(&self, loaded: &Loaded, intent: &Intent) -> Vec<Write> {
        let mut settings = loaded.settings.clone();
        let mut writes = Vec::new();
        for change in &intent.changes {
            match change.ends() {
                (None, Some(made)) => {
                    let (collection, id) = (self.collections.clone(), made.id.clone());
                    writes.push(Write::Delete { collection, id, guards: Vec::new(), was: None });
                }
                (Some(from), Some(to)) => {
                    if from.name != to.name {
                        settings.rename_collection(&to.name, &from.name);
                    }
                    writes.push(self.update_row(from));
                }
                (Some(gone), None) => writes.push(self.create_row(gone)),
                (None, None) => {}
            }
        }
        if settings != loaded.settings {
            writes.push(self.settings_write(&settings, true));
        }
        writes
    }
}

//! Telling another datasource, and what follows there.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use purlin_model::plan::{self, Select, Write};
use purlin_model::schema::{MAIN, system};
use purlin_model::{Collection, Record, Schema, date};

use super::{Outbox, Owed, locked, table};
use crate::catalog::Snapshot;
use crate::error::{Answer, ApiError};
use crate::records::cascade::Cascade;
use crate::records::lookup::load;
use crate::records::tries::Tries;
use crate::records::{Halt, Outcome};
use crate::store::{Access, Open, StoreError, api_error};

/// Referring records changed in one transaction.
const CHUNK: u64 = 500;
/// How long the answer to a delete waits for what it means in other datasources.
const PATIENCE: Duration = Duration::from_secs(2);

/// A relation that holds the id of a record that is gone.
struct Holding<'a> {
    from: &'a Arc<Collection>,
    field: usize,
    id: &'a str,
}

/// What could not be done.
#[derive(Debug, Default)]
pub(super) struct Failed {
    /// Ids of rows.
    pub(super) rows: HashSet<String>,
    /// Datasources that are away, with all that is to be done there.
    pub(super) targets: HashSet<String>,
}

impl Outbox {
    /// Does what a commit left to be done, and waits for it, but not long. What cannot be done now
    /// is done later.
    pub(in crate::records) async fn soon(
        self: &Arc<Self>,
        snapshot: Arc<Snapshot>,
        now: Timestamp,
        owed: Vec<Owed>,
    ) {
        let away = locked(&self.away).clone();
        let (later, now_due): (Vec<_>, Vec<_>) =
            owed.into_iter().partition(|owed| away.contains(&owed.target));
        if !later.is_empty() {
            self.left.notify_one();
        }
        if now_due.is_empty() {
            return;
        }
        let outbox = self.clone();
        // Neither the time nor a client that goes away ends it.
        let done = tokio::spawn(async move {
            let failed = outbox.settle(&snapshot.schema, now, now_due).await;
            if !failed.rows.is_empty() {
                outbox.left.notify_one();
            }
        });
        let _ = tokio::time::timeout(PATIENCE, done).await;
    }

    /// Does all of it, and what follows from it, but for what failed: rows, and datasources that are
    /// away.
    pub(super) async fn settle(&self, schema: &Schema, now: Timestamp, owed: Vec<Owed>) -> Failed {
        let (mut due, mut failed) = (VecDeque::from(owed), Failed::default());
        while let Some(owed) = due.pop_front() {
            if failed.targets.contains(&owed.target) {
                continue;
            }
            match self.settle_one(schema, now, &owed).await {
                Ok(more) => {
                    locked(&self.away).remove(&owed.target);
                    due.extend(more);
                }
                Err(error) => {
                    tracing::warn!(
                        datasource = owed.target,
                        record = owed.record,
                        ?error,
                        "what a delete means in another datasource will be done later"
                    );
                    if error.status == 503 {
                        locked(&self.away).insert(owed.target.clone());
                        failed.targets.insert(owed.target);
                    }
                    failed.rows.insert(owed.id);
                }
            }
        }
        failed
    }

    /// Tells one datasource of one record. Answers what that left to be done elsewhere.
    async fn settle_one(&self, schema: &Schema, now: Timestamp, owed: &Owed) -> Answer<Vec<Owed>> {
        let mut more = Vec::new();
        if let Some(collection) = schema.by_id(&owed.collection) {
            let now = date::format(now);
            if !owed.rows.is_empty() {
                let names = owed.rows.split(',');
                more.append(&mut self.disown(schema, &now, owed, names).await?);
            } else if load(&self.datasources, collection, &owed.record).await?.is_none() {
                for reference in schema.references_to(&collection.id) {
                    let (from, field) = (&reference.collection, reference.field);
                    if from.datasource == owed.target {
                        let holding = Holding { from, field, id: &owed.record };
                        more.append(&mut self.release(schema, &now, &holding).await?);
                    }
                }
                if collection.is_auth() && owed.target == MAIN {
                    let names = system::OWNED.into_iter();
                    more.append(&mut self.disown(schema, &now, owed, names).await?);
                }
            }
        }
        let (collection, id) = (table(&owed.home), owed.id.clone());
        let done = Write::Delete { collection, id, guards: Vec::new(), was: None };
        match self.datasources.write(vec![done]).await {
            // Another node was as quick.
            Err(StoreError::Missing { .. }) => Ok(more),
            done => done.map(|_| more).map_err(api_error),
        }
    }

    /// Takes an id that is gone out of all records that hold it.
    async fn release(
        &self,
        schema: &Schema,
        now: &str,
        holding: &Holding<'_>,
    ) -> Answer<Vec<Owed>> {
        let (mut more, mut kept, mut before) = (Vec::new(), 0, Vec::new());
        loop {
            let referring = plan::referring(holding.from, holding.field, holding.id, CHUNK);
            let select = Select { offset: kept, ..referring };
            let page = self.datasources.select(&select).await.map_err(api_error)?;
            let ids: Vec<String> =
                page.records.iter().map(|found| found.record.id().to_owned()).collect();
            if ids.is_empty() {
                return Ok(more);
            }
            if ids == before {
                return Err(ApiError::internal("records keep holding an id that was taken out"));
            }
            match self.let_go(schema, now, holding, &ids).await {
                Ok(mut owed) => more.append(&mut owed),
                Err(Halt::Failed(error)) => return Err(error),
                Err(Halt::Kept) => {
                    for id in &ids {
                        match self.let_go(schema, now, holding, std::slice::from_ref(id)).await {
                            Ok(mut owed) => more.append(&mut owed),
                            Err(Halt::Failed(error)) => return Err(error),
                            Err(Halt::Kept) => kept += 1,
                        }
                    }
                    tracing::warn!(
                        collection = holding.from.name,
                        record = holding.id,
                        "records came to require one that was being deleted, and keep its id"
                    );
                }
            }
            before = ids;
        }
    }

    /// Takes an id that is gone out of these records, in one transaction where there are any.
    async fn let_go(
        &self,
        schema: &Schema,
        now: &str,
        holding: &Holding<'_>,
        ids: &[String],
    ) -> Result<Vec<Owed>, Halt> {
        let datasource = &holding.from.datasource;
        self.ready(schema, datasource).await?;
        let store = self.datasources.of(holding.from).map_err(api_error)?;
        let mut tries = Tries::default();
        loop {
            let done = if store.capabilities().transactions.is_ok() {
                self.let_go_at_once(schema, now, holding, ids).await
            } else {
                // What is left half-way is still owed, and found the next time.
                let_go_within(&self.datasources, schema, now, holding, ids).await
            };
            match done {
                Err(Halt::Failed(error)) if tries.again(&error).await => {}
                done => {
                    let outcome = done?;
                    self.bus.publish(&outcome.changes);
                    return Ok(outcome.owed);
                }
            }
        }
    }

    async fn let_go_at_once(
        &self,
        schema: &Schema,
        now: &str,
        holding: &Holding<'_>,
        ids: &[String],
    ) -> Result<Outcome, Halt> {
        let open = Open::begin(&self.datasources, &holding.from.datasource).await;
        let open = open.map_err(api_error)?;
        let outcome = let_go_within(&open, schema, now, holding, ids).await?;
        open.commit().await.map_err(api_error)?;
        Ok(outcome)
    }

    /// Deletes what belongs to a record in these system collections.
    async fn disown(
        &self,
        schema: &Schema,
        now: &str,
        owed: &Owed,
        names: impl Iterator<Item = &str> + Send,
    ) -> Answer<Vec<Owed>> {
        let mut outcome = Outcome::default();
        self.ready(schema, MAIN).await?;
        let Some(owner) = schema.by_id(&owed.collection) else { return Ok(Vec::new()) };
        for collection in names.filter_map(|name| schema.by_name(name)) {
            let select = plan::owned(collection, owner, Some(&owed.record));
            let page = self.datasources.select(&select).await.map_err(api_error)?;
            for found in page.records {
                let mut cascade = Cascade::new(&self.datasources, schema, now);
                cascade.delete(found.record).await?;
                outcome.append(cascade.outcome);
            }
        }
        self.bus.publish(&outcome.changes);
        Ok(outcome.owed)
    }
}

/// Takes an id that is gone out of these records, as far as they still hold it.
async fn let_go_within(
    access: &dyn Access,
    schema: &Schema,
    now: &str,
    holding: &Holding<'_>,
    ids: &[String],
) -> Result<Outcome, Halt> {
    let mut cascade = Cascade::new(access, schema, now);
    for id in ids {
        let record = load(access, holding.from, id).await?;
        let holds = |record: &Record| {
            record.values[holding.field].items().iter().any(|item| item == holding.id)
        };
        if let Some(record) = record.filter(holds) {
            cascade.let_go(record, holding.field, holding.id).await?;
        }
    }
    Ok(cascade.outcome)
}

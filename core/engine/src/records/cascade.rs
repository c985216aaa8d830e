//! Deleting a record with all that hangs on it (http-api.md 4.6).

use std::collections::HashSet;
use std::sync::Arc;

use purlin_model::plan::{self, Write};
use purlin_model::schema::system;
use purlin_model::{Action, Collection, FieldKind, Record, Schema, Value};

use crate::error::{Answer, ApiError};
use crate::events::Change;
use crate::store::{Access, api_error};

/// Records gathered at a time.
const CHUNK: u64 = 500;

/// One delete with its consequences, inside a transaction.
pub(super) struct Cascade<'a> {
    access: &'a dyn Access,
    schema: &'a Schema,
    /// Canonical date text for autodates of shortened records.
    now: &'a str,
    /// Records on their way out: a circle of references ends here.
    leaving: HashSet<(String, String)>,
    /// What is still to be done, the next thing last. A list, for a chain of records may be longer
    /// than any stack.
    steps: Vec<Step>,
    /// What happened, in order.
    pub(super) changes: Vec<Change>,
}

enum Step {
    /// Everything that comes before and with the delete of a record.
    Delete(Record),
    /// Lets go of an id in a relation field of all records that hold it.
    Release { from: Arc<Collection>, field: usize, id: Arc<str> },
    /// Takes an id out of a relation field of one record.
    Shorten { record: Record, field: usize, id: Arc<str> },
    /// Deletes what belongs to an auth record in the system collections.
    Owned { collection: String, id: Arc<str> },
    /// Deletes a record that nothing holds any more.
    Remove(Record),
}

/// Whether deleting a record of the collection may touch others.
pub(super) fn reaches_others(schema: &Schema, collection: &Collection) -> bool {
    collection.is_auth() || !schema.references_to(&collection.id).is_empty()
}

impl<'a> Cascade<'a> {
    pub(super) fn new(access: &'a dyn Access, schema: &'a Schema, now: &'a str) -> Self {
        let (leaving, steps, changes) = (HashSet::new(), Vec::new(), Vec::new());
        Cascade { access, schema, now, leaving, steps, changes }
    }

    /// Deletes a record, and every record that cannot be without it; takes its id out of the
    /// relations of the others.
    ///
    /// # Errors
    /// 400 when a record that requires it stays; the transaction must not be committed then.
    pub(super) async fn delete(&mut self, record: Record) -> Answer<()> {
        self.steps.push(Step::Delete(record));
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Delete(record) => self.enter(record),
                Step::Release { from, field, id } => self.release(from, field, id).await?,
                Step::Shorten { record, field, id } => self.shorten(record, field, &id).await?,
                Step::Owned { collection, id } => self.owned(&collection, &id).await?,
                Step::Remove(record) => self.write(&record, Action::Delete, delete).await?,
            }
        }
        Ok(())
    }

    fn enter(&mut self, record: Record) {
        let collection = record.collection.clone();
        let id: Arc<str> = record.id().into();
        if !self.leaving.insert((collection.id.clone(), id.to_string())) {
            return;
        }
        self.steps.push(Step::Remove(record));
        if collection.is_auth() {
            self.steps.push(Step::Owned { collection: collection.id.clone(), id: id.clone() });
        }
        for reference in self.schema.references_to(&collection.id).iter().rev() {
            let (from, field) = (reference.collection.clone(), reference.field);
            self.steps.push(Step::Release { from, field, id: id.clone() });
        }
    }

    async fn release(&mut self, from: Arc<Collection>, field: usize, id: Arc<str>) -> Answer<()> {
        let select = plan::referring(&from, field, &id, CHUNK);
        let page = self.access.select(&select).await.map_err(api_error)?;
        let full = page.count == CHUNK;
        let mut staying: Vec<Record> = page.records.into_iter().map(|found| found.record).collect();
        staying.retain(|record| !self.is_leaving(record));
        if full && !staying.is_empty() {
            self.steps.push(Step::Release { from, field, id: id.clone() });
        }
        let shorten = |record| Step::Shorten { record, field, id: id.clone() };
        self.steps.extend(staying.into_iter().rev().map(shorten));
        Ok(())
    }

    fn is_leaving(&self, record: &Record) -> bool {
        self.leaving.contains(&(record.collection.id.clone(), record.id().to_owned()))
    }

    async fn shorten(&mut self, record: Record, field: usize, id: &str) -> Answer<()> {
        if self.is_leaving(&record) {
            return Ok(());
        }
        let definition = &record.collection.fields[field];
        let rest: Vec<String> =
            record.values[field].items().iter().filter(|item| *item != id).cloned().collect();
        if rest.is_empty() {
            if matches!(definition.kind, FieldKind::Relation { cascade_delete: true, .. }) {
                self.steps.push(Step::Delete(record));
                return Ok(());
            }
            if definition.required {
                return Err(ApiError::bad_request(
                    "Failed to delete record. Make sure that the record is not part of a required relation reference.",
                ));
            }
        }
        let value = match definition.kind.is_multiple() {
            true => Value::List(rest),
            false => Value::Text(rest.into_iter().next_back().unwrap_or_default()),
        };
        let mut set = vec![(field, value)];
        for (index, field) in record.collection.fields.iter().enumerate() {
            if matches!(field.kind, FieldKind::Autodate { on_update: true, .. }) {
                set.push((index, Value::from(self.now)));
            }
        }
        self.write(&record, Action::Update, |collection, id| Write::Update {
            collection,
            id,
            set,
            guards: Vec::new(),
        })
        .await
    }

    async fn owned(&mut self, owner: &str, id: &str) -> Answer<()> {
        for name in system::OWNED {
            let Some(collection) = self.schema.by_name(name) else { continue };
            let select = plan::owned(collection, owner, Some(id));
            let page = self.access.select(&select).await.map_err(api_error)?;
            self.steps.extend(page.records.into_iter().map(|found| Step::Delete(found.record)));
        }
        Ok(())
    }

    async fn write(
        &mut self,
        record: &Record,
        action: Action,
        write: impl FnOnce(Arc<Collection>, String) -> Write + Send,
    ) -> Answer<()> {
        let (collection, id) = (record.collection.clone(), record.id().to_owned());
        let write = write(collection.clone(), id.clone());
        self.access.write(vec![write]).await.map_err(api_error)?;
        self.changes.push(Change { collection, id, action });
        Ok(())
    }
}

fn delete(collection: Arc<Collection>, id: String) -> Write {
    Write::Delete { collection, id, guards: Vec::new() }
}

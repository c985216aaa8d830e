//! Deleting a record with all that hangs on it (http-api.md 4.6).

use std::collections::HashSet;
use std::sync::Arc;

use purlin_model::plan::{self, Guard, Write};
use purlin_model::schema::system;
use purlin_model::{Action, Collection, Field, FieldKind, Record, Schema, Value};

use super::elsewhere::told;
use super::pending::Owed;
use super::{Halt, Outcome};
use crate::catalog::{holds_lines, marking};
use crate::error::Answer;
use crate::events::Change;
use crate::store::{Access, StoreError, api_error};

/// Records gathered at a time.
const CHUNK: u64 = 500;

/// One delete with its consequences, inside a transaction. What it means for other datasources is
/// written down beside it, to be done when it is committed.
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
    /// What must be true when the first record goes; if it is not, all is begun anew.
    guards: Vec<Guard>,
    /// What happened, in order.
    pub(super) outcome: Outcome,
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
    /// Writes down that another datasource has to be told.
    Owe(Owed),
    /// Deletes a record that nothing holds any more.
    Remove(Record),
}

/// Whether deleting a record of the collection may touch others.
pub(super) fn reaches_others(schema: &Schema, collection: &Collection) -> bool {
    collection.is_auth() || !schema.references_to(&collection.id).is_empty()
}

/// What becomes of a record that loses an id.
pub(super) enum Loss {
    /// It goes as well.
    Goes,
    /// It stays, and so must what it requires.
    Keeps,
    /// Its field holds this from now on.
    Holds(Value),
}

/// What becomes of a record when the id in that field goes.
pub(super) fn loss(record: &Record, field: usize, id: &str) -> Loss {
    let definition = &record.collection.fields[field];
    let rest: Vec<String> =
        record.values[field].items().iter().filter(|item| *item != id).cloned().collect();
    match definition.kind {
        FieldKind::Relation { cascade_delete: true, .. } if rest.is_empty() => Loss::Goes,
        _ if rest.is_empty() && (definition.required || must_refer(definition)) => Loss::Keeps,
        _ if definition.kind.is_multiple() => Loss::Holds(Value::List(rest)),
        _ => {
            let last = rest.into_iter().next_back();
            Loss::Holds(last.map_or_else(|| definition.zero(), Value::Text))
        }
    }
}

/// Whether the column of an adopted table always refers to something.
fn must_refer(field: &Field) -> bool {
    !field.nullable && !field.holds_blank()
}

impl<'a> Cascade<'a> {
    pub(super) fn new(access: &'a dyn Access, schema: &'a Schema, now: &'a str) -> Self {
        let (leaving, steps, outcome) = (HashSet::new(), Vec::new(), Outcome::default());
        Cascade { access, schema, now, leaving, steps, guards: Vec::new(), outcome }
    }

    /// Nothing goes unless these hold.
    pub(super) fn guarded(self, guards: Vec<Guard>) -> Self {
        Cascade { guards, ..self }
    }

    /// Deletes a record, and every record of its datasource that cannot be without it; takes its id
    /// out of the relations of the others.
    ///
    /// # Errors
    /// `Kept` when a record that requires it stays; the transaction must not be committed then.
    pub(super) async fn delete(&mut self, record: Record) -> Result<(), Halt> {
        self.steps.push(Step::Delete(record));
        self.run().await
    }

    /// Takes an id that is gone out of a relation field of a record, which goes itself should it
    /// not be without.
    ///
    /// # Errors
    /// As of a delete; `Kept` also when the record requires the id.
    pub(super) async fn let_go(
        &mut self,
        record: Record,
        field: usize,
        id: &str,
    ) -> Result<(), Halt> {
        self.steps.push(Step::Shorten { record, field, id: id.into() });
        self.run().await
    }

    async fn run(&mut self) -> Result<(), Halt> {
        while let Some(step) = self.steps.pop() {
            match step {
                Step::Delete(record) => self.enter(record),
                Step::Release { from, field, id } => self.release(from, field, id).await?,
                Step::Shorten { record, field, id } => self.shorten(record, field, &id).await?,
                Step::Owned { collection, id } => self.owned(&collection, &id).await?,
                Step::Owe(owed) => self.owe(owed).await?,
                Step::Remove(record) => {
                    let guards = std::mem::take(&mut self.guards);
                    let was = Some(Arc::new(record.clone()));
                    let delete = |collection, id| Write::Delete { collection, id, guards, was };
                    self.write(&record, Action::Delete, delete).await?;
                }
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
        let told = told(self.schema, &collection).into_iter();
        let owed: Vec<Step> = told.map(|name| Step::Owe(Owed::of(&record, name, ""))).collect();
        self.steps.push(Step::Remove(record));
        self.steps.extend(owed);
        if collection.is_auth() && collection.is_main() {
            self.steps.push(Step::Owned { collection: collection.id.clone(), id: id.clone() });
        }
        for reference in self.schema.references_to(&collection.id).iter().rev() {
            let (from, field) = (reference.collection.clone(), reference.field);
            if from.datasource == collection.datasource {
                self.steps.push(Step::Release { from, field, id: id.clone() });
            }
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

    async fn shorten(&mut self, record: Record, field: usize, id: &str) -> Result<(), Halt> {
        if self.is_leaving(&record) {
            return Ok(());
        }
        let value = match loss(&record, field, id) {
            Loss::Goes => {
                self.steps.push(Step::Delete(record));
                return Ok(());
            }
            Loss::Keeps => return Err(Halt::Kept),
            Loss::Holds(value) => value,
        };
        let mut set = vec![(field, value)];
        for (index, field) in record.collection.fields.iter().enumerate() {
            if matches!(field.kind, FieldKind::Autodate { on_update: true, .. }) {
                set.push((index, Value::from(self.now)));
            }
        }
        let update = |collection, id| Write::Update { collection, id, set, guards: Vec::new() };
        Ok(self.write(&record, Action::Update, update).await?)
    }

    async fn owned(&mut self, owner: &str, id: &str) -> Answer<()> {
        let Some(owner) = self.schema.by_id(owner) else { return Ok(()) };
        for name in system::OWNED {
            let Some(collection) = self.schema.by_name(name) else { continue };
            let select = plan::owned(collection, owner, Some(id));
            let page = self.access.select(&select).await.map_err(api_error)?;
            self.steps.extend(page.records.into_iter().map(|found| Step::Delete(found.record)));
        }
        Ok(())
    }

    async fn owe(&mut self, owed: Owed) -> Answer<()> {
        self.access.write(vec![owed.write(self.now)]).await.map_err(api_error)?;
        self.outcome.owed.push(owed);
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
        let written = self.access.write(vec![write]).await.map_err(|error| match error {
            StoreError::Guard { .. } => StoreError::Conflict,
            other => other,
        });
        written.map_err(api_error)?;
        if holds_lines(&collection) {
            self.access.write(vec![marking(self.now)]).await.map_err(api_error)?;
        }
        self.outcome.changes.push(Change { collection, id, action });
        Ok(())
    }
}

//! Deleting a record with all that hangs on it (http-api.md 4.6).

use std::collections::HashSet;
use std::pin::Pin;
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
    /// What happened, in order.
    pub(super) changes: Vec<Change>,
}

/// Whether deleting a record of the collection may touch others.
pub(super) fn reaches_others(schema: &Schema, collection: &Collection) -> bool {
    collection.is_auth() || !schema.references_to(&collection.id).is_empty()
}

impl<'a> Cascade<'a> {
    pub(super) fn new(access: &'a dyn Access, schema: &'a Schema, now: &'a str) -> Self {
        Cascade { access, schema, now, leaving: HashSet::new(), changes: Vec::new() }
    }

    /// Deletes a record, and every record that cannot be without it; takes its id out of the
    /// relations of the others.
    ///
    /// # Errors
    /// 400 when a record that requires it stays; the transaction must not be committed then.
    pub(super) fn delete<'s>(
        &'s mut self,
        record: &'s Record,
    ) -> Pin<Box<dyn Future<Output = Answer<()>> + Send + 's>> {
        Box::pin(async move {
            let collection = &record.collection;
            let key = (collection.id.clone(), record.id().to_owned());
            if !self.leaving.insert(key) {
                return Ok(());
            }
            for reference in self.schema.references_to(&collection.id) {
                self.release(&reference.collection, reference.field, record.id()).await?;
            }
            if collection.is_auth() {
                self.delete_owned(record).await?;
            }
            self.write(record, Action::Delete, |collection, id| Write::Delete {
                collection,
                id,
                guards: Vec::new(),
            })
            .await
        })
    }

    /// Lets go of the id in a relation field of all records that hold it.
    async fn release(&mut self, from: &Arc<Collection>, field: usize, id: &str) -> Answer<()> {
        loop {
            let select = plan::referring(from, field, id, CHUNK);
            let page = self.access.select(&select).await.map_err(api_error)?;
            let full = page.count == CHUNK;
            let mut progress = false;
            for found in page.records {
                let key = (from.id.clone(), found.record.id().to_owned());
                if !self.leaving.contains(&key) {
                    progress = true;
                    self.shorten(found.record, field, id).await?;
                }
            }
            if !full || !progress {
                return Ok(());
            }
        }
    }

    async fn shorten(&mut self, record: Record, field: usize, id: &str) -> Answer<()> {
        let definition = &record.collection.fields[field];
        let rest: Vec<String> =
            record.values[field].items().iter().filter(|item| *item != id).cloned().collect();
        if rest.is_empty() {
            if matches!(definition.kind, FieldKind::Relation { cascade_delete: true, .. }) {
                return self.delete(&record).await;
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

    /// Deletes what belongs to an auth record in the system collections.
    async fn delete_owned(&mut self, record: &Record) -> Answer<()> {
        for name in system::OWNED {
            let Some(collection) = self.schema.by_name(name).cloned() else { continue };
            let select = plan::owned(&collection, &record.collection.id, Some(record.id()));
            let page = self.access.select(&select).await.map_err(api_error)?;
            for found in page.records {
                self.delete(&found.record).await?;
            }
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

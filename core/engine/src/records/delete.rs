//! Deleting records: one, or all of a collection.

use std::sync::Arc;

use purlin_model::plan::{self, Guard, Output, Write};
use purlin_model::schema::system;
use purlin_model::{Action, Collection, Record, Schema, date};

use super::cascade::{Cascade, reaches_others};
use super::foresee::foresee;
use super::lookup::resolved;
use super::tries::Tries;
use super::write::writable;
use super::{Ask, Halt, Outcome, Records};
use crate::catalog::{Served, holds_lines, marking};
use crate::error::{Answer, ApiError};
use crate::events::Change;
use crate::store::{Access, api_error};

/// Records deleted at a time when a collection is emptied.
const CHUNK: u64 = 500;

impl Records {
    /// Deletes a record that the caller may delete, and what hangs on it.
    ///
    /// # Errors
    /// 404 without such a record or by rule, 400 when a required reference keeps it, or when other
    /// records hang on it and the database has no transactions.
    pub async fn delete(&self, ask: &Ask<'_>, collection: &str, id: &str) -> Answer<()> {
        let served = ask.served(collection)?;
        let mut tries = Tries::default();
        let outcome = loop {
            match self.delete_once(ask, served, id).await {
                Err(error) if tries.again(&error).await => {}
                done => break done?,
            }
        };
        self.committed(ask, outcome).await;
        Ok(())
    }

    async fn delete_once(&self, ask: &Ask<'_>, served: &Served, id: &str) -> Answer<Outcome> {
        let (schema, collection) = (&ask.snapshot.schema, &served.collection);
        writable(served)?;
        let ruled = ask.authorize(Action::Delete, served)?.rows().is_some();
        if !ruled && !reaches_others(schema, collection) && !holds_lines(collection) {
            return self.delete_within(&self.datasources, ask, served, id).await;
        }
        let (record, guards) = self.doomed(&self.datasources, ask, served, id).await?;
        if let Err(why) = self.store(collection)?.capabilities().transactions {
            if hangs(&self.datasources, schema, &record).await? {
                let message = format!("Failed to delete record: other records refer to it. {why}");
                return Err(ApiError::bad_request(message));
            }
            return self.remove_alone(ask, record, guards).await;
        }
        // Others are not kept waiting for another database: it is asked before.
        foresee(&self.datasources, schema, &record).await?;
        let open = self.begin(ask, &collection.datasource).await?;
        let doomed = self.doomed(&open, ask, served, id).await?;
        let outcome = remove(&open, ask, doomed).await?;
        open.commit().await.map_err(api_error)?;
        Ok(outcome)
    }

    /// The same inside a transaction, which the caller commits.
    pub(super) async fn delete_within(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Served,
        id: &str,
    ) -> Answer<Outcome> {
        writable(served)?;
        let doomed = self.doomed(access, ask, served, id).await?;
        foresee(access, &ask.snapshot.schema, &doomed.0).await?;
        remove(access, ask, doomed).await
    }

    /// The record of that id, which the caller may delete, and what must be true when it goes.
    async fn doomed(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Served,
        id: &str,
    ) -> Answer<(Record, Vec<Guard>)> {
        let collection = &served.collection;
        let scope = ask.authorize(Action::Delete, served)?;
        let schema = &ask.snapshot.schema;
        for reference in schema.references_to(&collection.id) {
            ask.sound_collection(&reference.collection)?;
        }
        let select = plan::view(schema, &ask.facts, collection, &scope, id, Output::Records);
        let select = resolved(select).ok_or_else(ApiError::not_found)?;
        let page = access.select(&select).await.map_err(api_error)?;
        let found = page.records.into_iter().next().ok_or_else(ApiError::not_found)?;
        if collection.name == system::SUPERUSERS {
            let kept = self.keep_one(access, &found.record).await?;
            return Ok((found.record, vec![kept]));
        }
        Ok((found.record, Vec::new()))
    }

    /// Deletes a record on which nothing hangs.
    async fn remove_alone(
        &self,
        ask: &Ask<'_>,
        record: Record,
        guards: Vec<Guard>,
    ) -> Answer<Outcome> {
        let (collection, id) = (record.collection.clone(), record.id().to_owned());
        let write = Write::Delete {
            collection: collection.clone(),
            id: id.clone(),
            guards,
            was: Some(Arc::new(record)),
        };
        let writes = self.accompanied(&collection, write, ask)?;
        self.datasources.write(writes).await.map_err(api_error)?;
        Ok(Outcome::of(Change { collection, id, action: Action::Delete }))
    }

    /// Deletes every record of a collection, one by one with what hangs on each, or none.
    ///
    /// # Errors
    /// 404 without such a collection, 400 for a view or when a required reference keeps a record.
    pub async fn truncate(&self, ask: &Ask<'_>, id_or_name: &str) -> Answer<()> {
        let served = ask.snapshot.served(id_or_name).ok_or_else(ApiError::not_found)?;
        let collection = &served.collection;
        if collection.is_view() {
            return Err(ApiError::bad_request(
                "View collections cannot be truncated since they don't store their own records.",
            ));
        }
        if collection.adopted.is_some() {
            return Err(ApiError::bad_request(
                "The table of an adopted collection is emptied in the database itself.",
            ));
        }
        if let Err(why) = self.store(collection)?.capabilities().transactions {
            return Err(ApiError::bad_request(format!("Failed to truncate collection. {why}")));
        }
        let mut tries = Tries::default();
        let outcome = loop {
            match self.truncate_once(ask, collection).await {
                Err(error) if tries.again(&error).await => {}
                done => break done?,
            }
        };
        self.committed(ask, outcome).await;
        Ok(())
    }

    async fn truncate_once(&self, ask: &Ask<'_>, collection: &Arc<Collection>) -> Answer<Outcome> {
        let (schema, now) = (&ask.snapshot.schema, date::format(ask.facts.now));
        let open = self.begin(ask, &collection.datasource).await?;
        let reaching = reaches_others(schema, collection);
        let mut outcome = Outcome::default();
        loop {
            let page = open.select(&plan::first(collection, CHUNK)).await.map_err(api_error)?;
            if page.count == 0 {
                break;
            }
            if reaching {
                let mut cascade = Cascade::new(&open, schema, &now);
                for found in page.records {
                    foresee(&open, schema, &found.record).await.map_err(not_truncated)?;
                    cascade.delete(found.record).await.map_err(not_truncated)?;
                }
                outcome.append(cascade.outcome);
                continue;
            }
            let deletes = page.records.iter().map(|found| Write::Delete {
                collection: collection.clone(),
                id: found.record.id().to_owned(),
                guards: Vec::new(),
                was: Some(Arc::new(found.record.clone())),
            });
            let mut writes: Vec<Write> = deletes.collect();
            if holds_lines(collection) {
                writes.push(marking(&now));
            }
            open.write(writes).await.map_err(api_error)?;
            outcome.changes.extend(page.records.into_iter().map(|found| Change {
                collection: collection.clone(),
                id: found.record.id().to_owned(),
                action: Action::Delete,
            }));
        }
        open.commit().await.map_err(api_error)?;
        Ok(outcome)
    }

    /// Superusers are never without one: another has to be there when this one goes. A guard says it,
    /// for databases that let two remove each other who have each seen the other.
    async fn keep_one(&self, access: &dyn Access, leaving: &Record) -> Answer<Guard> {
        let collection = &leaving.collection;
        let page = access.select(&plan::first(collection, 2)).await.map_err(api_error)?;
        let ids = page.records.iter().map(|found| found.record.id());
        match ids.into_iter().find(|id| *id != leaving.id()) {
            Some(id) => {
                Ok(Guard::Exist { collection: collection.clone(), ids: vec![id.to_owned()] })
            }
            None => Err(ApiError::bad_request("You can't delete the only existing superuser.")),
        }
    }
}

/// Deletes a record with what hangs on it.
async fn remove(
    access: &dyn Access,
    ask: &Ask<'_>,
    (record, guards): (Record, Vec<Guard>),
) -> Answer<Outcome> {
    let now = date::format(ask.facts.now);
    let mut cascade = Cascade::new(access, &ask.snapshot.schema, &now).guarded(guards);
    cascade.delete(record).await?;
    Ok(cascade.outcome)
}

/// Whether any other record would change if this one went.
async fn hangs(access: &dyn Access, schema: &Schema, record: &Record) -> Answer<bool> {
    let collection = &record.collection;
    for reference in schema.references_to(&collection.id) {
        let select = plan::referring(&reference.collection, reference.field, record.id(), 2);
        let page = access.select(&select).await.map_err(api_error)?;
        let itself =
            |other: &Record| other.collection.id == collection.id && other.id() == record.id();
        if page.records.iter().any(|found| !itself(&found.record)) {
            return Ok(true);
        }
    }
    for name in system::OWNED.into_iter().filter(|_| collection.is_auth()) {
        let Some(owned) = schema.by_name(name) else { continue };
        let select = plan::owned(owned, collection, Some(record.id()));
        if access.select(&select).await.map_err(api_error)?.count > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn not_truncated(halt: Halt) -> ApiError {
    match halt {
        Halt::Kept => ApiError::bad_request(
            "Failed to truncate collection (most likely due to required cascade delete record references).",
        ),
        Halt::Failed(error) => error,
    }
}

//! What a commit in one datasource leaves to be done in others.
//!
//! A record goes, and records of another database refer to it. No transaction spans both, so the
//! one that deletes the record also writes a row into the table `_purlin_pending` of its database. Once it
//! is committed, the other database is told, and then the row goes: at once where that is possible,
//! else by [`Outbox::work`], which also finds what a process left that died in between. Everything
//! here may be done twice, by several nodes at a time, and comes to the same.

mod settle;
mod work;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use purlin_model::plan::Write;
use purlin_model::schema::system;
use purlin_model::{Collection, Record, Schema, Value};
use tokio::sync::Notify;

use super::elsewhere::tells;
use crate::error::{Answer, ApiError};
use crate::events::Bus;
use crate::random;
use crate::store::{Datasources, SchemaChange, StoreError, api_error};

/// Something another datasource has to be told of: a row of `_purlin_pending`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owed {
    /// The datasource the row is in.
    home: String,
    id: String,
    /// The collection of the record that went, or changed.
    collection: String,
    record: String,
    /// The datasource that is told.
    target: String,
    /// Names of system collections, with commas: only what belongs to the record there has to go.
    /// Empty: the record is gone.
    rows: String,
}

/// Does what is left to be done.
#[derive(Debug)]
pub(crate) struct Outbox {
    datasources: Datasources,
    bus: Arc<Bus>,
    /// Datasources known to have their table.
    ready: Mutex<HashSet<String>>,
    /// Datasources that could not be told lately: nobody waits for them.
    away: Mutex<HashSet<String>>,
    /// Something was left to be done later.
    left: Notify,
}

impl Owed {
    /// That a datasource has to be told of a record: that it is gone, or that what belongs to it in
    /// these system collections has to go.
    pub(super) fn of(record: &Record, target: &str, rows: &str) -> Self {
        let collection = &record.collection;
        Owed {
            home: collection.datasource.clone(),
            id: random::text(15),
            collection: collection.id.clone(),
            record: record.id().to_owned(),
            target: target.to_owned(),
            rows: rows.to_owned(),
        }
    }

    /// The write of the row. `now`: canonical date text.
    pub(super) fn write(&self, now: &str) -> Write {
        let mut record = Record::blank(&table(&self.home));
        for (name, text) in [
            ("id", &*self.id),
            ("collectionRef", &self.collection),
            ("recordRef", &self.record),
            ("target", &self.target),
            ("rows", &self.rows),
            ("created", now),
        ] {
            record.set(name, Value::from(text));
        }
        Write::create(record)
    }

    /// The row as it was read.
    fn read(record: &Record) -> Self {
        let text = |name| record.text(name).to_owned();
        Owed {
            home: record.collection.datasource.clone(),
            id: text("id"),
            collection: text("collectionRef"),
            record: text("recordRef"),
            target: text("target"),
            rows: text("rows"),
        }
    }
}

impl Outbox {
    /// Over these databases; what is done is told to the bus.
    pub(super) fn new(datasources: Datasources, bus: Arc<Bus>) -> Self {
        let (ready, away, left) = (Mutex::default(), Mutex::default(), Notify::new());
        Outbox { datasources, bus, ready, away, left }
    }

    /// Makes the table of a datasource that may have to tell others, unless that was done before.
    ///
    /// # Errors
    /// 503 when the database is away, 400 when it allows no table to be made.
    pub(super) async fn ready(&self, schema: &Schema, datasource: &str) -> Answer<()> {
        let known = |ready: &Mutex<HashSet<String>>| locked(ready).contains(datasource);
        if known(&self.ready) || !tells(schema, datasource) {
            return Ok(());
        }
        let table = table(datasource);
        let store = self.datasources.of(&table).map_err(api_error)?;
        let made = store.migrate(&[SchemaChange::Ensure(table)], Vec::new()).await;
        made.map_err(|error| match error {
            StoreError::Refused(why) => ApiError::bad_request(format!(
                "Deletes in the datasource `{datasource}` need the table `{}`, which cannot be made.",
                system::PENDING
            ))
            .because(why),
            error => api_error(error),
        })?;
        locked(&self.ready).insert(datasource.to_owned());
        Ok(())
    }
}

/// The table of a datasource.
pub(super) fn table(datasource: &str) -> Arc<Collection> {
    Arc::new(system::pending_table(datasource))
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

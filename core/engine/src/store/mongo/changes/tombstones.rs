//! What deleted records were: a document of `_purlin_changes` for each, made with the deletion.

use std::time::Duration;

use mongodb::bson::{DateTime, Document, doc};
use mongodb::{ClientSession, Collection};
use purlin_model::plan::Write;
use serde::{Deserialize, Serialize};

use crate::store::StoreError;
use crate::store::mongo::error::{Failure, refused};
use crate::store::mongo::server::Server;

/// The collection that holds them.
pub(super) const TOMBSTONES: &str = "_purlin_changes";

/// The longest text of a record that is kept, in bytes: an event has to fit into 16 MB with it.
const LONGEST: usize = 12 << 20;

/// A record that was deleted.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Tombstone {
    /// The id of its collection.
    pub(super) collection: String,
    /// Its id.
    pub(super) record: String,
    /// What it was, where that is known.
    pub(super) was: Option<String>,
    /// When it was deleted, by the clock of the node.
    at: DateTime,
}

/// Makes the collection, unless it is there: a transaction that has to make it is in the way of
/// others.
pub(in crate::store::mongo) fn prepare() -> Document {
    doc! { "createIndexes": TOMBSTONES, "indexes": [{ "key": { "at": 1 }, "name": "at" }] }
}

/// Whether a write leaves a tombstone, and so has to be part of a transaction.
pub(in crate::store::mongo) fn buries(server: &Server, write: &Write) -> bool {
    let is_delete = matches!(write, Write::Delete { .. });
    is_delete && server.logs_changes() && write.collection().logs_changes()
}

/// Removes tombstones older than that; how many.
pub(in crate::store::mongo) async fn forget(
    server: &Server,
    age: Duration,
) -> Result<u64, StoreError> {
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let old = doc! { "$expr": { "$lt": ["$at", { "$subtract": ["$$NOW", age] }] } };
    let forgotten = documents(server).delete_many(old).await.map_err(refused)?;
    Ok(forgotten.deleted_count)
}

/// The tombstones of deletions that follow each other: they are made together.
#[derive(Default)]
pub(in crate::store::mongo) struct Tombstones(Vec<Tombstone>);

impl Tombstones {
    /// Remembers a deletion; before any other write it has to be written down what was.
    pub(in crate::store::mongo) async fn before(
        &mut self,
        server: &Server,
        session: &mut ClientSession,
        write: &Write,
    ) -> Result<(), Failure> {
        match write.entry().filter(|_| buries(server, write)) {
            Some(entry) => {
                let was = entry.was.filter(|was| was.len() <= LONGEST);
                let at = DateTime::from_millis(server.now().as_millisecond());
                let (collection, record) = (entry.collection, entry.record);
                self.0.push(Tombstone { collection, record, was, at });
                Ok(())
            }
            None => self.write(server, session).await,
        }
    }

    /// Writes them down.
    pub(in crate::store::mongo) async fn write(
        &mut self,
        server: &Server,
        session: &mut ClientSession,
    ) -> Result<(), Failure> {
        if !self.0.is_empty() {
            let tombstones = std::mem::take(&mut self.0);
            documents(server).insert_many(tombstones).session(session).await?;
        }
        Ok(())
    }
}

fn documents(server: &Server) -> Collection<Tombstone> {
    server.database.collection(TOMBSTONES)
}

//! `MongoDB`.
//!
//! Plans become finds and aggregations. A record is a document: its id is `_id`, its fields are
//! members of their names; what the store keeps beside them has a colon in its name (`names`).
//! Several writes are one on replica sets and sharded clusters; a server that stands alone does
//! single writes only.

mod alter;
mod apply;
mod calendar;
mod carry;
mod changes;
mod codes;
mod compare;
mod condition;
mod connect;
mod decode;
mod document;
mod encode;
mod error;
#[cfg(test)]
mod explain_tests;
mod expr;
mod field;
mod guard;
mod index;
mod journal;
mod lease;
mod look;
mod lookup;
mod member;
mod migrate;
mod moment;
mod names;
mod native;
mod number;
mod operand;
mod partial;
mod pattern;
mod query;
mod read;
mod run;
mod select;
mod server;
#[cfg(test)]
pub(super) mod shown;
mod strftime;
mod term;
mod transaction;
mod tree;
mod view;
mod write;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mongodb::bson::doc;
use purlin_model::plan::{Page, Select, Write};
use purlin_model::{Collection, Value};

use self::error::{Failure, refused};
use self::server::Server;
use super::{
    Access, Asked, Assigned, Capabilities, Feed, OddIds, Position, SchemaChange, Store, StoreError,
    Table, Transaction,
};

/// How a server is used. What the URL says goes first.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections to each server at the most.
    pub pool_size: u32,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a server that can answer is waited for.
    pub selection_timeout: Duration,
    /// After how long without use a connection is closed.
    pub idle_timeout: Duration,
    /// How long a read may take.
    pub query_timeout: Duration,
    /// How long a transaction may stay open; the server's own limit is usually a minute.
    pub transaction_life: Duration,
    /// Whether committed changes can be followed.
    pub changes: bool,
}

/// Opens the database a URL names: `mongodb://user:password@host:port/database?options`.
///
/// # Errors
/// `Unavailable` with one sentence: why the server cannot be reached or used.
pub async fn open(url: &str, options: Options) -> Result<Arc<dyn Store>, StoreError> {
    let server = connect::open(url, &options).await?;
    Ok(Arc::new(Mongo { server: Arc::new(server) }))
}

/// A database of a MongoDB server.
struct Mongo {
    server: Arc<Server>,
}

impl Mongo {
    /// Fails where the log cannot be followed.
    fn followed(&self) -> Result<(), StoreError> {
        self.server.still_open()?;
        self.server.capabilities.changes.clone().map_err(StoreError::Refused)
    }
}

#[async_trait]
impl Access for Mongo {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        self.server.still_open()?;
        let mut place = self.server.place(None);
        let page = self.server.within(read::select(&mut place, select)).await;
        let page = page.map_err(Failure::last)?;
        if page.count == 0 {
            self.server.still_there(select.collection())?;
        }
        Ok(page)
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        self.server.still_open()?;
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let definitions = self.server.definitions.read().await;
        definitions.check(&batch)?;
        apply::batch(&self.server, &batch).await
    }
}

#[async_trait]
impl Store for Mongo {
    fn capabilities(&self) -> &Capabilities {
        &self.server.capabilities
    }

    async fn migrate(
        &self,
        changes: &[SchemaChange],
        writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        self.server.still_open()?;
        // Runs to its end even if the caller goes away.
        let (server, changes) = (self.server.clone(), changes.to_vec());
        let run = tokio::spawn(async move { migrate::run(&server, &changes, &writes).await });
        run.await.map_err(|error| StoreError::Unavailable(error.to_string()))?
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.server.still_open()?;
        Ok(Box::new(transaction::Open::begin(self.server.clone()).await?))
    }

    async fn describe(&self, query: &str) -> Result<Vec<String>, StoreError> {
        self.server.still_open()?;
        view::describe(&self.server, query).await
    }

    async fn odd_ids(&self, query: &str) -> Result<Option<OddIds>, StoreError> {
        self.server.still_open()?;
        view::odd_ids(&self.server, query).await
    }

    async fn sample(&self, query: &str, limit: u64) -> Result<Vec<Vec<Value>>, StoreError> {
        self.server.still_open()?;
        view::sample(&self.server, query, limit).await
    }

    async fn look(&self) -> Result<Vec<Table>, StoreError> {
        self.server.still_open()?;
        look::look(&self.server).await
    }

    async fn follow(&self, after: Option<Position>) -> Result<Box<dyn Feed>, StoreError> {
        self.followed()?;
        Ok(Box::new(changes::Stream::follow(self.server.clone(), after).await?))
    }

    async fn end(&self) -> Result<Position, StoreError> {
        self.followed()?;
        changes::end(&self.server).await
    }

    fn known(&self, collections: &[Arc<Collection>]) {
        self.server.note_known(|_| changes::Known::new(collections));
    }

    async fn prune(&self, age: Duration) -> Result<u64, StoreError> {
        self.server.still_open()?;
        match self.server.logs_changes() {
            true => changes::forget(&self.server, age).await,
            false => Ok(0),
        }
    }

    fn asked(&self, select: &Select) -> Asked {
        read::asked(select)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.server.still_open()?;
        self.server.database.run_command(doc! { "ping": 1 }).await.map_err(refused)?;
        Ok(())
    }

    async fn close(&self) {
        self.server.close();
        // Writes under way share the definitions: once they are had alone, all is finished.
        drop(self.server.definitions.write().await);
        self.server.client.clone().shutdown().await;
    }
}

impl fmt::Debug for Mongo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mongo")
    }
}

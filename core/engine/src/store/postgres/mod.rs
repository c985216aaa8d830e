//! The store on PostgreSQL.
//!
//! Two pools lead to the server. Reads, and single writes that no guard depends on, run at READ
//! COMMITTED: each is one statement, which sees one state of the database, and a write without
//! guards rests on nothing but its own row, which it locks. Whatever rests on something it read
//! (writes with guards, batches, transactions) runs at SERIALIZABLE, so that the server itself finds
//! two that could not have happened one after the other, and undoes one. Single writes and batches
//! are then tried again here; an open transaction answers `Conflict` and its caller begins again.
//!
//! Reads outside of transactions go to the replicas, where there are any; see
//! [`replicas`](super::replicas).

mod apply;
mod changes;
mod encode;
mod error;
#[cfg(test)]
mod explain_tests;
mod feed;
mod look;
mod many;
mod migrate;
mod options;
mod pool;
mod read;
mod retry;
mod run;
mod transaction;
mod trial;
mod views;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use purlin_model::Value;
use purlin_model::plan::{Page, Select, Write};
use sqlx::postgres::PgConnectOptions;

use self::pool::{Pool, Sessions};
use self::retry::reading;
use super::definitions::Definitions;
use super::pool::Limits;
use super::replicas::Replicas;
use super::sql::{self, log::NONE, postgres::POSTGRES};
use super::{
    Access, Asked, Assigned, Capabilities, Engine, Feed, OddIds, Position, SchemaChange,
    ServerOptions, Store, StoreError, Table, Transaction,
};

/// A PostgreSQL database.
pub struct Postgres {
    reads: Arc<Pool>,
    writes: Arc<Pool>,
    replicas: Replicas<Sessions>,
    definitions: RwLock<Definitions>,
    options: ServerOptions,
    capabilities: Capabilities,
}

/// Opens a database by its URL.
///
/// # Errors
/// One sentence that says why not: the server is away, the credentials are wrong, the database is
/// missing, or the privilege to make tables is.
pub async fn open(url: &str, options: ServerOptions) -> Result<Arc<dyn Store>, StoreError> {
    let parsed = options::parse(url)?;
    let size = options.pool_size.max(2);
    // Writes with guards are fewer than reads and writes without; a third is theirs.
    let for_writes = (size / 3).max(1);
    let pool = |server: &PgConnectOptions, serializable, size| {
        let sessions = Sessions(options::session(server, &options, serializable));
        Pool::new(sessions, Limits::of(size, &options))
    };
    let reads = pool(&parsed, false, size - for_writes);
    let writes = pool(&parsed, true, for_writes);
    let replicas: Result<Vec<_>, StoreError> =
        options.replicas.iter().map(|url| Ok(pool(&options::parse(url)?, false, size))).collect();
    let version = options::examine(&reads).await?;
    let changes = match options.changes {
        true => changes::prepare(&reads).await?,
        false => Err(NONE.to_owned()),
    };
    Ok(Arc::new(Postgres {
        reads,
        writes,
        replicas: Replicas::new(replicas?),
        definitions: RwLock::default(),
        options,
        capabilities: Capabilities {
            engine: Engine::Postgres,
            version,
            transactions: Ok(()),
            changes,
            sql_views: true,
            shared: true,
        },
    }))
}

impl Postgres {
    /// Whether there is a log of changes.
    fn logs(&self) -> bool {
        self.capabilities.changes.is_ok()
    }

    async fn select_from(&self, pool: &Arc<Pool>, select: &Select) -> Result<Page, StoreError> {
        let time = self.options.query_timeout;
        reading!(pool, time, |connection| read::select(connection, select))
    }

    fn check(&self, batch: &[Write]) -> Result<(), StoreError> {
        self.definitions.read().unwrap_or_else(PoisonError::into_inner).check(batch)?;
        apply::fits(batch)
    }
}

#[async_trait]
impl Access for Postgres {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        self.select_from(self.replicas.readable().unwrap_or(&self.reads), select).await
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        self.check(&batch)?;
        let _writing = self.replicas.writing();
        let pool = match batch.as_slice() {
            [] => return Ok(Vec::new()),
            [write] if apply::guards(write).is_empty() => &self.reads,
            _ => &self.writes,
        };
        retry::write(pool, self.options.query_timeout, &batch, self.logs()).await
    }
}

#[async_trait]
impl Store for Postgres {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn select_newest(&self, select: &Select) -> Result<Page, StoreError> {
        self.select_from(&self.reads, select).await
    }

    async fn migrate(
        &self,
        changes: &[SchemaChange],
        writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        // The writes are planned for what the changes make.
        let mut after = self.definitions.read().unwrap_or_else(PoisonError::into_inner).clone();
        after.note(changes);
        after.check(&writes)?;
        apply::fits(&writes)?;
        let _writing = self.replicas.writing();
        migrate::run(&self.writes, changes, &writes, self.logs()).await?;
        self.definitions.write().unwrap_or_else(PoisonError::into_inner).note(changes);
        Ok(())
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let definitions = self.definitions.read().unwrap_or_else(PoisonError::into_inner).clone();
        let times = [self.options.query_timeout, self.options.transaction_life];
        let writing = self.replicas.writing();
        let logs = self.logs();
        let open =
            transaction::Open::begin(&self.writes, definitions, times, logs, writing).await?;
        Ok(Box::new(open))
    }

    async fn describe(&self, query: &str) -> Result<Vec<String>, StoreError> {
        trial::describe(&self.reads, self.options.query_timeout, query).await
    }

    async fn odd_ids(&self, query: &str) -> Result<Option<OddIds>, StoreError> {
        trial::odd_ids(&self.reads, self.options.query_timeout, query).await
    }

    async fn sample(&self, query: &str, limit: u64) -> Result<Vec<Vec<Value>>, StoreError> {
        trial::sample(&self.reads, self.options.query_timeout, query, limit).await
    }

    async fn look(&self) -> Result<Vec<Table>, StoreError> {
        reading!(&self.reads, self.options.query_timeout, |connection| look::look(connection))
    }

    async fn follow(&self, after: Option<Position>) -> Result<Box<dyn Feed>, StoreError> {
        if let Err(why) = &self.capabilities.changes {
            return Err(StoreError::Refused(why.clone()));
        }
        let time = self.options.query_timeout;
        Ok(Box::new(feed::Log::follow(self.reads.clone(), time, after).await?))
    }

    async fn prune(&self, age: Duration) -> Result<u64, StoreError> {
        if !self.logs() {
            return Ok(0);
        }
        changes::prune(&self.reads, self.options.query_timeout, age).await
    }

    fn asked(&self, select: &Select) -> Asked {
        sql::page(POSTGRES, select).into()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        reading!(&self.reads, self.options.query_timeout, |connection| run::command(
            connection, "SELECT 1"
        ))
    }

    async fn close(&self) {
        for pool in [&self.reads, &self.writes].into_iter().chain(self.replicas.all()) {
            pool.close().await;
        }
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postgres")
    }
}

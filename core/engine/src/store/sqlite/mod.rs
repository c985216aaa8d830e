//! The embedded store: SQLite in this process.
//!
//! One thread writes; it gathers what is waiting into one transaction and answers after the commit.
//! Others read, each with a connection of its own, and turn rows into JSON where they read them. A
//! read of one record by its id runs on the caller's thread: that costs less than waking another.

pub mod foreign;

mod apply;
mod changes;
mod connection;
mod decode;
mod encode;
mod error;
#[cfg(test)]
mod explain_tests;
mod functions;
mod look;
mod migrate;
mod queue;
mod read;
mod reader;
mod transaction;
mod trial;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use async_trait::async_trait;
use purlin_model::Value;
use purlin_model::plan::{Page, Select, Write};
use tokio::sync::oneshot;

use self::connection::{Connection, Role};
use self::error::refused;
use self::queue::{Queue, closed};
use self::read::Read;
use self::reader::Readers;
use self::writer::{Job, Limits};
use super::sql::{self, Statement, sqlite::SQLITE};
use super::{
    Access, Asked, Assigned, Capabilities, Engine, Feed, OddIds, Position, SchemaChange, Store,
    StoreError, Table, Transaction, private,
};

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Threads that read; 0 = as many as the machine suggests.
    pub readers: usize,
    /// What an acknowledged write survives. `true`: power loss, for the log is flushed to the disk
    /// before each answer. `false`: a crash of the process; after power loss the last moments may
    /// be missing, but nothing is there in part.
    pub durable: bool,
    /// Page cache of each connection, KiB.
    pub cache_kib: u32,
    /// How much of the file may be mapped into memory, bytes; 0 = none.
    pub mmap_bytes: u64,
    /// Sorts what is large in temporary files instead of in memory.
    pub sort_on_disk: bool,
    /// How long a read may take.
    pub query_timeout: Duration,
    /// How long a transaction may stay open.
    pub transaction_life: Duration,
    /// Whether the log of changes is kept.
    pub changes: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            readers: 0,
            durable: true,
            cache_kib: 16 << 10,
            mmap_bytes: 1 << 30,
            sort_on_disk: false,
            query_timeout: Duration::from_secs(30),
            transaction_life: Duration::from_secs(120),
            changes: true,
        }
    }
}

/// How many writes may wait.
const WRITES: usize = 4096;

/// A SQLite database file.
pub struct Sqlite {
    readers: Arc<Readers>,
    writes: Arc<Queue<Job>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    query_time: Duration,
    capabilities: Capabilities,
}

impl Sqlite {
    /// Opens a database, made when it is missing.
    ///
    /// # Errors
    /// `Unavailable` or `Refused` when the file is no database or cannot be used.
    pub fn open(path: &Path, options: Options) -> Result<Arc<dyn Store>, StoreError> {
        private::make_file(path).map_err(|error| {
            StoreError::Unavailable(format!("unable to make the file: {error}"))
        })?;
        let writing = Connection::open(path, &options, Role::Writer)?;
        if options.changes {
            changes::prepare(&writing)?;
        }
        let readers = Arc::new(Readers::start(path, &options)?);
        let writes = Arc::new(Queue::new(WRITES));
        let limits = Limits { guard: options.query_timeout, transaction: options.transaction_life };
        let queue = writes.clone();
        let writer = thread("purlin-writer", move || {
            writer::run(&writing, &queue, limits);
        })?;
        Ok(Arc::new(Sqlite {
            readers,
            writes,
            writer: Mutex::new(Some(writer)),
            query_time: options.query_timeout,
            capabilities: Capabilities {
                engine: Engine::Sqlite,
                version: format!("SQLite {}", rusqlite::version()),
                transactions: Ok(()),
                changes: if options.changes { Ok(()) } else { Err(changes::NONE.to_owned()) },
                sql_views: true,
                shared: false,
            },
        }))
    }

    async fn written<T>(
        &self,
        job: Job,
        wait: oneshot::Receiver<Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        self.writes.push(job).await?;
        wait.await.map_err(|_| closed())?
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        self.readers.close();
        self.writes.close();
    }
}

#[async_trait]
impl Access for Sqlite {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        let read = Read::new(select);
        if read.is_point
            && let Some(result) = self.readers.here(|connection| read.run(connection))
        {
            return result;
        }
        self.readers.run(move |connection| read.run(connection)).await
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let (answer, wait) = oneshot::channel();
        self.written(Job::Write(batch, answer), wait).await
    }
}

#[async_trait]
impl Store for Sqlite {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn migrate(
        &self,
        changes: &[SchemaChange],
        writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        let (answer, wait) = oneshot::channel();
        self.written(Job::Migrate(changes.to_vec(), writes, answer), wait).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let (operations, asked) = mpsc::channel();
        let (answer, wait) = oneshot::channel();
        let open = transaction::Open { operations, query_time: self.query_time };
        self.written(Job::Begin(asked, answer), wait).await?;
        Ok(Box::new(open))
    }

    async fn describe(&self, query: &str) -> Result<Vec<String>, StoreError> {
        let query = query.to_owned();
        self.readers.run(move |connection| trial::describe(connection, &query)).await
    }

    async fn odd_ids(&self, query: &str) -> Result<Option<OddIds>, StoreError> {
        let query = query.to_owned();
        self.readers.run(move |connection| trial::odd_ids(connection, &query)).await
    }

    async fn sample(&self, query: &str, limit: u64) -> Result<Vec<Vec<Value>>, StoreError> {
        let query = query.to_owned();
        self.readers.run(move |connection| trial::sample(connection, &query, limit)).await
    }

    async fn look(&self) -> Result<Vec<Table>, StoreError> {
        self.readers.run(look::look).await
    }

    async fn follow(&self, after: Option<Position>) -> Result<Box<dyn Feed>, StoreError> {
        if let Err(why) = &self.capabilities.changes {
            return Err(StoreError::Refused(why.clone()));
        }
        Ok(Box::new(changes::Log::follow(self.readers.clone(), after).await?))
    }

    async fn prune(&self, age: Duration) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            let (answer, wait) = oneshot::channel();
            let forget = move |connection: &Connection| changes::forget(connection, age);
            let some = self.written(Job::Run(Box::new(forget), answer), wait).await?;
            forgotten += some;
            if some == 0 {
                return Ok(forgotten);
            }
        }
    }

    fn asked(&self, select: &Select) -> Asked {
        sql::page(SQLITE, select).into()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let answers = |connection: &Connection| {
            connection.answers(&Statement::new(SQLITE, "SELECT 1")).map(|_| ()).map_err(refused)
        };
        // Long reads that keep every thread busy do not mean that the database is away.
        match self.readers.here(answers) {
            Some(answer) => answer,
            None => self.readers.run(answers).await,
        }
    }

    async fn close(&self) {
        self.readers.close();
        self.writes.close();
        let mut threads = self.readers.threads();
        threads.extend(self.writer.lock().unwrap_or_else(PoisonError::into_inner).take());
        let joined = tokio::task::spawn_blocking(move || {
            for thread in threads {
                let _ = thread.join();
            }
        });
        let _ = joined.await;
    }
}

/// Starts a named thread.
fn thread(name: &str, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, StoreError> {
    let builder = std::thread::Builder::new().name(name.to_owned());
    builder.spawn(run).map_err(|error| StoreError::Unavailable(error.to_string()))
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sqlite")
    }
}

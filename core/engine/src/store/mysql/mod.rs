//! The store over a `MySQL` or `MariaDB` server.
//!
//! Reads are one statement on any connection; rows become JSON where they are read. A write is one
//! statement too, its guards included; batches are transactions. Every connection works at the
//! isolation level SERIALIZABLE: there plain reads outside of transactions take no locks, guards and
//! what is read inside of transactions lock what they saw, so that nothing they rest on changes
//! before the commit. What the server ends for that is tried again.
//!
//! Reads outside of transactions go to the replicas, where there are any; see
//! [`replicas`](super::replicas).

mod apply;
mod bulk;
mod changes;
mod columns;
mod connection;
mod decode;
mod encode;
mod error;
#[cfg(test)]
mod explain_tests;
mod feed;
mod journal;
mod look;
mod made_views;
mod migrate;
mod migration;
mod pool;
mod read;
mod reader;
mod server;
mod transaction;
mod trial;
mod views;

use std::fmt;
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use async_trait::async_trait;
use purlin_model::Value;
use purlin_model::plan::{Page, Select, Write};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::RwLock;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use self::apply::Undone;
use self::connection::{Ready, answers, each};
use self::encode::{Cell, cell, forms};
use self::error::{Failure, cannot_connect, conflict, silent};
use self::pool::{Pool, Pooled, Sessions};
use self::read::Read;
use self::reader::Reader;
use self::server::Server;
use self::transaction::{Open, undo};
use super::definitions::Definitions;
use super::pause::pause;
use super::pool::Limits;
use super::replicas::Replicas;
use super::sql::{self, Statement, log::NONE, mysql::MARIADB};
use super::{
    Access, Asked, Assigned, Capabilities, Engine, Feed, OddIds, Position, SchemaChange,
    ServerOptions, Store, StoreError, Table, Transaction,
};

/// How often a write is tried that others get in the way of.
const TRIES: u32 = 24;

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_millis(100);

/// What a caller waits beyond the time the server gives a statement itself.
const GRACE: Duration = Duration::from_secs(2);

/// How many statements a connection keeps prepared.
const STATEMENTS: usize = 256;

/// A database of a `MySQL` or `MariaDB` server.
pub struct Mysql {
    server: Arc<Server>,
    pool: Arc<Pool>,
    replicas: Replicas<Sessions>,
    options: ServerOptions,
    /// Up to where no number of the log of changes is missing, as far as is known.
    whole: Arc<AtomicU64>,
    /// Held by whoever writes, so that tables change only between writes.
    definitions: Arc<RwLock<Definitions>>,
    capabilities: Capabilities,
}

/// Opens the database a URL names: `mysql://user:password@host:port/name`, also `mariadb://`. With
/// `?ssl-mode=` (`disabled`, `preferred`, `required`, `verify_ca`, `verify_identity`) and `ssl-ca=`
/// (a file) the connection is encrypted.
///
/// # Errors
/// `Unavailable` with one sentence that says why not: the server cannot be reached or is too old,
/// the credentials are wrong, the database is missing, or a privilege is.
pub async fn open(url: &str, options: ServerOptions) -> Result<Arc<dyn Store>, StoreError> {
    let connect = connect_options(url)?;
    let mut server = ask(&connect, options.connect_timeout).await?;
    let first = server.session(options.query_timeout.as_secs_f64());
    let pool = |connect| {
        let sessions = Sessions { options: connect, first: first.clone() };
        Pool::new(sessions, Limits::of(options.pool_size, &options))
    };
    let replicas: Result<Vec<_>, StoreError> =
        options.replicas.iter().map(|url| connect_options(url).map(&pool)).collect();
    let replicas = Replicas::new(replicas?);
    let pool = pool(connect);
    let changes = match options.changes {
        true => prepare_log(&pool, &server).await?,
        false => Err(NONE.to_owned()),
    };
    server.logs = changes.is_ok();
    let store = Mysql {
        capabilities: Capabilities {
            engine: Engine::Mysql,
            version: server.name(),
            transactions: Ok(()),
            changes,
            sql_views: true,
            shared: true,
        },
        server: Arc::new(server),
        pool,
        replicas,
        options,
        whole: Arc::default(),
        definitions: Arc::default(),
    };
    migrate::recover(&store.pool, &store.server).await?;
    Ok(Arc::new(store))
}

async fn prepare_log(pool: &Arc<Pool>, server: &Server) -> Result<Result<(), String>, StoreError> {
    let mut connection = pool.take().await?;
    let prepared = changes::prepare(connection.raw()?, server).await?;
    connection.done();
    Ok(prepared)
}

fn connect_options(url: &str) -> Result<MySqlConnectOptions, StoreError> {
    let unusable =
        |reason: &str| StoreError::Unavailable(format!("the URL is not usable: {reason}"));
    let url = match url.strip_prefix("mariadb:") {
        Some(rest) => format!("mysql:{rest}"),
        None => url.to_owned(),
    };
    let options = MySqlConnectOptions::from_str(&url).map_err(|_| {
        unusable("it must read mysql://user:password@host:port/name, special characters as %XX")
    })?;
    if options.get_database().is_none_or(str::is_empty) {
        return Err(unusable("it names no database"));
    }
    Ok(options
        .charset("utf8mb4")
        .statement_cache_capacity(STATEMENTS)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .set_names(false)
        .disable_statement_logging())
}

/// Asks the server what it is.
async fn ask(options: &MySqlConnectOptions, patience: Duration) -> Result<Server, StoreError> {
    let connected = timeout(patience, options.connect()).await;
    let mut connection = match connected {
        Ok(connected) => connected.map_err(|error| cannot_connect(&error))?,
        Err(_) => {
            let text = "cannot connect to the database: the server does not answer";
            return Err(StoreError::Unavailable(text.to_owned()));
        }
    };
    let text = "SELECT VERSION(), DATABASE(), @@max_allowed_packet";
    let mut found = (String::new(), String::new(), 0);
    let ready = Ready::new(&Statement::new(&MARIADB, text), usize::MAX)?.once();
    each(&mut connection, ready, |row| {
        let forms = forms(row);
        for (index, text) in [&mut found.0, &mut found.1].into_iter().enumerate() {
            if let Cell::Text(value) = cell(row, &forms, index)? {
                *text = value.into_owned();
            }
        }
        if let Cell::Integer(bytes) = cell(row, &forms, 2)? {
            found.2 = usize::try_from(bytes).unwrap_or(usize::MAX);
        }
        Ok(())
    })
    .await
    .map_err(Failure::plain)?;
    let _ = connection.close().await;
    Server::new(&found.0, found.2, found.1)
}

/// Runs something that answers a `Result` of a store on a connection (`|connection|`) of a pool. One
/// that was used before and turns out to be dead is replaced, once.
macro_rules! on_connection {
    ($store:expr, $pool:expr, |$connection:ident| $run:expr) => {
        loop {
            let mut taken = $pool.take().await?;
            let $connection = taken.raw()?;
            // Of the two statements of a read each may take its time.
            let patience = $store.options.query_timeout * 2 + $crate::store::mysql::GRACE;
            let Ok(done) = tokio::time::timeout(patience, async { $run }).await else {
                $pool.forget();
                break Err($crate::store::mysql::error::silent());
            };
            match done {
                Ok(value) => {
                    taken.done();
                    break Ok(value);
                }
                Err(error) if taken.is_lost(&error) => {
                    if !taken.is_used {
                        break Err(error);
                    }
                }
                Err(error) => {
                    taken.done();
                    break Err(error);
                }
            }
        }
    };
}

use on_connection;

impl Mysql {
    async fn select_from(&self, pool: &Arc<Pool>, select: &Select) -> Result<Page, StoreError> {
        let read = Read::new(&self.server, select);
        for tries in 0..TRIES {
            let page: Result<Option<Page>, StoreError> =
                on_connection!(self, pool, |raw| match read.run(raw).await {
                    Err(Failure::Conflict) => Ok(None),
                    done => done.map(Some).map_err(Failure::plain),
                });
            match page? {
                Some(page) => return Ok(page),
                None => pause(tries, LONGEST).await,
            }
        }
        Err(conflict())
    }

    /// The server does not react: whatever connection leads to it is of no use.
    fn gave_up(&self) -> Undone {
        self.pool.forget();
        Undone::For(silent())
    }

    /// A batch, once: by one statement or in a transaction.
    async fn attempt(
        &self,
        batch: &[Write],
        single: Option<&Statement>,
    ) -> Result<Vec<Assigned>, Undone> {
        let mut connection = self.pool.take().await?;
        let raw = connection.raw()?;
        let patience = self.options.query_timeout * 4 + GRACE;
        if let (Some(statement), [write]) = (single, batch) {
            let entry = if self.server.logs { write.entry() } else { None };
            if let Some(entry) = entry {
                let done = apply::alone_logged(raw, &self.server, statement, write, entry);
                let done = timeout(patience, done).await;
                return self.end(connection, done.map(|done| done.map(|()| Vec::new()))).await;
            }
            let done = apply::alone(raw, &self.server, statement, write);
            let Ok(done) = timeout(patience, done).await else {
                return Err(self.gave_up());
            };
            match &done {
                Err(Undone::For(error)) if connection.is_lost(error) => {}
                _ => connection.done(),
            }
            return done.map(|()| Vec::new());
        }
        let done = async {
            connection::run(raw, "START TRANSACTION").await?;
            let assigned = apply::logged_batch(raw, &self.server, batch).await?;
            connection::run(raw, "COMMIT").await?;
            Ok(assigned)
        };
        let done = timeout(patience, done).await;
        self.end(connection, done).await
    }

    /// Gives the connection of a transaction back that came to its end, or undoes it.
    async fn end(
        &self,
        connection: Pooled,
        done: Result<Result<Vec<Assigned>, Undone>, Elapsed>,
    ) -> Result<Vec<Assigned>, Undone> {
        let Ok(done) = done else { return Err(self.gave_up()) };
        match done {
            Ok(assigned) => {
                connection.done();
                Ok(assigned)
            }
            Err(Undone::For(error)) if connection.is_lost(&error) => Err(Undone::For(error)),
            Err(undone) => {
                undo(connection).await;
                Err(undone)
            }
        }
    }
}

#[async_trait]
impl Access for Mysql {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        self.select_from(self.replicas.readable().unwrap_or(&self.pool), select).await
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let definitions = self.definitions.read().await;
        definitions.check(&batch)?;
        let single = apply::single(&self.server, &batch);
        let _writing = self.replicas.writing();
        for tries in 0..TRIES {
            match self.attempt(&batch, single.as_ref()).await {
                Ok(assigned) => return Ok(assigned),
                Err(Undone::For(error)) => return Err(error),
                Err(Undone::Again) => pause(tries, LONGEST).await,
            }
        }
        Err(conflict())
    }
}

#[async_trait]
impl Store for Mysql {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn select_newest(&self, select: &Select) -> Result<Page, StoreError> {
        self.select_from(&self.pool, select).await
    }

    async fn migrate(
        &self,
        changes: &[SchemaChange],
        writes: Vec<Write>,
    ) -> Result<(), StoreError> {
        let mut definitions = self.definitions.write().await;
        let _writing = self.replicas.writing();
        migrate::run(&self.pool, &self.server, changes, &writes).await?;
        definitions.note(changes);
        Ok(())
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let definitions = self.definitions.clone().read_owned().await;
        let connection = self.pool.take().await?;
        let time = self.options.query_timeout * 4 + GRACE;
        let life = self.options.transaction_life;
        let writing = self.replicas.writing();
        let server = self.server.clone();
        let open = Open::begin(server, connection, definitions, [time, life], writing).await?;
        Ok(Box::new(open))
    }

    async fn describe(&self, query: &str) -> Result<Vec<String>, StoreError> {
        on_connection!(self, self.pool, |raw| trial::describe(raw, query).await)
    }

    async fn odd_ids(&self, query: &str) -> Result<Option<OddIds>, StoreError> {
        on_connection!(self, self.pool, |raw| trial::odd_ids(raw, &self.server, query).await)
    }

    async fn sample(&self, query: &str, limit: u64) -> Result<Vec<Vec<Value>>, StoreError> {
        on_connection!(self, self.pool, |raw| trial::sample(raw, &self.server, query, limit).await)
    }

    async fn look(&self) -> Result<Vec<Table>, StoreError> {
        on_connection!(self, self.pool, |raw| look::look(raw, &self.server).await)
    }

    async fn follow(&self, after: Option<Position>) -> Result<Box<dyn Feed>, StoreError> {
        if let Err(why) = &self.capabilities.changes {
            return Err(StoreError::Refused(why.clone()));
        }
        let (server, pool) = (self.server.clone(), self.pool.clone());
        let reader = Reader { server, pool, options: self.options.clone() };
        Ok(Box::new(feed::Log::follow(reader, self.whole.clone(), after).await?))
    }

    async fn prune(&self, age: Duration) -> Result<u64, StoreError> {
        if !self.server.logs {
            return Ok(0);
        }
        let mut forgotten = 0;
        loop {
            let some = on_connection!(self, self.pool, |raw| {
                changes::forget(raw, &self.server, age).await.map_err(Failure::plain)
            })?;
            forgotten += some;
            if some == 0 {
                return Ok(forgotten);
            }
        }
    }

    fn asked(&self, select: &Select) -> Asked {
        sql::page(self.server.dialect(), select).into()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let statement = Statement::new(self.server.dialect(), "SELECT 1");
        on_connection!(self, self.pool, |raw| {
            let ready = Ready::new(&statement, self.server.packet)?;
            answers(raw, ready).await.map(drop).map_err(Failure::plain)
        })
    }

    async fn close(&self) {
        for pool in std::iter::once(&self.pool).chain(self.replicas.all()) {
            pool.close().await;
        }
    }
}

impl fmt::Debug for Mysql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mysql")
    }
}

//! The databases the suites run on. Each has a file here that says how a fresh one is made; a test
//! is a plain function over a [`Bench`], made a `#[test]` of each by [`on_stores`]. A new store is a
//! file here and its line in the macro.

// Neither suite needs all of it.
#![allow(dead_code, unreachable_pub)]

pub(crate) mod mongo;
pub(crate) mod mysql;
pub(crate) mod postgres;
mod server;
pub(crate) mod sqlite;

use std::io::Write as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use purlin_core::config::Address;
use purlin_core::store::{self, Options, ServerOptions, Store, StoreError};

/// Makes `#[test]`s of test functions of the module, `STORE::NAME` for each store.
///
/// ```ignore
/// on_stores! { ties_break_by_insertion_order, pages_and_totals_add_up }
/// on_stores! { sqlite: what_only_one_store_promises }
/// ```
macro_rules! on_stores {
    ($($test:ident),* $(,)?) => {
        on_stores! { sqlite: $($test),* }
        on_stores! { postgres: $($test),* }
        on_stores! { mongo: $($test),* }
        on_stores! { mysql: $($test),* }
    };
    ($store:ident: $($test:ident),* $(,)?) => {
        mod $store {
            $(
                #[test]
                fn $test() {
                    type Database = $crate::backends::$store::Database;
                    $crate::backends::run::<Database, _>(async |bench| super::$test(bench).await);
                }
            )*
        }
    };
}
pub(crate) use on_stores;

/// A kind of database the suites run on.
pub(crate) trait Backend: Fresh + Sized + 'static {
    /// What people call it.
    const NAME: &'static str;
    /// The variable with the server's URL, and the URL when it is not set.
    const SERVER: (&'static str, &'static str);

    /// Makes an empty database; `name` is not taken. The error says why the server does not let us.
    async fn make(server: &str, name: &str) -> Result<Self, String>;
}

/// An empty database of its own that a store can be opened on, again and again.
#[async_trait]
pub(crate) trait Fresh: Send + Sync {
    /// Opens a store on it.
    async fn open(&self, limits: Limits) -> Result<Arc<dyn Store>, StoreError>;

    /// Removes it, whoever is still connected.
    async fn remove(&self);

    /// A view query that does not end by itself.
    fn endless(&self) -> &'static str;

    /// The query of a view of a table with one of its columns.
    fn view(&self, table: &str, column: &str) -> String {
        format!("SELECT id, {column} FROM {table}")
    }

    /// Whether how long changes are remembered is Purlin's to say.
    fn forgets(&self) -> bool {
        true
    }

    /// Ends what a node that died has a right to for some time still.
    async fn end_rights(&self) {}

    /// Where a client of the server's own finds it; empty where there is no server.
    fn url(&self) -> String {
        String::new()
    }
}

/// How long a store waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) query_timeout: Duration,
    pub(crate) transaction_life: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (query_timeout, transaction_life) = (Duration::from_secs(30), Duration::from_secs(120));
        Limits { query_timeout, transaction_life }
    }
}

/// What a test is given: a database nobody else uses, removed after the test.
pub(crate) struct Bench(Box<dyn Fresh>);

impl Bench {
    /// A store on the database.
    pub(crate) async fn open(&self) -> Arc<dyn Store> {
        self.open_with(Limits::default()).await
    }

    pub(crate) async fn open_with(&self, limits: Limits) -> Arc<dyn Store> {
        self.0.open(limits).await.unwrap()
    }

    pub(crate) fn view(&self, table: &str, column: &str) -> String {
        self.0.view(table, column)
    }

    pub(crate) async fn end_rights(&self) {
        self.0.end_rights().await;
    }

    pub(crate) fn forgets(&self) -> bool {
        self.0.forgets()
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn endless(&self) -> &'static str {
        self.0.endless()
    }
}

/// Runs a test on a fresh database. Where nothing says that there is such a server, and there is
/// none, it is skipped with a line.
pub(crate) fn run<B: Backend, T: AsyncFnOnce(&Bench)>(test: T) {
    let (variable, usual) = B::SERVER;
    let set = std::env::var(variable).ok();
    let server = set.as_deref().unwrap_or(usual);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let reason = match B::make(server, &name()).await {
            Ok(database) => return on(Bench(Box::new(database)), test).await,
            Err(reason) => format!("{} at {server} cannot be used: {reason}", B::NAME),
        };
        let wanted = set.is_some() || std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!wanted, "{reason}. Start it, or name another in {variable}.");
        // Not `eprintln!`: what a passing test prints is not shown.
        let _ = writeln!(std::io::stderr(), "skipped: {reason}");
    });
}

async fn on(bench: Bench, test: impl AsyncFnOnce(&Bench)) {
    let outcome = AssertUnwindSafe(test(&bench)).catch_unwind().await;
    bench.0.remove().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// A store on the database of a server.
async fn served(url: &str, limits: Limits) -> Result<Arc<dyn Store>, StoreError> {
    let Limits { query_timeout, transaction_life } = limits;
    // Few connections: many tests run at once.
    let server =
        ServerOptions { pool_size: 8, query_timeout, transaction_life, ..ServerOptions::default() };
    let address = Address::parse(url).map_err(StoreError::Unavailable)?;
    store::open(&address, &Options { server, ..Options::default() }).await
}

/// A name no other database has, of this run or another.
fn name() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let moment = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros() % 1_000_000_000;
    format!("purlin_test_{}_{moment}_{number}", std::process::id())
}

/// The URL of a database on a server, whatever database the server's URL names.
fn url_of(server: &str, database: &str) -> String {
    let (address, parameters) = server.split_once('?').unwrap_or((server, ""));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    let mark = if parameters.is_empty() { "" } else { "?" };
    format!("{}/{database}{mark}{parameters}", &address[..end])
}

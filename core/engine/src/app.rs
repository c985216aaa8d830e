//! Wiring, done once: every service gets what it needs and its own section of the configuration.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread::available_parallelism;

use crate::auth::{Auth, Sessions, Superusers};
use crate::catalog::{Catalog, CatalogError};
use crate::clock::Clock;
use crate::config::{Config, DatabaseConfig, Durability};
use crate::events::Bus;
use crate::logs::Logs;
use crate::passwords::Passwords;
use crate::records::Records;
use crate::store::private;
use crate::store::sqlite::{self, Sqlite};
use crate::store::{Store, StoreError};

/// The file of the request log inside the directory.
const LOG_FILE: &str = "logs.db";

/// Everything that runs.
#[derive(Debug)]
pub struct App {
    /// Tells the time.
    pub clock: Clock,
    /// Collections and settings.
    pub catalog: Arc<Catalog>,
    /// Who a token speaks for.
    pub sessions: Arc<Sessions>,
    /// Records of all collections.
    pub records: Arc<Records>,
    /// Signing in.
    pub auth: Arc<Auth>,
    /// Those who administer the installation.
    pub superusers: Arc<Superusers>,
    /// The request log.
    pub logs: Arc<Logs>,
    store: Arc<dyn Store>,
    log_store: Arc<dyn Store>,
}

/// Why Purlin could not start; one sentence.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be used.
    #[error("cannot use the directory {0}: {1}")]
    Directory(String, io::Error),
    /// The database cannot be opened.
    #[error("cannot open the database {0}: {1}")]
    Store(String, StoreError),
    /// What the database holds cannot be served.
    #[error("cannot read the collections: {0}")]
    Catalog(#[from] CatalogError),
}

impl App {
    /// Opens everything below the configured directory, which is made when it is missing.
    ///
    /// # Errors
    /// One sentence that names what cannot be used.
    pub async fn open(config: &Config, clock: Clock) -> Result<Arc<Self>, OpenError> {
        let dir = &config.server.dir;
        let unusable = |error| OpenError::Directory(dir.display().to_string(), error);
        private::make_directory(dir).map_err(unusable)?;
        let store = open_store(&config.database.file, options(&config.database))?;
        // A lost moment of the request log is no lost record: it need not wait for the disk.
        let log_file = dir.join(LOG_FILE);
        let log_options =
            sqlite::Options { readers: 1, durable: false, ..options(&config.database) };
        let log_store = open_store(&log_file, log_options)?;
        let sessions = Arc::new(Sessions::new(store.clone(), clock.clone()));
        let listener = sessions.clone();
        let catalog =
            Catalog::open(store.clone(), clock.clone(), move |_| listener.forget()).await?;
        let passwords = Passwords::new(available_parallelism().map_or(1, usize::from));
        let bus = Arc::new(Bus::default());
        let listener = sessions.clone();
        bus.listen(move |changes| {
            if changes.iter().any(|change| change.collection.is_auth()) {
                listener.forget();
            }
        });
        let records = Arc::new(Records::new(store.clone(), bus, passwords.clone()));
        let logs = Logs::open(log_store.clone(), clock.clone()).await;
        let auth = Auth::new(store.clone(), records.clone(), passwords, clock.clone());
        let catalog = Arc::new(catalog);
        let superusers =
            Superusers::new(catalog.clone(), records.clone(), store.clone(), clock.clone());
        Ok(Arc::new(App {
            catalog,
            sessions,
            auth: Arc::new(auth),
            superusers: Arc::new(superusers),
            records,
            logs: logs.map_err(|error| OpenError::Store(log_file.display().to_string(), error))?,
            store,
            log_store,
            clock,
        }))
    }

    /// Finishes what was accepted and closes the databases.
    pub async fn close(&self) {
        self.logs.flush().await;
        self.store.close().await;
        self.log_store.close().await;
    }
}

fn open_store(file: &Path, options: sqlite::Options) -> Result<Arc<dyn Store>, OpenError> {
    let opened = Sqlite::open(file, options);
    opened.map_err(|error| OpenError::Store(file.display().to_string(), error))
}

fn options(config: &DatabaseConfig) -> sqlite::Options {
    let defaults = sqlite::Options::default();
    sqlite::Options {
        readers: if config.readers > 0 { config.readers } else { defaults.readers },
        durable: config.durability == Durability::Full,
        query_timeout: config.query_timeout,
        ..defaults
    }
}

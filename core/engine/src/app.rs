//! Wiring, done once: every service gets what it needs and its own section of the configuration.

use std::io;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::task::JoinHandle;

use crate::auth::{Auth, Sessions, Superusers};
use crate::authz;
use crate::catalog::{Catalog, CatalogError, Matchers, Snapshot, holds_lines};
use crate::clock::Clock;
use crate::config::{Address, Config};
use crate::events::Bus;
use crate::logs::Logs;
use crate::passwords::Passwords;
use crate::records::Records;
use crate::store::{self, Datasources, Store, StoreError, Unopened, private};

/// The file of the request log inside the directory.
pub(crate) const LOG_FILE: &str = "logs.db";
/// Connections to a database server that the request log has for itself.
const LOG_CONNECTIONS: u32 = 2;

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
    /// The databases.
    pub datasources: Datasources,
    log_store: Arc<dyn Store>,
    /// Looks for what other nodes change, and what commands change beside a running server.
    watch: JoinHandle<()>,
}

/// Why Purlin could not start; one sentence.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory cannot be used.
    #[error("cannot use the directory {0}: {1}")]
    Directory(String, io::Error),
    /// A database cannot be opened.
    #[error(transparent)]
    Store(#[from] Unopened),
    /// The request log cannot be kept.
    #[error("cannot keep the request log in {0}: {1}")]
    Log(String, StoreError),
    /// The operator's Casbin model cannot decide.
    #[error(transparent)]
    Model(#[from] authz::Unfit),
    /// What the database holds cannot be served.
    #[error("cannot read the collections: {0}")]
    Catalog(#[from] CatalogError),
}

impl App {
    /// Opens the configured databases; the directory is made when it is missing and one of them is
    /// a file.
    ///
    /// # Errors
    /// One sentence that names what cannot be used.
    pub async fn open(config: &Config, clock: Clock) -> Result<Arc<Self>, OpenError> {
        let dir = &config.server.dir;
        let unusable = |error| OpenError::Directory(dir.display().to_string(), error);
        if config.keeps_files() {
            private::make_directory(dir).map_err(unusable)?;
        }
        let matchers = match &config.authorization.model {
            Some(path) => Some(matchers(authz::Model::read(path).await?)),
            None => None,
        };
        let datasources = Datasources::open(config).await?;
        let (log_place, log_store) = open_log(config).await?;
        let sessions = Arc::new(Sessions::new(datasources.clone(), clock.clone()));
        let listener = sessions.clone();
        let heard = move |_: &Snapshot| listener.forget();
        let catalog = Catalog::open(datasources.clone(), clock.clone(), matchers, heard).await?;
        let passwords = Passwords::new(available_parallelism().map_or(1, usize::from));
        let bus = Arc::new(Bus::default());
        let listener = sessions.clone();
        bus.listen(move |changes| {
            if changes.iter().any(|change| change.collection.is_auth()) {
                listener.forget();
            }
        });
        let catalog = Arc::new(catalog);
        let others = catalog.clone();
        bus.listen(move |changes| {
            if changes.iter().any(|change| holds_lines(&change.collection)) {
                let catalog = others.clone();
                tokio::spawn(async move { catalog.refresh_lines().await });
            }
        });
        let records = Records::new(datasources.clone(), catalog.clone(), bus, passwords.clone());
        let records = Arc::new(records);
        let logs = Logs::open(log_store.clone(), clock.clone()).await;
        let auth = Auth::new(datasources.clone(), records.clone(), passwords, clock.clone());
        if let Err(error) = catalog.look_at_tables(None).await {
            tracing::warn!(%error, "the tables of adopted collections cannot be looked at");
        }
        let superusers =
            Superusers::new(catalog.clone(), records.clone(), &datasources, clock.clone());
        let watched = catalog.clone();
        let watch = tokio::spawn(async move { watched.watch().await });
        Ok(Arc::new(App {
            watch,
            catalog,
            sessions,
            auth: Arc::new(auth),
            superusers: Arc::new(superusers),
            records,
            logs: logs.map_err(|error| OpenError::Log(log_place, error))?,
            datasources,
            log_store,
            clock,
        }))
    }

    /// Finishes what was accepted and closes the databases.
    pub async fn close(&self) {
        self.watch.abort();
        self.logs.flush().await;
        self.datasources.close().await;
        self.log_store.close().await;
    }
}

fn matchers(model: authz::Model) -> Matchers {
    Box::new(move |schema, lines| model.matcher(schema, lines))
}

/// The store of the request log, apart from the records' so that heavy logging never holds up a
/// write: a file of its own, or a few connections of their own to the main server.
async fn open_log(config: &Config) -> Result<(String, Arc<dyn Store>), Unopened> {
    let mut options = store::Options::from(&config.database);
    // A lost moment of the request log is no lost record: it need not wait for the disk.
    (options.sqlite.readers, options.sqlite.durable) = (1, false);
    options.server.pool_size = LOG_CONNECTIONS;
    options.server.replicas.clear();
    let address = match &config.database.address {
        Address::Sqlite(_) => Address::Sqlite(config.server.dir.join(LOG_FILE)),
        server => server.clone(),
    };
    let place = address.to_string();
    match store::open(&address, &options).await {
        Ok(store) => Ok((place, store)),
        Err(error) => Err(Unopened { place, error }),
    }
}

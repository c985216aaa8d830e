//! The configured databases: one called `main`, and others by name.

use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::schema::MAIN;

use super::open::{Options, open};
use super::{Store, StoreError};
use crate::config::{Config, DatabaseConfig, Durability};

/// The stores of an installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Datasources {
    main: Arc<dyn Store>,
    /// The others, in the order of their names. There are few: looking is faster than hashing.
    others: Arc<[(String, Arc<dyn Store>)]>,
}

/// A database that could not be opened.
#[derive(Clone, Debug, thiserror::Error)]
#[error("cannot open the database {place}: {error}")]
pub struct Unopened {
    /// Where it is, without secrets.
    pub place: String,
    /// Why.
    pub error: StoreError,
}

impl Datasources {
    /// Opens every database of the configuration.
    ///
    /// # Errors
    /// The first that cannot be opened; those opened before are closed again.
    pub async fn open(config: &Config) -> Result<Self, Unopened> {
        let mut sources = Datasources::from(open_one(&config.database, "").await?);
        let mut others = Vec::new();
        for (name, config) in &config.datasources {
            match open_one(config, name).await {
                Ok(store) => others.push((name.clone(), store)),
                Err(error) => {
                    sources.others = others.into();
                    sources.close().await;
                    return Err(error);
                }
            }
        }
        sources.others = others.into();
        Ok(sources)
    }

    /// With one more database of that name.
    #[must_use]
    pub fn with(self, name: &str, store: Arc<dyn Store>) -> Self {
        let mut others = self.others.to_vec();
        others.retain(|(known, _)| known != name);
        others.push((name.to_owned(), store));
        others.sort_by(|one, other| one.0.cmp(&other.0));
        Datasources { main: self.main, others: others.into() }
    }

    /// The database that holds the system collections.
    #[must_use]
    pub fn main(&self) -> &Arc<dyn Store> {
        &self.main
    }

    /// The database of that name, if one is configured.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Arc<dyn Store>> {
        if name == MAIN {
            return Some(&self.main);
        }
        self.others.iter().find(|(known, _)| known == name).map(|(_, store)| store)
    }

    /// The database that holds the records of a collection.
    ///
    /// # Errors
    /// `NoDatasource` when the configuration does not name it (any more).
    pub fn of(&self, collection: &Collection) -> Result<&Arc<dyn Store>, StoreError> {
        self.named(&collection.datasource).ok_or_else(|| StoreError::NoDatasource {
            datasource: collection.datasource.clone(),
            collection: collection.name.clone(),
        })
    }

    /// Every database with its name, `main` first.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Arc<dyn Store>)> {
        let others = self.others.iter().map(|(name, store)| (name.as_str(), store));
        std::iter::once((MAIN, &self.main)).chain(others)
    }

    /// The names, `main` first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all().map(|(name, _)| name)
    }

    /// Tells each database which collections it has.
    pub fn tell(&self, collections: &[Arc<Collection>]) {
        for (name, store) in self.all() {
            let its = collections.iter().filter(|it| it.datasource == name).cloned();
            store.known(&its.collect::<Vec<_>>());
        }
    }

    /// Answers when the main database does.
    ///
    /// # Errors
    /// `Unavailable` or `Timeout` when it is away.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.main.ping().await
    }

    /// Finishes what was accepted and releases every database.
    pub async fn close(&self) {
        for (_, store) in self.all() {
            store.close().await;
        }
    }
}

impl From<Arc<dyn Store>> for Datasources {
    /// One database for everything.
    fn from(main: Arc<dyn Store>) -> Self {
        Datasources { main, others: Arc::default() }
    }
}

async fn open_one(config: &DatabaseConfig, name: &str) -> Result<Arc<dyn Store>, Unopened> {
    let named = if name.is_empty() { String::new() } else { format!(" (datasource `{name}`)") };
    open(&config.address, &Options::from(config))
        .await
        .map_err(|error| Unopened { place: format!("{}{named}", config.address), error })
}

impl From<&DatabaseConfig> for Options {
    fn from(config: &DatabaseConfig) -> Self {
        let mut options = Options::default();
        if config.readers > 0 {
            options.sqlite.readers = config.readers;
        }
        options.sqlite.durable = config.durability == Durability::Full;
        options.sqlite.query_timeout = config.query_timeout;
        if config.pool_size > 0 {
            options.server.pool_size = config.pool_size;
        }
        options.server.connect_timeout = config.connect_timeout;
        options.server.query_timeout = config.query_timeout;
        options.server.idle_timeout = config.idle_timeout;
        let replicas = config.replicas.iter().filter_map(|address| address.url());
        options.server.replicas = replicas.map(str::to_owned).collect();
        options
    }
}

//! The catalog: what collections and settings there are, and how they change.
//!
//! Readers take a snapshot without waiting. A change is worked out whole and checked before the
//! database hears of it, is made in one transaction together with its record, and only then
//! published.

mod adopt;
mod change;
mod elsewhere;
mod import;
mod installation;
mod intent;
mod lines;
mod list;
mod load;
mod outline;
mod rename;
mod settings;
mod snapshot;
mod standing;
#[cfg(test)]
mod tests;
mod unfinished;
mod view;

use std::fmt;
use std::sync::Arc;

use arc_swap::ArcSwap;
use purlin_model::plan::Write;
use purlin_model::policy::{Lines, Matcher};
use purlin_model::schema::{self, system};
use purlin_model::settings::Settings;
use purlin_model::{Collection, Schema, date};
use tokio::sync::Mutex;

pub use adopt::Looked;
pub use installation::Installation;
pub use lines::{holds_lines, marking};
pub use outline::Shown;
pub use snapshot::{HEADERS, Rule, Served, Snapshot};
pub use standing::{Standing, State, report};

use lines::StoredLines;

use crate::clock::Clock;
use crate::error::{Answer, ApiError};
use crate::random;
use crate::store::{Datasources, SchemaChange, Store, StoreError, api_error};

/// How long a reader waits for a change that may explain what it met. The moment between a commit
/// and its publication is far shorter; only working a change out may take long.
const SETTLE: std::time::Duration = std::time::Duration::from_millis(500);

/// How often a change is worked out that other nodes' changes come before.
const ATTEMPTS: usize = 5;

/// What hears of a published snapshot.
type Listener = Box<dyn Fn(&Snapshot) + Send + Sync>;

/// Makes what decides in place of the names in these lines, where a model of the operator's own is
/// configured.
pub type Matchers = Box<dyn Fn(&Schema, &Lines) -> Arc<dyn Matcher> + Send + Sync>;

/// The collections and settings of an installation.
pub struct Catalog {
    datasources: Datasources,
    clock: Clock,
    snapshot: ArcSwap<Snapshot>,
    /// One change at a time.
    changing: Mutex<()>,
    collections: Arc<Collection>,
    params: Arc<Collection>,
    listener: Listener,
    stored_lines: ArcSwap<StoredLines>,
    matchers: Option<Matchers>,
    /// Rings when a published snapshot has adopted collections that nobody looked at.
    unseen: tokio::sync::Notify,
    /// Rings when other nodes may have changed something.
    asked: tokio::sync::Notify,
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog").finish_non_exhaustive()
    }
}

/// Why a catalog could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the database holds is not what Purlin wrote.
    #[error("{0}")]
    Broken(String),
    /// The database is being copied into, or was when the copy was interrupted.
    #[error(
        "the database holds an unfinished copy: run the same `purlin copy` again to finish it, or \
         drop the database"
    )]
    Unfinished,
}

impl Catalog {
    /// Opens the catalog kept in the main database; an empty one gets the default collections.
    /// `listener` hears of every snapshot published later.
    ///
    /// # Errors
    /// When the store fails, or holds definitions that cannot be read.
    pub async fn open(
        datasources: Datasources,
        clock: Clock,
        matchers: Option<Matchers>,
        listener: impl Fn(&Snapshot) + Send + Sync + 'static,
    ) -> Result<Self, CatalogError> {
        let collections = Arc::new(system::collections_table());
        let params = Arc::new(system::params_table());
        let main = datasources.main();
        unfinished::refuse(&**main, &params).await?;
        main.migrate(&[SchemaChange::Ensure(collections.clone())], Vec::new()).await?;
        let empty = Snapshot::new(Schema::default(), Arc::default(), Arc::default(), None);
        let catalog = Catalog {
            datasources,
            clock,
            snapshot: ArcSwap::from_pointee(empty),
            changing: Mutex::default(),
            collections,
            params,
            listener: Box::new(listener),
            stored_lines: ArcSwap::default(),
            matchers,
            unseen: tokio::sync::Notify::new(),
            asked: tokio::sync::Notify::new(),
        };
        let mut kept = catalog.load().await?;
        for _ in 0..ATTEMPTS {
            if !kept.collections.is_empty() {
                break;
            }
            catalog.install(kept.version).await?;
            kept = catalog.load().await?;
        }
        for intent in &kept.intents {
            if let Err(error) = catalog.settle(intent).await {
                let datasource = &intent.datasource;
                tracing::error!(datasource, %error, "an unfinished change cannot be settled");
            }
        }
        catalog.begin_marking().await?;
        catalog.reload().await?;
        catalog.install_lines().await?;
        Ok(catalog)
    }

    /// The schema and settings to run a request under.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// The snapshot that took the place of this one, if any did; waits a little for a change on its
    /// way. What was planned under the old one may have met tables of the new one.
    pub async fn newer(&self, known: &Arc<Snapshot>) -> Option<Arc<Snapshot>> {
        let _ = tokio::time::timeout(SETTLE, self.changing.lock()).await;
        if self.store().capabilities().shared {
            let _ = self.refresh().await;
        }
        let now = self.snapshot();
        (!Arc::ptr_eq(&now, known)).then_some(now)
    }

    /// A blank collection of a type, with its random parts.
    #[must_use]
    pub fn scaffold(&self, type_name: &str) -> Option<Collection> {
        schema::scaffold::scaffold(type_name, &mut random::text)
    }

    fn publish(
        &self,
        schema: Schema,
        settings: Arc<Settings>,
        version: u64,
        unsettled: Vec<String>,
    ) {
        self.datasources.tell(schema.collections());
        let before = self.snapshot.load();
        let lines = self.lines_under(&schema, &before);
        let mut next = Snapshot::new(schema, settings, lines, Some(&before));
        (next.version, next.unsettled) = (version, unsettled);
        let next = Arc::new(next);
        (self.listener)(&next);
        let unseen = next.has_unseen();
        self.snapshot.store(next);
        if unseen {
            self.unseen.notify_one();
        }
    }

    /// Makes the default collections, unless another node did.
    async fn install(&self, version: u64) -> Result<(), CatalogError> {
        let now = date::format(self.clock.now());
        let defaults = system::defaults(&now, &mut random::text).into_iter().map(Arc::new);
        let defaults: Vec<Arc<Collection>> = defaults.collect();
        let changes: Vec<_> = defaults.iter().cloned().map(SchemaChange::Create).collect();
        let mut writes = vec![self.count_on(version)];
        writes.extend(defaults.iter().map(|collection| self.create_row(collection)));
        match self.store().migrate(&changes, writes).await {
            Ok(()) | Err(StoreError::Guard { .. } | StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The newest snapshot, to work a change out under; what others left unfinished is ended first
    /// where it can be.
    async fn latest(&self) -> Answer<Arc<Snapshot>> {
        let failed = |error: CatalogError| match error {
            CatalogError::Store(error) => api_error(error),
            other => ApiError::internal(other.to_string()),
        };
        let loaded = self.load().await.map_err(failed)?;
        for intent in &loaded.intents {
            if let Err(error) = self.settle(intent).await {
                let datasource = &intent.datasource;
                tracing::warn!(datasource, %error, "an unfinished change cannot be settled yet");
            }
        }
        if !loaded.intents.is_empty() || loaded.version != self.snapshot().version {
            self.reload().await.map_err(failed)?;
        }
        Ok(self.snapshot())
    }

    /// Where definitions and settings are kept.
    fn store(&self) -> &dyn Store {
        &**self.datasources.main()
    }

    fn create_row(&self, collection: &Collection) -> Write {
        Write::create(collection.to_row(&self.collections))
    }

    fn now(&self) -> String {
        date::format(self.clock.now())
    }
}

/// What a client is told whose change others came before again and again.
fn overtaken() -> ApiError {
    ApiError::bad_request("Other changes were made at the same time, try again.")
}

/// What a client is told when the definition of a collection names what is not there.
fn missing() -> ApiError {
    ApiError::not_found()
}

/// The collection of that id or name.
fn find<'a>(snapshot: &'a Snapshot, id_or_name: &str) -> Answer<&'a Arc<Collection>> {
    snapshot.schema.find(id_or_name).ok_or_else(missing)
}

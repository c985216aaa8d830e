//! Wiring, done once: every service gets what it needs and its own section of the configuration.

mod following;
mod joined;
mod sharing;

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::thread::available_parallelism;

use purlin_model::schema::MAIN;
use tokio::task::JoinHandle;

use crate::auth::{Auth, Sessions, Superusers};
use crate::authz;
use crate::cache::Cache;
use crate::catalog::{Catalog, CatalogError, Matchers, Snapshot, holds_lines};
use crate::changes::Changes;
use crate::clock::Clock;
use crate::config::{Address, Config};
use crate::events::Bus;
use crate::limits::Limits;
use crate::logs::Logs;
use crate::nodes::{Exchange, Locks, Newsroom, Presence, Wire};
use crate::passwords::Passwords;
use crate::random;
use crate::realtime::Realtime;
use crate::records::Records;
use crate::redis::Redis;
use crate::store::{self, Datasources, Store, StoreError, Unopened, private};

use joined::{Joined, Joining};

/// The file of the request log inside the directory.
pub(crate) const LOG_FILE: &str = "logs.db";
/// Connections to a database server that the request log has for itself.
const LOG_CONNECTIONS: u32 = 2;
/// Characters in the id of a node.
const NODE_ID: usize = 8;

/// Everything that runs.
#[derive(Debug)]
pub struct App {
    /// The name of this process among those that share the databases: eight random letters and
    /// digits, drawn anew with every start.
    pub node: Arc<str>,
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
    /// What is committed, here and on other nodes.
    pub changes: Arc<Changes>,
    /// Clients that hear of it.
    pub realtime: Arc<Realtime>,
    /// What joins this node to others; `None` where it is not configured.
    pub redis: Option<Redis>,
    /// How many requests clients made.
    pub limits: Limits,
    /// What one node does at a time.
    pub locks: Locks,
    /// Which nodes there are.
    pub presence: Arc<Presence>,
    /// Submissions between nodes; `None` without Redis.
    pub exchange: Option<Arc<Exchange>>,
    newsroom: Arc<Newsroom>,
    _wire: Option<Wire>,
    /// The databases.
    pub datasources: Datasources,
    log_store: Arc<dyn Store>,
    /// Looks for what other nodes change, and what commands change beside a running server.
    watch: JoinHandle<()>,
    /// Looks after realtime connections.
    clients: JoinHandle<()>,
    /// Keeps the cache told of changes.
    following: JoinHandle<()>,
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
        let node: Arc<str> = random::text(NODE_ID).into();
        let newsroom = Arc::new(Newsroom::new(node.clone()));
        let news = newsroom.clone();
        let cache = Arc::new(Cache::new(datasources.clone(), clock.clone(), config.cache.size));
        let learner = cache.clone();
        let heard = move |snapshot: &Snapshot| {
            learner.learn(&snapshot.schema);
            listener.forget();
            news.published(snapshot.version);
        };
        let catalog = Catalog::open(datasources.clone(), clock.clone(), matchers, heard).await?;
        let passwords = Passwords::new(available_parallelism().map_or(1, usize::from));
        let catalog = Arc::new(catalog);
        let bus = Arc::new(Bus::default());
        hear(&bus, (&sessions, &catalog), (&newsroom, &cache));
        let redis = match &config.redis {
            Some(address) => Some(Redis::open(address, &catalog.installation().await?.id).await),
            None => None,
        };
        if let Some(redis) = &redis {
            cache.share(Arc::new(sharing::InRedis(redis.clone())), places(config));
        }
        let records = Records::new(cache.clone(), catalog.clone(), bus.clone(), passwords.clone());
        let records = Arc::new(records);
        let realtime = Realtime::new(
            &node,
            datasources.clone(),
            catalog.clone(),
            records.clone(),
            clock.clone(),
        );
        let ear = Arc::new(following::Ear(cache.clone()));
        let changes = Arc::new(Changes::start(&datasources, &bus, vec![ear, realtime.clone()]));
        let (kept, logs) = (cache.clone(), changes.clone());
        let following = tokio::spawn(async move { following::follow(&kept, &logs).await });
        realtime.follow_changes(&changes);
        let logs = Logs::open(log_store.clone(), clock.clone()).await;
        let auth = Auth::new(datasources.clone(), records.clone(), passwords, clock.clone());
        if let Err(error) = catalog.look_at_tables(None).await {
            tracing::warn!(%error, "the tables of adopted collections cannot be looked at");
        }
        let superusers =
            Superusers::new(catalog.clone(), records.clone(), &datasources, clock.clone());
        let watched = catalog.clone();
        let watch = tokio::spawn(async move { watched.watch().await });
        let looked_after = realtime.clone();
        let clients = tokio::spawn(async move { looked_after.watch().await });
        let joined = Joined::join(Joining {
            node: &node,
            redis: redis.as_ref(),
            newsroom: &newsroom,
            datasources: &datasources,
            clock: &clock,
            catalog: &catalog,
            sessions: &sessions,
            changes: &changes,
            cache: &cache,
            realtime: &realtime,
        });
        let Joined { exchange, wire, presence } = joined.await?;
        Ok(Arc::new(App {
            node,
            limits: Limits::new(redis.clone()),
            locks: Locks::new(redis.clone()),
            presence,
            exchange,
            newsroom,
            _wire: wire,
            watch,
            clients,
            following,
            catalog,
            changes,
            realtime,
            sessions,
            auth: Arc::new(auth),
            superusers: Arc::new(superusers),
            records,
            logs: logs.map_err(|error| OpenError::Log(log_place, error))?,
            redis,
            datasources,
            log_store,
            clock,
        }))
    }

    /// Forgets kept answers of a collection, of all with `None`: here, what nodes keep together, and
    /// on the other nodes as soon as they can be told.
    pub async fn forget_answers(&self, collection: Option<&str>) {
        self.records.cache().flush(collection).await;
        self.newsroom.forgot(collection);
    }

    /// Finishes what was accepted and closes the databases.
    pub async fn close(&self) {
        self.watch.abort();
        self.clients.abort();
        self.realtime.close();
        self.presence.leave().await;
        if let Some(redis) = &self.redis {
            self.newsroom.last_words(redis).await;
        }
        self.following.abort();
        self.logs.flush().await;
        self.datasources.close().await;
        self.log_store.close().await;
    }
}

/// What is done with the changes of this node before those who made them are answered.
fn hear(
    bus: &Bus,
    (sessions, catalog): (&Arc<Sessions>, &Arc<Catalog>),
    (newsroom, cache): (&Arc<Newsroom>, &Arc<Cache>),
) {
    let (sessions, catalog) = (sessions.clone(), catalog.clone());
    bus.listen(move |changes| {
        if changes.iter().any(|change| change.collection.is_auth()) {
            sessions.forget();
        }
        if changes.iter().any(|change| holds_lines(&change.collection)) {
            let catalog = catalog.clone();
            tokio::spawn(async move { catalog.refresh_lines().await });
        }
    });
    let (newsroom, cache) = (newsroom.clone(), cache.clone());
    bus.listen(move |changes| {
        cache.wrote(changes);
        newsroom.committed(changes);
    });
}

/// Where each datasource is, by its name: a copy of an installation is another place.
fn places(config: &Config) -> HashMap<String, String> {
    let others = config.datasources.iter().map(|(name, it)| (name.as_str(), it));
    let all = others.chain([(MAIN, &config.database)]);
    all.map(|(name, it)| (name.to_owned(), it.address.to_string())).collect()
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
    (options.sqlite.changes, options.server.changes) = (false, false);
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

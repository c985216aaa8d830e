//! Configuration: typed text ([`RawConfig`]) becomes checked settings ([`Config`]), each service
//! gets its own section.
//!
//! Command-line flags win over environment variables, those over the file, the file over defaults.

mod address;
mod database;
mod load;
mod raw;
mod redis_address;
mod size;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use address::Address;
pub use load::{Overrides, load};
pub use raw::RawConfig;
pub use redis_address::{RedisAddress, RedisForm};

/// Everything Purlin is told before it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where and from what it serves.
    pub server: ServerConfig,
    /// Where records are kept.
    pub database: DatabaseConfig,
    /// More databases, by the name collections give.
    pub datasources: BTreeMap<String, DatabaseConfig>,
    /// What joins several nodes; `None` for one that works alone, or polls.
    pub redis: Option<RedisAddress>,
    /// What is kept of changes.
    pub changes: ChangesConfig,
    /// What is kept of answers.
    pub cache: CacheConfig,
    /// Who decides which policies match.
    pub authorization: AuthorizationConfig,
    /// What is printed.
    pub log: LogConfig,
}

/// `[server]`
#[derive(Clone, Debug, PartialEq)]
pub struct ServerConfig {
    /// Address and port of HTTP.
    pub http: SocketAddr,
    /// The directory that holds everything Purlin keeps on this machine.
    pub dir: PathBuf,
    /// Origins that browsers may call from; empty = any.
    pub origins: Vec<String>,
}

/// `[database]`, and each of `[datasources]`.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseConfig {
    /// Which database it is.
    pub address: Address,
    /// What an acknowledged write has survived (SQLite; servers know for themselves).
    pub durability: Durability,
    /// Threads that read from SQLite; 0 = as many as the machine suggests.
    pub readers: usize,
    /// Connections to a server at the most; 0 = the default.
    pub pool_size: u32,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long one read may take.
    pub query_timeout: Duration,
    /// How long a connection stays open unused.
    pub idle_timeout: Duration,
    /// Copies of the database that may be read from; of the same kind as the database.
    pub replicas: Vec<Address>,
}

impl Config {
    /// Whether some database is a file, which only one process may use at a time.
    #[must_use]
    pub fn keeps_files(&self) -> bool {
        let mut all = self.datasources.values().chain([&self.database]);
        all.any(|database| database.address.is_embedded())
    }
}

/// What an acknowledged write has survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: the write is on the disk.
    Full,
    /// A crash of Purlin: a power cut may take the last moments, never consistency.
    Normal,
}

/// `[changes]`
#[derive(Clone, Debug, PartialEq)]
pub struct ChangesConfig {
    /// How long a committed change is remembered, so that who was away can hear of it.
    pub retention: Duration,
}

/// `[cache]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// How many bytes of answers this node keeps at the most; 0 = none.
    pub size: u64,
}

/// `[authorization]`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AuthorizationConfig {
    /// The file of a Casbin model that decides which policies match, in place of the shipped one.
    pub model: Option<PathBuf>,
}

/// `[log]`
#[derive(Clone, Debug, PartialEq)]
pub struct LogConfig {
    /// Which lines are printed, in the form of tracing's filters: `info`, `warn,purlin_core=debug`.
    pub filter: String,
}

/// Why a configuration is refused; one sentence for a person.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub String);

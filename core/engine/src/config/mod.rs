//! Configuration: typed text ([`RawConfig`]) becomes checked settings ([`Config`]), each service
//! gets its own section.
//!
//! Command-line flags win over environment variables, those over the file, the file over defaults.

mod load;
mod raw;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use load::{Overrides, load};
pub use raw::RawConfig;

/// Everything Purlin is told before it starts.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where and from what it serves.
    pub server: ServerConfig,
    /// Where records are kept.
    pub database: DatabaseConfig,
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

/// `[database]`
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseConfig {
    /// The file of the embedded SQLite database.
    pub file: PathBuf,
    /// What an acknowledged write has survived.
    pub durability: Durability,
    /// Threads that read; 0 = as many as the machine suggests.
    pub readers: usize,
    /// How long one read may take.
    pub query_timeout: Duration,
}

/// What an acknowledged write has survived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: the write is on the disk.
    Full,
    /// A crash of Purlin: a power cut may take the last moments, never consistency.
    Normal,
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

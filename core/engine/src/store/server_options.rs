//! How the database of a server is used.

use std::fmt;
use std::time::Duration;

/// How a store uses a database server.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerOptions {
    /// Connections at the most, to the main server and to each replica.
    pub pool_size: u32,
    /// How long a caller waits for a connection, made anew or given back by others, before the
    /// answer is `Unavailable`.
    pub connect_timeout: Duration,
    /// How long one statement may take before the answer is `Timeout`.
    pub query_timeout: Duration,
    /// Connections unused for so long are closed.
    pub idle_timeout: Duration,
    /// How long a transaction may stay open.
    pub transaction_life: Duration,
    /// Whether the log of changes is kept.
    pub changes: bool,
    /// URLs of copies of the database that reads may go to, where being a moment behind is
    /// harmless; with passwords.
    pub replicas: Vec<String>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        ServerOptions {
            pool_size: 16,
            connect_timeout: Duration::from_secs(10),
            query_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(600),
            transaction_life: Duration::from_secs(120),
            changes: true,
            replicas: Vec::new(),
        }
    }
}

impl fmt::Debug for ServerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the replicas, whose URLs hold passwords.
        f.debug_struct("ServerOptions")
            .field("pool_size", &self.pool_size)
            .field("connect_timeout", &self.connect_timeout)
            .field("query_timeout", &self.query_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .finish_non_exhaustive()
    }
}

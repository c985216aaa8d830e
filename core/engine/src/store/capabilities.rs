//! What a database is, and what it can do beside carrying out plans one at a time.

/// The kinds of databases there are stores for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// The embedded database.
    Sqlite,
    /// `PostgreSQL`, and what speaks its protocol and dialect.
    Postgres,
    /// `MySQL` and `MariaDB`.
    Mysql,
    /// `MongoDB`.
    Mongo,
}

impl Engine {
    /// The name people know it by.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "SQLite",
            Engine::Postgres => "PostgreSQL",
            Engine::Mysql => "MySQL",
            Engine::Mongo => "MongoDB",
        }
    }
}

/// What a store found out about its database when it was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Which kind of database it is.
    pub engine: Engine,
    /// What the server says of itself: `PostgreSQL 15.8`, `MariaDB 10.11.6`, `MongoDB 6.0.5`.
    pub version: String,
    /// Several writes can be one (batches, cascades); else why not, as a sentence for people.
    pub transactions: Result<(), &'static str>,
    /// Committed changes can be followed; else why not, as a sentence for people.
    pub changes: Result<(), String>,
    /// View queries are SQL of this database; else they are aggregation pipelines.
    pub sql_views: bool,
    /// Other nodes may change the same database: what is known of it has to be looked up again.
    pub shared: bool,
}

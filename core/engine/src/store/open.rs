//! Which store serves which database: the only place that knows them all.

use std::sync::Arc;

use super::mongo;
use super::mysql;
use super::postgres;
use super::sqlite::{self, Sqlite};
use super::{ServerOptions, Store, StoreError};
use crate::config::Address;

/// How a database is used, whichever it turns out to be.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Should it be a file.
    pub sqlite: sqlite::Options,
    /// Should it be a server.
    pub server: ServerOptions,
}

/// Opens the database at an address.
///
/// # Errors
/// One sentence that says why not, without the address and without secrets: it cannot be reached,
/// the credentials are wrong, the database is missing, or a privilege is.
pub async fn open(address: &Address, options: &Options) -> Result<Arc<dyn Store>, StoreError> {
    match address {
        Address::Sqlite(path) => Sqlite::open(path, options.sqlite),
        Address::Postgres(url) => postgres::open(url, options.server.clone()).await,
        Address::Mysql(url) => mysql::open(url, options.server.clone()).await,
        Address::Mongo(url) => mongo::open(url, mongo::Options::from(&options.server)).await,
    }
}

//! SQLite: a directory with a file.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use purlin_core::store::sqlite::{Options, Sqlite};
use purlin_core::store::{Store, StoreError};

use super::{Backend, Fresh, Limits};

/// A directory for a database file; it goes when this is dropped.
pub(crate) struct Database {
    pub(crate) directory: PathBuf,
}

impl Database {
    pub(crate) fn new() -> Self {
        Self::called("", &super::name()).unwrap()
    }

    fn called(folder: &str, name: &str) -> Result<Self, String> {
        let directory = match folder {
            "" => std::env::temp_dir().join(name),
            folder => PathBuf::from(folder).join(name),
        };
        std::fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        Ok(Database { directory })
    }

    /// Opens the store.
    pub(crate) fn store(&self, limits: Limits) -> Result<Arc<dyn Store>, StoreError> {
        let Limits { query_timeout, transaction_life } = limits;
        let options = Options { query_timeout, transaction_life, ..Options::default() };
        Sqlite::open(&self.directory.join("data.db"), options)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}

impl Backend for Database {
    const NAME: &'static str = "SQLite";
    /// The folder its directory is made in; the temporary folder when it is empty.
    const SERVER: (&'static str, &'static str) = ("PURLIN_TEST_SQLITE_FOLDER", "");

    async fn make(folder: &str, name: &str) -> Result<Self, String> {
        Self::called(folder, name)
    }
}

#[async_trait]
impl Fresh for Database {
    async fn open(&self, limits: Limits) -> Result<Arc<dyn Store>, StoreError> {
        self.store(limits)
    }

    /// Dropping does it.
    async fn remove(&self) {}

    fn endless(&self) -> &'static str {
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) AS id FROM n"
    }
}

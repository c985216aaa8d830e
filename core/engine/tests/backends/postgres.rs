//! PostgreSQL: a database of the server.

use std::sync::Arc;

use async_trait::async_trait;
use purlin_core::store::{Store, StoreError};
use sqlx::{Connection as _, Executor as _, PgConnection};

use super::{Backend, Fresh, Limits};

/// A database, and where to connect to be rid of it.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    async fn tell(server: &str, statement: String) -> Result<(), sqlx::Error> {
        let mut connection = PgConnection::connect(server).await?;
        connection.execute(sqlx::AssertSqlSafe(statement)).await?;
        connection.close().await
    }
}

impl Backend for Database {
    const NAME: &'static str = "PostgreSQL";
    const SERVER: (&'static str, &'static str) =
        ("PURLIN_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres");

    async fn make(server: &str, name: &str) -> Result<Self, String> {
        let made = Self::tell(server, format!("CREATE DATABASE {name}")).await;
        made.map_err(|error| error.to_string())?;
        Ok(Database { server: server.to_owned(), name: name.to_owned() })
    }
}

#[async_trait]
impl Fresh for Database {
    async fn open(&self, limits: Limits) -> Result<Arc<dyn Store>, StoreError> {
        super::served(&super::url_of(&self.server, &self.name), limits).await
    }

    async fn remove(&self) {
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        Self::tell(&self.server, statement).await.unwrap();
    }

    fn endless(&self) -> &'static str {
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 0 FROM n) SELECT max(x) AS id FROM n"
    }
}

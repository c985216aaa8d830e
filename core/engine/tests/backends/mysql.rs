//! MySQL and MariaDB: a database of the server.

use std::sync::Arc;

use async_trait::async_trait;
use purlin_core::store::{Store, StoreError};
use sqlx::{Connection as _, Executor as _, MySqlConnection};

use super::{Backend, Fresh, Limits};

/// A database, and where to connect to be rid of it.
pub(crate) struct Database {
    server: String,
    name: String,
}

impl Database {
    async fn tell(server: &str, statement: String) -> Result<(), sqlx::Error> {
        let mut connection = MySqlConnection::connect(server).await?;
        connection.execute(sqlx::AssertSqlSafe(statement)).await?;
        connection.close().await
    }
}

impl Backend for Database {
    const NAME: &'static str = "MySQL or MariaDB";
    const SERVER: (&'static str, &'static str) =
        ("PURLIN_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306");

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
        Self::tell(&self.server, format!("DROP DATABASE {}", self.name)).await.unwrap();
    }

    fn endless(&self) -> &'static str {
        "SELECT sleep(1000) AS id"
    }
}

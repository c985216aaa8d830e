//! Sessions of the connections to one server.

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{ConnectOptions as _, Executor as _};

use super::error::{cannot_connect, refused};
use crate::store::{StoreError, pool};

pub(super) type Pool = pool::Pool<Sessions>;
pub(super) type Pooled = pool::Pooled<Sessions>;

/// Sessions of these settings.
pub(super) struct Sessions {
    pub(super) options: MySqlConnectOptions,
    /// The statement a new connection is told first.
    pub(super) first: String,
}

impl pool::Sessions for Sessions {
    type Connection = MySqlConnection;

    async fn connect(&self) -> Result<MySqlConnection, StoreError> {
        let mut connection = self.options.connect().await.map_err(|e| cannot_connect(&e))?;
        connection.execute(self.first.as_str()).await.map_err(|error| refused(&error))?;
        Ok(connection)
    }

    /// Nobody knows in which state it is: it is closed, which undoes too.
    async fn undo(_: &mut MySqlConnection) -> bool {
        false
    }
}

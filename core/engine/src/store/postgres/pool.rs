//! Sessions of the connections to one server.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Executor as _};
use tokio::time::timeout;

use super::error::unreachable;
use crate::store::{StoreError, pool};

/// How long a connection given back in the middle of something may take to come to its end.
const ENDING: Duration = Duration::from_secs(5);

pub(super) type Pool = pool::Pool<Sessions>;
pub(super) type Pooled = pool::Pooled<Sessions>;

/// Sessions of these settings.
pub(super) struct Sessions(pub(super) PgConnectOptions);

impl pool::Sessions for Sessions {
    type Connection = PgConnection;

    async fn connect(&self) -> Result<PgConnection, StoreError> {
        self.0.connect().await.map_err(|error| unreachable(&error))
    }

    async fn undo(connection: &mut PgConnection) -> bool {
        // Without a transaction this is a warning of the server's, nothing more.
        matches!(timeout(ENDING, connection.execute("ROLLBACK")).await, Ok(Ok(_)))
    }
}

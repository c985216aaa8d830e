//! The connections to one server. Our own list of them: a pool that tests each connection before
//! or after use adds a round trip to every statement.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::{ConnectOptions, Connection as _, Executor as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::{cannot_connect, refused};
use crate::store::StoreError;

/// Connections, open and to be opened.
pub(super) struct Pool {
    options: MySqlConnectOptions,
    /// The statement a new connection is told first.
    session: String,
    idle: Mutex<Vec<Idle>>,
    permits: Arc<Semaphore>,
    /// How long a caller waits for a connection.
    patience: Duration,
    /// How long one stays open unused.
    idle_time: Duration,
}

struct Idle {
    connection: MySqlConnection,
    since: Instant,
}

/// A connection in use. Dropped without [`Pooled::done`], it is closed: nobody knows in which state
/// it is.
pub(super) struct Pooled {
    connection: Option<MySqlConnection>,
    pool: Arc<Pool>,
    /// Whether it was used before: the server may have gone since.
    pub(super) is_used: bool,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    pub(super) fn new(
        options: MySqlConnectOptions,
        session: String,
        size: u32,
        patience: Duration,
        idle_time: Duration,
    ) -> Arc<Self> {
        Arc::new(Pool {
            options,
            session,
            idle: Mutex::default(),
            permits: Arc::new(Semaphore::new(usize::try_from(size.max(1)).unwrap_or(1))),
            patience,
            idle_time,
        })
    }

    /// A connection, waited for as long as callers may.
    ///
    /// # Errors
    /// `Unavailable` when the server is away, all connections stay in use, or the pool is closed.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Pooled, StoreError> {
        let end = Instant::now() + self.patience;
        let permits = self.permits.clone();
        let permit = match permits.try_acquire_owned() {
            Ok(permit) => permit,
            Err(tokio::sync::TryAcquireError::Closed) => return Err(closed()),
            Err(tokio::sync::TryAcquireError::NoPermits) => {
                let waiting = timeout(self.patience, self.permits.clone().acquire_owned());
                match waiting.await {
                    Ok(permit) => permit.map_err(|_| closed())?,
                    Err(_) => {
                        let text = "all connections to the database are in use";
                        return Err(StoreError::Unavailable(text.to_owned()));
                    }
                }
            }
        };
        let used = self.pop();
        let is_used = used.is_some();
        let connection = match used {
            Some(connection) => connection,
            None => {
                let left = end.saturating_duration_since(Instant::now());
                match timeout(left.max(Duration::from_secs(1)), self.connect()).await {
                    Ok(connected) => connected?,
                    Err(_) => {
                        return Err(StoreError::Unavailable(
                            "cannot connect to the database: it does not answer".to_owned(),
                        ));
                    }
                }
            }
        };
        Ok(Pooled { connection: Some(connection), pool: self.clone(), is_used, _permit: permit })
    }

    async fn connect(&self) -> Result<MySqlConnection, StoreError> {
        let mut connection = self.options.connect().await.map_err(|e| cannot_connect(&e))?;
        let session = sqlx::AssertSqlSafe(self.session.clone());
        connection.execute(session).await.map_err(|error| refused(&error))?;
        Ok(connection)
    }

    fn pop(&self) -> Option<MySqlConnection> {
        let mut idle = self.list();
        // The one used last is on top; what lies below too long is dropped.
        let old = idle.iter().take_while(|it| it.since.elapsed() > self.idle_time).count();
        idle.drain(..old);
        idle.pop().map(|it| it.connection)
    }

    /// Forgets the connections that are not in use: the server they led to is gone.
    pub(super) fn forget(&self) {
        self.list().clear();
    }

    /// Gives no more connections, closes those not in use and waits for the others.
    pub(super) async fn close(&self, size: u32) {
        let wait = self.permits.acquire_many(size.max(1));
        let _ = timeout(Duration::from_secs(10), wait).await;
        self.permits.close();
        let idle = std::mem::take(&mut *self.list());
        for it in idle {
            let _ = timeout(Duration::from_secs(1), it.connection.close()).await;
        }
    }

    fn list(&self) -> std::sync::MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the database is closed".to_owned())
}

impl Pooled {
    /// The connection.
    ///
    /// # Errors
    /// `Unavailable` after it was given back, which no caller does.
    pub(super) fn raw(&mut self) -> Result<&mut MySqlConnection, StoreError> {
        self.connection.as_mut().ok_or_else(closed)
    }

    /// Gives it back for others to use: no statement is under way, no transaction open.
    pub(super) fn done(mut self) {
        if let Some(connection) = self.connection.take()
            && !self.pool.permits.is_closed()
        {
            self.pool.list().push(Idle { connection, since: Instant::now() });
        }
    }

    /// Whether the error says that the server is gone, and with it all other connections.
    pub(super) fn is_lost(&self, error: &StoreError) -> bool {
        let lost = matches!(error, StoreError::Unavailable(_));
        if lost {
            self.pool.forget();
        }
        lost
    }
}

impl fmt::Debug for Pooled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pooled")
    }
}

//! The connections to one server. Our own list of them: a pool that tests each connection before or
//! after its use adds a round trip to every statement.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::error::unreachable;
use crate::store::StoreError;

/// A connection unused for longer may have been closed by the other side: before what must not be
/// sent twice it is asked.
const FRESH: Duration = Duration::from_secs(1);
/// How long a connection given back in the middle of something may take to come to its end.
const ENDING: Duration = Duration::from_secs(5);

/// How a pool behaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Connections at the most.
    pub(super) size: u32,
    /// How long a caller waits for one.
    pub(super) patience: Duration,
    /// How long one stays open unused.
    pub(super) idle: Duration,
}

/// Connections, open and to be opened.
pub(super) struct Pool {
    options: PgConnectOptions,
    limits: Limits,
    /// Those not in use, the one used last on top.
    idle: Mutex<Vec<Idle>>,
    permits: Arc<Semaphore>,
}

struct Idle {
    connection: PgConnection,
    since: Instant,
}

/// A connection in use. Dropped without [`Pooled::done`] it is in the middle of something: what was
/// begun is brought to its end and undone before others get it.
pub(super) struct Pooled {
    connection: Option<PgConnection>,
    pool: Arc<Pool>,
    /// Whether it was used before: the server may have gone since.
    pub(super) is_used: bool,
    permit: Option<OwnedSemaphorePermit>,
}

impl Pool {
    pub(super) fn new(options: PgConnectOptions, limits: Limits) -> Arc<Self> {
        let size = usize::try_from(limits.size.max(1)).unwrap_or(1);
        let permits = Arc::new(Semaphore::new(size));
        Arc::new(Pool { options, limits, idle: Mutex::default(), permits })
    }

    /// A connection, waited for as long as callers may.
    ///
    /// # Errors
    /// `Unavailable` when the server is away, all connections stay in use, or the pool is closed.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Pooled, StoreError> {
        let permit = match self.permits.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let waiting = timeout(self.limits.patience, self.permits.clone().acquire_owned());
                let busy =
                    || StoreError::Unavailable("all connections to the database are in use".into());
                waiting.await.map_err(|_| busy())?.map_err(|_| closed())?
            }
        };
        let used = self.pop();
        let is_used = used.is_some();
        let connection = match used {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let connection = Some(connection);
        Ok(Pooled { connection, pool: self.clone(), is_used, permit: Some(permit) })
    }

    /// The same, for what must not be sent twice: the connection is known to work.
    pub(super) async fn take_tested(self: &Arc<Self>) -> Result<Pooled, StoreError> {
        loop {
            let stale = self.list().last().is_some_and(|it| it.since.elapsed() > FRESH);
            let mut pooled = self.take().await?;
            if !stale || !pooled.is_used {
                return Ok(pooled);
            }
            if let Ok(Ok(())) = timeout(ENDING, pooled.raw()?.ping()).await {
                return Ok(pooled);
            }
            self.forget();
            pooled.discard();
        }
    }

    async fn connect(&self) -> Result<PgConnection, StoreError> {
        match timeout(self.limits.patience, self.options.connect()).await {
            Ok(connected) => connected.map_err(|error| unreachable(&error)),
            Err(_) => Err(StoreError::Unavailable("the database server does not answer".into())),
        }
    }

    fn pop(&self) -> Option<PgConnection> {
        let mut idle = self.list();
        let old = idle.iter().take_while(|it| it.since.elapsed() > self.limits.idle).count();
        idle.drain(..old);
        idle.pop().map(|it| it.connection)
    }

    /// Drops the connections that are not in use: the server they led to is gone.
    pub(super) fn forget(&self) {
        self.list().clear();
    }

    /// Gives no more connections, waits for those in use and closes all.
    pub(super) async fn close(&self) {
        let _ = timeout(Duration::from_secs(10), self.permits.acquire_many(self.limits.size)).await;
        self.permits.close();
        let idle = std::mem::take(&mut *self.list());
        for it in idle {
            let _ = timeout(Duration::from_secs(1), it.connection.close()).await;
        }
    }

    fn give_back(&self, connection: PgConnection) {
        if !self.permits.is_closed() {
            self.list().push(Idle { connection, since: Instant::now() });
        }
    }

    fn list(&self) -> MutexGuard<'_, Vec<Idle>> {
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
    pub(super) fn raw(&mut self) -> Result<&mut PgConnection, StoreError> {
        self.connection.as_mut().ok_or_else(closed)
    }

    /// Gives it back for others to use: no statement is under way, no transaction open.
    pub(super) fn done(mut self) {
        if let Some(connection) = self.connection.take() {
            self.pool.give_back(connection);
        }
    }

    /// Closes it: it does not work any more.
    pub(super) fn discard(mut self) {
        self.connection = None;
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // The connection counts as used until it is clean again.
        let (pool, permit) = (self.pool.clone(), self.permit.take());
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            use sqlx::Executor as _;
            // Without a transaction this is a warning of the server's, nothing more.
            let ended = timeout(ENDING, connection.execute("ROLLBACK")).await;
            if matches!(ended, Ok(Ok(_))) {
                pool.give_back(connection);
            }
            drop(permit);
        });
    }
}

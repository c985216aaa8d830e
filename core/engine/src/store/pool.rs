//! The connections to one database server. Our own list of them: a pool that tests each connection
//! before or after its use adds a round trip to every statement.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{ServerOptions, StoreError};

/// A connection unused for longer may have been closed by the other side: before what must not be
/// sent twice it is asked.
const FRESH: Duration = Duration::from_secs(1);
/// How long a connection may take to answer that it works.
const TESTING: Duration = Duration::from_secs(5);
/// What remains at the least to connect, however long the caller waited for its turn.
const CONNECTING: Duration = Duration::from_secs(1);

/// How sessions with a server begin and end.
pub(super) trait Sessions: Send + Sync + 'static {
    type Connection: sqlx::Connection;

    /// A new connection, ready for statements.
    ///
    /// # Errors
    /// `Unavailable` with one sentence that says why not.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection, StoreError>> + Send;

    /// Brings a connection that was left in the middle of something to its end and undoes what was
    /// begun: whether others may have it now.
    fn undo(connection: &mut Self::Connection) -> impl Future<Output = bool> + Send;
}

/// How a pool behaves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Connections at the most.
    size: u32,
    /// How long a caller waits for one.
    patience: Duration,
    /// How long one stays open unused.
    idle: Duration,
}

impl Limits {
    /// Of so many connections to a server used so.
    pub(super) fn of(size: u32, options: &ServerOptions) -> Self {
        let (patience, idle) = (options.connect_timeout, options.idle_timeout);
        Limits { size: size.max(1), patience, idle }
    }
}

/// Connections, open and to be opened.
pub(super) struct Pool<S: Sessions> {
    sessions: S,
    limits: Limits,
    /// Those not in use, the one used last on top.
    idle: Mutex<Vec<Idle<S::Connection>>>,
    permits: Arc<Semaphore>,
}

struct Idle<C> {
    connection: C,
    since: Instant,
}

/// A connection in use. Dropped without [`Pooled::done`] it is in the middle of something: it is
/// [undone](Sessions::undo) before others get it, or closed.
pub(super) struct Pooled<S: Sessions> {
    connection: Option<S::Connection>,
    pool: Arc<Pool<S>>,
    /// Whether it was used before: the server may have gone since.
    pub(super) is_used: bool,
    permit: Option<OwnedSemaphorePermit>,
}

impl<S: Sessions> Pool<S> {
    pub(super) fn new(sessions: S, limits: Limits) -> Arc<Self> {
        let size = usize::try_from(limits.size).unwrap_or(1);
        let permits = Arc::new(Semaphore::new(size));
        Arc::new(Pool { sessions, limits, idle: Mutex::default(), permits })
    }

    /// A connection, waited for as long as callers may.
    ///
    /// # Errors
    /// `Unavailable` when the server is away, all connections stay in use, or the pool is closed.
    pub(super) async fn take(self: &Arc<Self>) -> Result<Pooled<S>, StoreError> {
        let end = Instant::now() + self.limits.patience;
        let permit = match self.permits.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let waiting = timeout(self.limits.patience, self.permits.clone().acquire_owned());
                let busy = |_| unavailable("all connections to the database are in use");
                waiting.await.map_err(busy)?.map_err(|_| closed())?
            }
        };
        let used = self.pop();
        let is_used = used.is_some();
        let connection = match used {
            Some(connection) => connection,
            None => {
                let left = end.saturating_duration_since(Instant::now()).max(CONNECTING);
                let silent = |_| unavailable("cannot connect to the database: it does not answer");
                timeout(left, self.sessions.connect()).await.map_err(silent)??
            }
        };
        let connection = Some(connection);
        Ok(Pooled { connection, pool: self.clone(), is_used, permit: Some(permit) })
    }

    /// The same, for what must not be sent twice: the connection is known to work.
    pub(super) async fn take_tested(self: &Arc<Self>) -> Result<Pooled<S>, StoreError> {
        loop {
            let stale = self.list().last().is_some_and(|it| it.since.elapsed() > FRESH);
            let mut pooled = self.take().await?;
            if !stale || !pooled.is_used {
                return Ok(pooled);
            }
            if let Ok(Ok(())) = timeout(TESTING, pooled.raw()?.ping()).await {
                return Ok(pooled);
            }
            self.forget();
            pooled.discard();
        }
    }

    fn pop(&self) -> Option<S::Connection> {
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

    fn give_back(&self, connection: S::Connection) {
        if !self.permits.is_closed() {
            self.list().push(Idle { connection, since: Instant::now() });
        }
    }

    fn list(&self) -> MutexGuard<'_, Vec<Idle<S::Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(text: &str) -> StoreError {
    StoreError::Unavailable(text.to_owned())
}

fn closed() -> StoreError {
    unavailable("the database is closed")
}

impl<S: Sessions> Pooled<S> {
    /// The connection.
    ///
    /// # Errors
    /// `Unavailable` after it was given back, which no caller does.
    pub(super) fn raw(&mut self) -> Result<&mut S::Connection, StoreError> {
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

    /// Whether the error says that the server is gone, and with it all other connections.
    pub(super) fn is_lost(&self, error: &StoreError) -> bool {
        let lost = matches!(error, StoreError::Unavailable(_));
        if lost {
            self.pool.forget();
        }
        lost
    }
}

impl<S: Sessions> Drop for Pooled<S> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // The connection counts as used until it is clean again.
        let (pool, permit) = (self.pool.clone(), self.permit.take());
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if S::undo(&mut connection).await {
                pool.give_back(connection);
            }
            drop(permit);
        });
    }
}

impl<S: Sessions> fmt::Debug for Pooled<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pooled")
    }
}

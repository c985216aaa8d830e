//! What is tried again, and when.

use std::sync::Arc;
use std::time::Duration;

use purlin_model::plan::Write;
use sqlx::Connection as _;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::error::{is_broken, is_stale_plan, refused};
use super::pool::{Pool, Pooled};
use super::{apply, run};
use crate::store::pause::pause;
use crate::store::{Assigned, StoreError};

/// How often writes that meet others' are tried.
const ATTEMPTS: u32 = 40;
/// The longest wait before trying again.
pub(super) const LONGEST: Duration = Duration::from_millis(200);
/// What a caller waits beyond the time the server gives a statement itself.
const GRACE: Duration = Duration::from_secs(2);

/// A read, tried once more where the connection turns out to be of no use or remembers tables that
/// have changed.
pub(super) struct Reading<'p> {
    pool: &'p Arc<Pool>,
    time: Duration,
    again: bool,
}

impl<'p> Reading<'p> {
    pub(super) fn on(pool: &'p Arc<Pool>, time: Duration) -> Self {
        Reading { pool, time, again: true }
    }

    /// The connection to read on, and how long that may take.
    pub(super) async fn connection(&self) -> Result<(Pooled, Duration), StoreError> {
        Ok((self.pool.take().await?, self.time + GRACE))
    }

    /// What came of it; `None` = try again.
    pub(super) async fn settle<T>(
        &mut self,
        pooled: Pooled,
        result: Result<Result<T, sqlx::Error>, Elapsed>,
    ) -> Option<Result<T, StoreError>> {
        let error = match result {
            Ok(Ok(value)) => {
                pooled.done();
                return Some(Ok(value));
            }
            Ok(Err(error)) => error,
            Err(_) => {
                pooled.discard();
                return Some(Err(StoreError::Timeout));
            }
        };
        let again = is_broken(&error) && pooled.is_used || is_stale_plan(&error);
        settle(self.pool, pooled, &error).await;
        if std::mem::replace(&mut self.again, false) && again {
            return None;
        }
        Some(Err(refused(&error)))
    }
}

/// Reads: `reading!(pool, time, |connection| future)`.
macro_rules! reading {
    ($pool:expr, $time:expr, |$connection:ident| $read:expr) => {{
        let mut reading = $crate::store::postgres::retry::Reading::on($pool, $time);
        loop {
            let (mut pooled, time) = reading.connection().await?;
            let $connection = pooled.raw()?;
            let result = tokio::time::timeout(time, $read).await;
            if let Some(done) = reading.settle(pooled, result).await {
                break done;
            }
        }
    }};
}
pub(super) use reading;

/// Gives a connection back after an error, or drops it.
async fn settle(pool: &Arc<Pool>, mut pooled: Pooled, error: &sqlx::Error) {
    if is_broken(error) {
        pool.forget();
        return pooled.discard();
    }
    if is_stale_plan(error) {
        let cleared = match pooled.raw() {
            Ok(connection) => connection.clear_cached_statements().await.is_ok(),
            Err(_) => false,
        };
        if !cleared {
            return pooled.discard();
        }
    }
    pooled.done();
}

/// Carries out a batch, in a transaction of its own if there are several writes; again where others
/// were in the way.
pub(super) async fn write(
    pool: &Arc<Pool>,
    time: Duration,
    batch: &[Write],
    logs: bool,
) -> Result<Vec<Assigned>, StoreError> {
    let transact = batch.len() > 1;
    for attempt in 0..ATTEMPTS {
        let mut pooled = pool.take_tested().await?;
        let result = match transact {
            true => timeout(time * 4 + GRACE, transacted(&mut pooled, batch, logs)).await,
            false => timeout(time + GRACE, apply::alone(pooled.raw()?, batch, logs)).await,
        };
        let Ok(result) = result else {
            pooled.discard();
            return Err(StoreError::Timeout);
        };
        match result {
            Ok(assigned) => {
                pooled.done();
                return Ok(assigned);
            }
            Err(StoreError::Conflict) => drop(pooled),
            Err(error @ StoreError::Unavailable(_)) => {
                pooled.discard();
                return Err(error);
            }
            Err(error) => {
                // Without a transaction the connection is as good as before.
                if !transact {
                    pooled.done();
                }
                return Err(error);
            }
        }
        pause(attempt, LONGEST).await;
    }
    Err(StoreError::Conflict)
}

async fn transacted(
    pooled: &mut Pooled,
    batch: &[Write],
    logs: bool,
) -> Result<Vec<Assigned>, StoreError> {
    let connection = pooled.raw()?;
    let failed = |error| refused(&error);
    run::command(connection, "BEGIN").await.map_err(failed)?;
    let assigned = apply::logged_batch(connection, batch, logs).await;
    if assigned.is_err() {
        // What others wait for is free at once, before the answer goes out.
        run::command(connection, "ROLLBACK").await.map_err(failed)?;
        return assigned;
    }
    run::command(connection, "COMMIT").await.map_err(failed)?;
    assigned
}

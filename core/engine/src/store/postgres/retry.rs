//! What is tried again, and when.

use std::sync::Arc;
use std::time::Duration;

use purlin_model::plan::Write;
use rand::Rng as _;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use tokio::time::timeout;

use super::error::{is_broken, is_stale_plan, refused};
use super::pool::{Pool, Pooled};
use super::{apply, run};
use crate::store::{Assigned, StoreError};

/// How often writes that meet others' are tried.
const ATTEMPTS: u32 = 40;
/// The longest wait before trying again.
const LONGEST: Duration = Duration::from_millis(200);
/// What a caller waits beyond the time the server gives a statement itself.
const GRACE: Duration = Duration::from_secs(2);

/// Reads; once more where the connection turns out to be of no use or remembers tables that have
/// changed.
pub(super) async fn read<T>(
    pool: &Arc<Pool>,
    time: Duration,
    read: impl AsyncFn(&mut PgConnection) -> Result<T, sqlx::Error>,
) -> Result<T, StoreError> {
    let mut again = true;
    loop {
        let mut pooled = pool.take().await?;
        let used = pooled.is_used;
        let Ok(result) = timeout(time + GRACE, read(pooled.raw()?)).await else {
            pooled.discard();
            return Err(StoreError::Timeout);
        };
        let error = match result {
            Ok(value) => {
                pooled.done();
                return Ok(value);
            }
            Err(error) => error,
        };
        let again_now = again && (is_broken(&error) && used || is_stale_plan(&error));
        settle(pool, pooled, &error).await;
        if !again_now {
            return Err(refused(&error));
        }
        again = false;
    }
}

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

/// Carries out a batch, in a transaction of its own if `transact`; again where others were in the
/// way.
pub(super) async fn write(
    pool: &Arc<Pool>,
    time: Duration,
    batch: &[Write],
    transact: bool,
) -> Result<Vec<Assigned>, StoreError> {
    for attempt in 0..ATTEMPTS {
        let mut pooled = pool.take_tested().await?;
        let result = match transact {
            true => timeout(time * 4 + GRACE, transacted(&mut pooled, batch)).await,
            false => timeout(time + GRACE, apply::batch(pooled.raw()?, batch)).await,
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
        pause(attempt).await;
    }
    Err(StoreError::Conflict)
}

async fn transacted(pooled: &mut Pooled, batch: &[Write]) -> Result<Vec<Assigned>, StoreError> {
    let connection = pooled.raw()?;
    let failed = |error| refused(&error);
    run::command(connection, "BEGIN").await.map_err(failed)?;
    let assigned = apply::batch(connection, batch).await;
    if assigned.is_err() {
        // What others wait for is free at once, before the answer goes out.
        run::command(connection, "ROLLBACK").await.map_err(failed)?;
        return assigned;
    }
    run::command(connection, "COMMIT").await.map_err(failed)?;
    assigned
}

/// Waits a little longer each time, and never as long as another who waits.
pub(super) async fn pause(attempt: u32) {
    let most = Duration::from_millis(1 << attempt.min(8)).min(LONGEST);
    let part = rand::rng().random_range(0.0..1.0);
    tokio::time::sleep(most.mul_f64(part)).await;
}

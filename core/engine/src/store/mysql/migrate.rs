//! Schema changes, one node at a time.

use std::sync::Arc;

use purlin_model::plan::Write;
use sqlx::mysql::MySqlConnection;

use super::apply::{self, Undone};
use super::connection::{Ready, answers, run as tell};
use super::error::Failure;
use super::journal;
use super::migration::Migration;
use super::pool::{Pool, Pooled};
use super::server::Server;
use crate::store::sql::Statement;
use crate::store::{SchemaChange, StoreError};

/// How long one node waits while another changes the schema, seconds.
const PATIENCE: u32 = 60;

/// Applies changes and writes, all or none.
pub(super) async fn run(
    pool: &Arc<Pool>,
    server: &Server,
    changes: &[SchemaChange],
    writes: &[Write],
) -> Result<(), StoreError> {
    let mut connection = lock(pool, server, PATIENCE).await?;
    let raw = connection.raw()?;
    let result = async {
        finish_others(raw, server).await.map_err(Failure::plain)?;
        check_guards(raw, server, changes, writes).await?;
        journal::prepare(raw).await.map_err(Failure::plain)?;
        let mark = format!("purlin {}", crate::random::text(12));
        let mut migration = Migration::new(raw, server, mark);
        let result = migration.all(changes, writes).await;
        let (id, entry) = (migration.mark, migration.entry);
        match result {
            Ok(()) => {
                if let Err(failure) = journal::end(raw, server, &id, &entry).await {
                    tracing::warn!("what a change left is removed later: {}", failure.plain());
                }
                Ok(())
            }
            Err(error) => {
                if !entry.undo.is_empty() {
                    journal::end(raw, server, &id, &entry).await.map_err(Failure::plain)?;
                }
                Err(error)
            }
        }
    };
    let result = result.await;
    unlock(connection).await;
    result
}

/// Ends what a node that died has begun; nothing while another node works.
pub(super) async fn recover(pool: &Arc<Pool>, server: &Server) -> Result<(), StoreError> {
    let mut connection = pool.take().await?;
    let left = journal::left(connection.raw()?, server).await.map_err(Failure::plain)?;
    connection.done();
    if left.is_empty() {
        return Ok(());
    }
    let Ok(mut connection) = lock(pool, server, 0).await else { return Ok(()) };
    let result = finish_others(connection.raw()?, server).await;
    unlock(connection).await;
    result.map_err(Failure::plain)
}

async fn finish_others(raw: &mut MySqlConnection, server: &Server) -> Result<(), Failure> {
    for (id, entry) in journal::left(raw, server).await? {
        let what = if entry.done { "cleaned up after" } else { "undone" };
        tracing::warn!("a schema change that was not ended is {what}");
        journal::end(raw, server, &id, &entry).await?;
    }
    Ok(())
}

/// A connection that alone may change the schema.
async fn lock(pool: &Arc<Pool>, server: &Server, seconds: u32) -> Result<Pooled, StoreError> {
    let mut connection = pool.take().await?;
    let raw = connection.raw()?;
    let patience = if server.is_mariadb {
        "SET SESSION max_statement_time=0, SESSION lock_wait_timeout=60"
    } else {
        "SET SESSION max_execution_time=0, SESSION lock_wait_timeout=60"
    };
    tell(raw, patience).await.map_err(Failure::plain)?;
    let text = format!(
        "SELECT 1 FROM DUAL WHERE GET_LOCK(LEFT(SHA2(CONCAT('purlin ', DATABASE()), 256), 40), {seconds}) = 1"
    );
    let ready = Ready::new(&Statement::new(server.dialect(), &text), server.packet)?.once();
    if answers(raw, ready).await.map_err(Failure::plain)? {
        return Ok(connection);
    }
    Err(StoreError::Unavailable("another node is changing the schema".to_owned()))
}

/// The connection is closed: with it go the lock and what it was told of patience.
async fn unlock(mut connection: Pooled) {
    if let Ok(raw) = connection.raw() {
        let _ = tell(raw, "DO RELEASE_ALL_LOCKS()").await;
    }
    drop(connection);
}

/// Before anything changes: the guards of writes to tables that do not.
async fn check_guards(
    raw: &mut MySqlConnection,
    server: &Server,
    changes: &[SchemaChange],
    writes: &[Write],
) -> Result<(), StoreError> {
    for (index, write) in writes.iter().enumerate() {
        let changing = changes.iter().any(|it| it.collection().id == write.collection().id);
        if changing {
            continue;
        }
        // What else there is shows when it is asked again, among the writes.
        let checked = apply::guards(raw, server, index, write).await;
        if let Err(Undone::For(error @ StoreError::Guard { .. })) = checked {
            return Err(error);
        }
    }
    Ok(())
}

//! The one thread that writes.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use purlin_model::plan::Write;
use tokio::sync::oneshot;

use super::connection::Connection;
use super::error::refused;
use super::queue::Queue;
use super::transaction::Operations;
use super::{apply, migrate, transaction};
use crate::store::{Assigned, SchemaChange, StoreError};

/// How many writes share a transaction at the most.
pub(super) const GROUP: usize = 256;

/// Where the answer to a job goes.
pub(super) type Answer = oneshot::Sender<Result<(), StoreError>>;

/// Where the answer to a batch of writes goes.
pub(super) type Written = oneshot::Sender<Result<Vec<Assigned>, StoreError>>;

/// Something that changes rows.
pub(super) type Change = Box<dyn FnOnce(&Connection) -> Result<u64, StoreError> + Send>;

/// What the writer does.
pub(super) enum Job {
    /// Writes of one batch.
    Write(Vec<Write>, Written),
    /// Schema changes, with the writes that record them.
    Migrate(Vec<SchemaChange>, Vec<Write>, Answer),
    /// Something in a transaction of its own; how many rows it changed.
    Run(Change, oneshot::Sender<Result<u64, StoreError>>),
    /// A transaction that uses the connection for itself until it ends.
    Begin(Operations, Answer),
}

/// Limits the writer keeps.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// For one guard.
    pub(super) guard: Duration,
    /// For one interactive transaction.
    pub(super) transaction: Duration,
}

/// Does jobs until the queue is closed and empty, then tidies up.
pub(super) fn run(connection: &Connection, queue: &Arc<Queue<Job>>, limits: Limits) {
    let mut jobs = VecDeque::new();
    while queue.take(GROUP, &mut jobs) {
        while let Some(job) = jobs.pop_front() {
            // A bug met while writing must not end all writing: the job's answer is dropped, which
            // its caller sees as an error, and what it did is undone.
            let done = catch_unwind(AssertUnwindSafe(|| match job {
                Job::Write(batch, answer) => {
                    let group = take_group(&mut jobs, batch, answer);
                    write_group(connection, group, limits.guard);
                }
                Job::Migrate(changes, writes, answer) => {
                    let result = migrate::run(connection, &changes, &writes, limits.guard);
                    let _ = answer.send(result);
                }
                Job::Run(change, answer) => {
                    let _ = answer.send(transact(connection, || change(connection)));
                }
                Job::Begin(operations, answer) => {
                    transaction::serve(connection, &operations, answer, limits.transaction);
                }
            }));
            if done.is_err() {
                tracing::error!("the database writer met a bug; the write was undone");
            }
            connection.rollback();
        }
    }
    let _ = connection.raw.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
}

type Group = Vec<(Vec<Write>, Written)>;

/// The waiting writes that follow, as many as may share a transaction.
fn take_group(jobs: &mut VecDeque<Job>, batch: Vec<Write>, answer: Written) -> Group {
    let mut size = batch.len();
    let mut group = vec![(batch, answer)];
    while let Some(Job::Write(batch, _)) = jobs.front() {
        size += batch.len();
        if size > GROUP {
            break;
        }
        if let Some(Job::Write(batch, answer)) = jobs.pop_front() {
            group.push((batch, answer));
        }
    }
    group
}

/// One transaction for all; the answers go out after the commit.
fn write_group(connection: &Connection, group: Group, guard_time: Duration) {
    let result = transact(connection, || {
        let shared = group.len() > 1;
        let mut results = Vec::with_capacity(group.len());
        for (batch, _) in &group {
            results.push(if shared {
                savepoint(connection, batch, guard_time)?
            } else {
                apply::batch(connection, batch, guard_time)
            });
        }
        // Alone in its transaction a failed batch is undone with it.
        match results.as_slice() {
            [Err(error)] => Err(error.clone()),
            _ => Ok(results),
        }
    });
    match result {
        Ok(results) => {
            for ((_, answer), result) in group.into_iter().zip(results) {
                let _ = answer.send(result);
            }
        }
        Err(error) => {
            for (_, answer) in group {
                let _ = answer.send(Err(error.clone()));
            }
        }
    }
}

/// Runs something in a transaction of its own, undone when it fails.
pub(super) fn transact<T>(
    connection: &Connection,
    run: impl FnOnce() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.begin()?;
    let result = run().and_then(|value| connection.commit().map(|()| value));
    connection.rollback();
    result
}

/// A batch within a larger transaction: its own result inside, an error outside when the whole
/// transaction is lost.
pub(super) fn savepoint(
    connection: &Connection,
    batch: &[Write],
    guard_time: Duration,
) -> Result<Result<Vec<Assigned>, StoreError>, StoreError> {
    let marked = !apply::is_single(batch);
    let noted = connection.entries.borrow().len();
    if marked {
        connection.run("SAVEPOINT batch").map_err(refused)?;
    }
    let result = apply::batch(connection, batch, guard_time);
    // A full disk and the like make SQLite give up the whole transaction.
    if connection.raw.is_autocommit() {
        let lost = StoreError::Unavailable("the transaction was lost".to_owned());
        return Err(result.err().unwrap_or(lost));
    }
    if result.is_err() {
        connection.entries.borrow_mut().truncate(noted);
    }
    if marked {
        if result.is_err() {
            connection.run("ROLLBACK TO batch").map_err(refused)?;
        }
        connection.run("RELEASE batch").map_err(refused)?;
    }
    Ok(result)
}

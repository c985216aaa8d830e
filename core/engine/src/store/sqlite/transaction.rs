//! Interactive transactions: a caller has the writer's connection for itself.

use std::fmt;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use purlin_model::plan::{Page, Select, Write};
use tokio::sync::oneshot;

use super::connection::Connection;
use super::read::Read;
use super::writer::{self, Answer};
use crate::store::{Access, Assigned, StoreError, Transaction};

/// Something to run; an error means that the whole transaction is lost.
pub(super) type Run = Box<dyn FnOnce(&Connection) -> Result<(), StoreError> + Send>;

/// What a transaction's caller asks of the writer.
pub(super) enum Operation {
    /// A read or a batch of writes.
    Run(Run),
    /// The end.
    Commit(Answer),
}

pub(super) type Operations = Receiver<Operation>;

/// An open transaction. Dropping it hangs up, which the writer takes as a rollback.
pub(super) struct Open {
    pub(super) operations: Sender<Operation>,
    pub(super) query_time: Duration,
}

impl Open {
    /// Runs something on the writer's connection.
    async fn run<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> Result<Result<T, StoreError>, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        let operation = Operation::Run(Box::new(move |connection| {
            let result = run(connection)?;
            let _ = answer.send(result);
            Ok(())
        }));
        self.operations.send(operation).map_err(|_| StoreError::Timeout)?;
        wait.await.map_err(|_| StoreError::Timeout)?
    }
}

#[async_trait]
impl Access for Open {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        let read = Read::new(select);
        let time = self.query_time;
        self.run(move |connection| Ok(connection.within(time, |connection| read.run(connection))))
            .await
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        let time = self.query_time;
        self.run(move |connection| writer::savepoint(connection, &batch, time)).await
    }
}

#[async_trait]
impl Transaction for Open {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let (answer, wait) = oneshot::channel();
        self.operations.send(Operation::Commit(answer)).map_err(|_| StoreError::Timeout)?;
        wait.await.map_err(|_| StoreError::Timeout)?
    }
}

/// Does what a transaction's caller asks until it commits, hangs up, or its time is over.
pub(super) fn serve(
    connection: &Connection,
    operations: &Operations,
    ready: Answer,
    life: Duration,
) {
    let begun = connection.begin();
    let failed = begun.is_err();
    if ready.send(begun).is_err() || failed {
        return connection.rollback();
    }
    let end = Instant::now() + life;
    loop {
        match operations.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(Operation::Run(run)) => {
                if run(connection).is_err() {
                    // The database gave the whole transaction up: nothing more can come of it.
                    return connection.rollback();
                }
            }
            Ok(Operation::Commit(answer)) => {
                let result = connection.commit();
                connection.rollback();
                let _ = answer.send(result);
                return;
            }
            Err(RecvTimeoutError::Timeout) => {
                tracing::warn!("a transaction was open for too long and was undone");
                return connection.rollback();
            }
            Err(RecvTimeoutError::Disconnected) => return connection.rollback(),
        }
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Open")
    }
}

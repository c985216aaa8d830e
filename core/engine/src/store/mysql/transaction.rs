//! Interactive transactions: a caller has a connection for itself.

use std::fmt;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use purlin_model::plan::{Entry, Page, Select, Write};
use tokio::sync::{Mutex, OwnedRwLockReadGuard};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::apply::{self, Undone};
use super::changes;
use super::connection::run;
use super::error::{Failure, conflict, silent};
use super::pool::Pooled;
use super::read::Read;
use super::server::Server;
use crate::store::definitions::Definitions;
use crate::store::replicas::Writing;
use crate::store::sql::log;
use crate::store::{Access, Assigned, StoreError, Transaction};

/// How long a rollback may take before the connection is closed, which undoes too.
const ENDING: Duration = Duration::from_secs(5);

/// An open transaction. Dropping it rolls back.
pub(super) struct Open {
    server: Arc<Server>,
    /// `None` once it is over.
    connection: Arc<Mutex<Option<Pooled>>>,
    /// What the log of changes is to say of it. That is written last, so that the numbers of its
    /// entries are given when it is about to be committed, however long it was open.
    entries: std::sync::Mutex<Vec<Entry>>,
    /// What the tables look like cannot change meanwhile.
    definitions: OwnedRwLockReadGuard<Definitions>,
    clock: AbortHandle,
    /// How long the server may be silent.
    patience: Duration,
    _writing: Writing,
}

impl Open {
    /// Begins on a connection. The server may be silent for `patience`; after `life` it is undone.
    pub(super) async fn begin(
        server: Arc<Server>,
        mut connection: Pooled,
        definitions: OwnedRwLockReadGuard<Definitions>,
        [patience, life]: [Duration; 2],
        writing: Writing,
    ) -> Result<Self, StoreError> {
        let begun = timeout(patience, run(connection.raw()?, "START TRANSACTION")).await;
        begun.unwrap_or_else(|_| Err(Failure::Other(silent()))).map_err(|failure| {
            let error = failure.plain();
            connection.is_lost(&error);
            error
        })?;
        let connection = Arc::new(Mutex::new(Some(connection)));
        let watched = Arc::downgrade(&connection);
        let clock = tokio::spawn(async move {
            tokio::time::sleep(life).await;
            if let Some(connection) = watched.upgrade()
                && let Some(open) = connection.lock().await.take()
            {
                tracing::warn!("a transaction was open for too long and was undone");
                undo(open).await;
            }
        });
        let clock = clock.abort_handle();
        let entries = std::sync::Mutex::default();
        Ok(Open { server, connection, entries, definitions, clock, patience, _writing: writing })
    }
}

impl Open {
    fn entries(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Rolls back and gives the connection back; one that fails is closed.
pub(super) async fn undo(mut connection: Pooled) {
    if let Ok(raw) = connection.raw()
        && let Ok(Ok(())) = timeout(ENDING, run(raw, "ROLLBACK")).await
    {
        connection.done();
    }
}

#[async_trait]
impl Access for Open {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        let mut slot = self.connection.lock().await;
        let open = slot.as_mut().ok_or(StoreError::Timeout)?;
        let read = Read::new(&self.server, select);
        let done = timeout(self.patience, read.run(open.raw()?)).await;
        match done.unwrap_or_else(|_| Err(Failure::Other(silent()))) {
            Ok(page) => Ok(page),
            Err(Failure::Conflict) => {
                // The server gave the whole transaction up: nothing more can come of it.
                if let Some(open) = slot.take() {
                    undo(open).await;
                }
                Err(conflict())
            }
            Err(failure) => Err(lost(&mut slot, failure.plain())),
        }
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        self.definitions.check(&batch)?;
        let mut slot = self.connection.lock().await;
        let open = slot.as_mut().ok_or(StoreError::Timeout)?;
        let raw = open.raw()?;
        let marked = batch.len() > 1;
        if marked {
            run(raw, "SAVEPOINT batch").await.map_err(Failure::plain)?;
        }
        let done = timeout(self.patience, apply::batch(raw, &self.server, &batch)).await;
        match done.unwrap_or_else(|_| Err(Undone::For(silent()))) {
            Ok(assigned) => {
                if self.server.logs {
                    self.entries().extend(log::entries(&batch, &assigned));
                }
                Ok(assigned)
            }
            Err(Undone::Again) => {
                if let Some(open) = slot.take() {
                    undo(open).await;
                }
                Err(conflict())
            }
            Err(Undone::For(error @ StoreError::Unavailable(_))) => Err(lost(&mut slot, error)),
            Err(Undone::For(error)) => {
                let undone = !marked || run(raw, "ROLLBACK TO SAVEPOINT batch").await.is_ok();
                if !undone {
                    *slot = None;
                }
                Err(lost(&mut slot, error))
            }
        }
    }
}

/// Closes a connection whose server is gone.
fn lost(slot: &mut Option<Pooled>, error: StoreError) -> StoreError {
    if slot.as_ref().is_some_and(|open| open.is_lost(&error)) {
        *slot = None;
    }
    error
}

#[async_trait]
impl Transaction for Open {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let mut open = self.connection.lock().await.take().ok_or(StoreError::Timeout)?;
        let (raw, entries) = (open.raw()?, std::mem::take(&mut *self.entries()));
        let ended = async {
            changes::write(raw, &self.server, &entries).await?;
            run(raw, "COMMIT").await
        };
        let done = timeout(self.patience, ended).await;
        match done.unwrap_or_else(|_| Err(Failure::Other(silent()))) {
            Ok(()) => {
                open.done();
                Ok(())
            }
            Err(Failure::Conflict) => {
                undo(open).await;
                Err(conflict())
            }
            Err(failure) => {
                let error = failure.plain();
                open.is_lost(&error);
                Err(error)
            }
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.clock.abort();
        let slot = self.connection.clone();
        // Where there is no runtime any more the connection is closed, which undoes too.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let open = slot.lock().await.take();
                if let Some(open) = open {
                    undo(open).await;
                }
            });
        }
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Open")
    }
}

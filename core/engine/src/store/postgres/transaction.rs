//! Open transactions: a caller has a connection for itself.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use purlin_model::plan::{Entry, Page, Select, Write};
use tokio::sync::Mutex;
use tokio::task::AbortHandle;

use super::error::{is_broken, refused};
use super::pool::{Pool, Pooled};
use super::{apply, changes, read, run};
use crate::store::definitions::Definitions;
use crate::store::replicas::Writing;
use crate::store::sql::log;
use crate::store::{Access, Assigned, StoreError, Transaction};

/// An open transaction. Dropping it rolls back.
pub(super) struct Open {
    state: Arc<Mutex<State>>,
    /// What ends it when its time is over.
    timer: AbortHandle,
    definitions: Definitions,
    query_time: Duration,
    /// Whether there is a log of changes.
    logs: bool,
    _writing: Writing,
}

enum State {
    /// With what the log of changes is to say of it. That is written last, so that the numbers of
    /// its entries are given when it is about to be committed, however long it was open.
    Open(Pooled, Vec<Entry>),
    /// Ended by itself: why.
    Over(StoreError),
}

impl Open {
    /// Begins one. A statement may take `query_time`; after `life` it is undone.
    pub(super) async fn begin(
        pool: &Arc<Pool>,
        definitions: Definitions,
        [query_time, life]: [Duration; 2],
        logs: bool,
        writing: Writing,
    ) -> Result<Self, StoreError> {
        let mut pooled = pool.take_tested().await?;
        let begun = run::command(pooled.raw()?, "BEGIN").await;
        begun.map_err(|error| refused(&error))?;
        let state = Arc::new(Mutex::new(State::Open(pooled, Vec::new())));
        let forgotten = state.clone();
        let timer = tokio::spawn(async move {
            tokio::time::sleep(life).await;
            tracing::warn!("a transaction was open for too long and was undone");
            *forgotten.lock().await = State::Over(StoreError::Timeout);
        });
        let timer = timer.abort_handle();
        Ok(Open { state, timer, definitions, query_time, logs, _writing: writing })
    }

    /// Ends the transaction where an error leaves nothing of it.
    fn settle(state: &mut State, error: &StoreError) {
        if matches!(error, StoreError::Conflict | StoreError::Timeout | StoreError::Unavailable(_))
        {
            *state = State::Over(error.clone());
        }
    }
}

impl State {
    fn connection(&mut self) -> Result<&mut sqlx::PgConnection, StoreError> {
        self.parts().map(|(connection, _)| connection)
    }

    fn parts(&mut self) -> Result<(&mut sqlx::PgConnection, &mut Vec<Entry>), StoreError> {
        match self {
            State::Open(pooled, entries) => Ok((pooled.raw()?, entries)),
            State::Over(error) => Err(error.clone()),
        }
    }
}

#[async_trait]
impl Access for Open {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        let mut state = self.state.lock().await;
        let connection = state.connection()?;
        // An error of a statement would be the end of the transaction.
        let asked = async {
            run::command(connection, "SAVEPOINT reading").await?;
            let page = read::select(connection, select).await;
            if page.as_ref().is_err_and(|error| !is_broken(error)) {
                run::command(connection, "ROLLBACK TO reading").await?;
            }
            run::command(connection, "RELEASE reading").await?;
            page
        };
        let page = match tokio::time::timeout(self.query_time * 2, asked).await {
            Ok(page) => page.map_err(|error| refused(&error)),
            Err(_) => Err(StoreError::Timeout),
        };
        page.inspect_err(|error| Open::settle(&mut state, error))
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        self.definitions.check(&batch)?;
        apply::fits(&batch)?;
        let mut state = self.state.lock().await;
        let (connection, entries) = state.parts()?;
        let written = async {
            let failed = |error| refused(&error);
            run::command(connection, "SAVEPOINT batch").await.map_err(failed)?;
            let assigned = apply::batch(connection, &batch).await;
            match &assigned {
                Err(StoreError::Conflict | StoreError::Unavailable(_)) => return assigned,
                Err(_) => {
                    run::command(connection, "ROLLBACK TO batch").await.map_err(failed)?;
                }
                Ok(assigned) if self.logs => entries.extend(log::entries(&batch, assigned)),
                Ok(_) => {}
            }
            run::command(connection, "RELEASE batch").await.map_err(failed)?;
            assigned
        };
        let written = written.await;
        written.inspect_err(|error| Open::settle(&mut state, error))
    }
}

#[async_trait]
impl Transaction for Open {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let mut state = self.state.lock().await;
        let (connection, entries) = state.parts()?;
        changes::write(connection, std::mem::take(entries)).await?;
        run::command(connection, "COMMIT").await.map_err(|error| refused(&error))?;
        let over = StoreError::Unavailable("the transaction is over".to_owned());
        if let State::Open(pooled, _) = std::mem::replace(&mut *state, State::Over(over)) {
            pooled.done();
        }
        Ok(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.timer.abort();
    }
}

impl fmt::Debug for Open {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Open")
    }
}

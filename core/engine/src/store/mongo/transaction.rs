//! Interactive transactions.
//!
//! To the server, any error ends a transaction, and so does another one in its way. Here what was
//! done so far is kept, so that it can be done again in a new one: reads must answer the same.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mongodb::ClientSession;
use purlin_model::plan::{Page, Select, Write};
use tokio::sync::{Mutex, OwnedMutexGuard, OwnedRwLockReadGuard};

use super::apply::{self, Patience};
use super::error::{Failure, refused};
use super::read;
use super::server::Server;
use crate::store::definitions::Definitions;
use crate::store::{Access, Assigned, StoreError, Transaction};

/// An open transaction. Dropping it rolls back.
pub(super) struct Open {
    server: Arc<Server>,
    state: Arc<Mutex<Option<State>>>,
}

struct State {
    session: ClientSession,
    done: Vec<Done>,
    definitions: OwnedRwLockReadGuard<Definitions>,
    _turn: OwnedMutexGuard<()>,
}

/// What was done in a transaction.
enum Done {
    Read(Box<(Select, Page)>),
    Write(Vec<Write>),
}

impl Open {
    pub(super) async fn begin(server: Arc<Server>) -> Result<Self, StoreError> {
        if let Err(reason) = server.capabilities.transactions {
            return Err(StoreError::Refused(reason.to_owned()));
        }
        // A snapshot alone lets two transactions that read what the other writes both commit. In
        // this process they take turns; other nodes meet them as conflicts. Batches go on meanwhile:
        // they hold what their guards speak of, and meet a transaction at the documents it writes.
        let turn = server.turn.clone().lock_owned().await;
        let definitions = server.definitions.clone().read_owned().await;
        let session = start(&server).await?;
        let state = State { session, done: Vec::new(), definitions, _turn: turn };
        let state = Arc::new(Mutex::new(Some(state)));
        tokio::spawn(end_in_time(server.transaction_life, Arc::downgrade(&state)));
        Ok(Open { server, state })
    }
}

async fn start(server: &Server) -> Result<ClientSession, StoreError> {
    let mut session = server.client.start_session().await.map_err(refused)?;
    session.start_transaction().await.map_err(refused)?;
    Ok(session)
}

async fn end_in_time(life: Duration, state: std::sync::Weak<Mutex<Option<State>>>) {
    tokio::time::sleep(life).await;
    let Some(state) = state.upgrade() else { return };
    let ended = state.lock().await.take();
    if let Some(mut ended) = ended {
        tracing::warn!("a transaction was open for too long and was undone");
        let _ = ended.session.abort_transaction().await;
    }
}

impl State {
    /// Does what was done so far again, in a new transaction.
    async fn again(&mut self, server: &Server) -> Result<(), Failure> {
        let _ = self.session.abort_transaction().await;
        self.session = start(server).await?;
        for done in &self.done {
            match done {
                Done::Read(read) => {
                    let (select, seen) = &**read;
                    let now =
                        read::select(&mut server.place(Some(&mut self.session)), select).await?;
                    if !same(&now, seen) {
                        return Err(StoreError::Conflict.into());
                    }
                }
                Done::Write(batch) => {
                    apply::all(server, &mut self.session, batch).await?;
                }
            }
        }
        Ok(())
    }

    /// Does what was done again until nobody is in the way.
    async fn anew(&mut self, server: &Server, patience: &mut Patience) -> Result<(), StoreError> {
        loop {
            match self.again(server).await {
                Ok(()) => return Ok(()),
                Err(Failure::Conflict(text)) => patience.wait(text).await?,
                Err(Failure::Store(error)) => return Err(error),
            }
        }
    }
}

fn same(one: &Page, other: &Page) -> bool {
    one.json == other.json
        && one.records == other.records
        && one.counts == other.counts
        && (one.count, one.total) == (other.count, other.total)
}

#[async_trait]
impl Access for Open {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        let mut state = self.state.lock().await;
        let state = state.as_mut().ok_or(StoreError::Timeout)?;
        let mut patience = Patience::new(self.server.query_time);
        loop {
            let mut place = self.server.place(Some(&mut state.session));
            match self.server.within(read::select(&mut place, select)).await {
                Ok(page) => {
                    state.done.push(Done::Read(Box::new((select.clone(), page.clone()))));
                    return Ok(page);
                }
                Err(Failure::Conflict(text)) => patience.wait(text).await?,
                Err(Failure::Store(error)) => {
                    // The server has given the transaction up; what comes next begins it anew.
                    state.anew(&self.server, &mut patience).await?;
                    return Err(error);
                }
            }
            state.anew(&self.server, &mut patience).await?;
        }
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        let mut state = self.state.lock().await;
        let state = state.as_mut().ok_or(StoreError::Timeout)?;
        state.definitions.check(&batch)?;
        let mut patience = Patience::new(self.server.query_time);
        loop {
            match apply::all(&self.server, &mut state.session, &batch).await {
                Ok(assigned) => {
                    state.done.push(Done::Write(batch));
                    return Ok(assigned);
                }
                Err(Failure::Conflict(text)) => patience.wait(text).await?,
                Err(Failure::Store(error)) => {
                    state.anew(&self.server, &mut patience).await?;
                    return Err(error);
                }
            }
            state.anew(&self.server, &mut patience).await?;
        }
    }
}

#[async_trait]
impl Transaction for Open {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        let mut state = self.state.lock().await.take().ok_or(StoreError::Timeout)?;
        let mut patience = Patience::new(self.server.query_time);
        loop {
            match apply::commit(&mut state.session).await {
                Ok(()) => return Ok(()),
                Err(Failure::Conflict(text)) => patience.wait(text).await?,
                Err(Failure::Store(error)) => return Err(error),
            }
            state.anew(&self.server, &mut patience).await?;
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let state = self.state.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let dropped = state.lock().await.take();
                if let Some(mut dropped) = dropped {
                    let _ = dropped.session.abort_transaction().await;
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

//! Batches of writes: alone where one operation can do it, else in a transaction that is tried
//! again while others are in its way.

use std::time::{Duration, Instant};

use mongodb::ClientSession;
use mongodb::error::UNKNOWN_TRANSACTION_COMMIT_RESULT;
use purlin_model::plan::Write;

use super::changes::{self, Tombstones};
use super::error::{Failure, refused};
use super::server::Server;
use super::{guard, write};
use crate::store::pause::pause;
use crate::store::{Assigned, StoreError};

/// Carries out a batch, all or none.
pub(super) async fn batch(server: &Server, writes: &[Write]) -> Result<Vec<Assigned>, StoreError> {
    if let [write] = writes
        && !changes::buries(server, write)
    {
        if let Some(done) = single(server, write).await? {
            return Ok(done.into_iter().collect());
        }
        if let (Err(_), false) = (server.capabilities.transactions, guard::of(write).is_empty()) {
            // Nothing holds what the guards saw; a server by itself knows no better.
            guard::check(server, None, (0, write)).await.map_err(Failure::last)?;
            let done = write::carry_out(server, None, (0, write), Vec::new()).await;
            return Ok(done.map_err(Failure::last)?.into_iter().collect());
        }
    }
    if let Err(reason) = server.capabilities.transactions {
        return Err(StoreError::Refused(reason.to_owned()));
    }
    let mut patience = Patience::new(server.query_time);
    loop {
        let mut session = server.client.start_session().await.map_err(refused)?;
        match attempt(server, &mut session, writes).await {
            Ok(assigned) => return Ok(assigned),
            Err(Failure::Conflict(text)) => patience.wait(text).await?,
            Err(Failure::Store(error)) => return Err(error),
        }
    }
}

/// Does one write in one operation, if its guards can be part of it.
async fn single(server: &Server, write: &Write) -> Result<Option<Option<Assigned>>, StoreError> {
    let Some(also) = guard::folded(0, write)? else { return Ok(None) };
    let mut patience = Patience::new(server.query_time);
    loop {
        let done = write::carry_out(server, None, (0, write), also.clone()).await;
        match done {
            Ok(assigned) => return Ok(Some(assigned)),
            Err(Failure::Store(StoreError::Missing { .. })) if !also.is_empty() => {}
            Err(failure) => return Err(failure.last()),
        }
        // Which guard it was, or whether the record is gone.
        guard::check(server, None, (0, write)).await.map_err(Failure::last)?;
        let bare = write::exists(server, write).await.map_err(Failure::last)?;
        if !bare {
            return Err(StoreError::Missing { write: 0 });
        }
        patience.wait("a record keeps changing".to_owned()).await?;
    }
}

async fn attempt(
    server: &Server,
    session: &mut ClientSession,
    writes: &[Write],
) -> Result<Vec<Assigned>, Failure> {
    session.start_transaction().await?;
    match all(server, session, writes).await {
        Ok(assigned) => {
            commit(session).await?;
            Ok(assigned)
        }
        Err(failure) => {
            // It ends by itself otherwise, later.
            let _ = session.abort_transaction().await;
            Err(failure)
        }
    }
}

/// Does writes in order inside of an open transaction.
pub(super) async fn all(
    server: &Server,
    session: &mut ClientSession,
    writes: &[Write],
) -> Result<Vec<Assigned>, Failure> {
    let mut assigned = Vec::new();
    let mut tombstones = Tombstones::default();
    let mut index = 0;
    while let Some(write) = writes.get(index) {
        tombstones.before(server, session, write).await?;
        let together = write::creates(&writes[index..]);
        if together > 1 {
            let part = (index, &writes[index..index + together]);
            write::create_all(server, session, part, &mut assigned).await?;
            index += together;
            continue;
        }
        let numbered = (index, write);
        guard::check(server, Some(&mut *session), numbered).await?;
        assigned.extend(write::carry_out(server, Some(&mut *session), numbered, Vec::new()).await?);
        index += 1;
    }
    tombstones.write(server, session).await?;
    Ok(assigned)
}

/// How often a commit whose outcome is unknown is asked for again.
const COMMITS: usize = 5;

/// Commits an open transaction.
pub(super) async fn commit(session: &mut ClientSession) -> Result<(), Failure> {
    let mut left = COMMITS;
    loop {
        left -= 1;
        match session.commit_transaction().await {
            Err(error) if left > 0 && error.contains_label(UNKNOWN_TRANSACTION_COMMIT_RESULT) => {}
            result => return Ok(result?),
        }
    }
}

/// How long something is tried again while others are in the way.
pub(super) struct Patience {
    end: Instant,
    tries: u32,
}

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_millis(64);

impl Patience {
    pub(super) fn new(time: Duration) -> Self {
        Patience { end: Instant::now() + time, tries: 0 }
    }

    /// Waits before a next try, while there is time for one.
    pub(super) async fn wait(&mut self, reason: String) -> Result<(), StoreError> {
        if Instant::now() > self.end {
            tracing::warn!(reason, "a transaction was given up");
            return Err(StoreError::Timeout);
        }
        pause(self.tries, LONGEST).await;
        self.tries += 1;
        Ok(())
    }
}

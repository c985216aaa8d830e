//! The log of changes: the change stream of the database, which the server keeps in its oplog.
//!
//! What is made and changed is told by the server itself. A deletion does not say what the record
//! was: a document in `_purlin_changes`, made in the same transaction, does, and is what is told.
//!
//! A position is a cluster time and how many events of that time came before: a transaction's share
//! one. `nth` 0 is before the first of them. Events are counted before it is decided what is told,
//! by a filter that never changes: otherwise positions would mean something else tomorrow. Where
//! nothing is told the position goes on all the same, as far as the server has looked: the oplog
//! forgets what others fill it with, too.

mod event;
mod events;
mod names;
mod tombstones;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures_util::FutureExt;
use mongodb::bson::{Timestamp, doc};
use mongodb::error::Error;

use self::events::{Events, Told};
pub(super) use self::names::Known;
use self::names::Names;
pub(super) use self::tombstones::{Tombstones, buries, forget, prepare};
use super::error::{code, refused};
use super::server::Server;
use crate::store::{FEED, Feed, Logged, Position, StoreError};

/// Why a server that stands alone has no log.
pub(super) const ALONE: &str = "MongoDB tells of committed changes on a replica set only, and this \
                                server is none: there is no realtime, and other nodes do not hear \
                                of changes";
/// Why a store that was opened without a log has none.
pub(super) const NONE: &str = "this database was opened without a log of changes";

/// How long `next` waits for something to tell.
const WAIT: Duration = Duration::from_millis(500);
/// How often the server is asked at the most how far the log is.
const ASK: Duration = Duration::from_millis(100);
/// The server's codes for a stream that does not reach back so far, or cannot go on.
const LOST: [i32; 3] = [136, 280, 286];

/// The change stream from a position on.
pub(super) struct Stream {
    server: Arc<Server>,
    /// `None` after an error: it is opened again at the position.
    events: Option<Events>,
    names: Names,
    position: Position,
    asked: Asked,
    caught_up: Option<Instant>,
}

/// How far the log was.
#[derive(Clone, Copy)]
struct Asked {
    when: Instant,
    /// What had been committed then has no later time.
    time: u64,
}

impl Stream {
    /// From a position on, or from now on.
    pub(super) async fn follow(
        server: Arc<Server>,
        after: Option<Position>,
    ) -> Result<Self, StoreError> {
        let asked = Asked::now(&server).await?;
        let end = self::after(asked.time);
        let position = after.unwrap_or(end);
        if position.at == 0 || position.at > end.at {
            return Err(StoreError::Gone);
        }
        let events = Some(Events::open(&server, position).await?);
        let mut names = Names::new(server.clone());
        names.look().await?;
        Ok(Stream { server, events, names, position, asked, caught_up: None })
    }

    /// Reads what is there, waiting a little for the first of it.
    async fn read(&mut self) -> Result<Vec<Logged>, StoreError> {
        let mut events = match self.events.take() {
            Some(events) => events,
            None => Events::open(&self.server, self.position).await?,
        };
        if self.caught_up >= Some(self.asked.when) && self.asked.when.elapsed() >= ASK {
            self.asked = Asked::now(&self.server).await?;
        }
        let mut changes = Vec::new();
        for nth in 0..FEED {
            // The stream holds what is under way itself: nothing is lost by not waiting for it.
            let next = events.next();
            let told = match nth {
                0 => tokio::time::timeout(WAIT, next).await.ok(),
                _ => next.now_or_never(),
            };
            match told.transpose()? {
                Some(Told::Event(event)) => {
                    let position = events.count(&event);
                    // Those of one time come together: of its own time there may be more.
                    if position.at > self.asked.time {
                        self.caught_up = Some(self.asked.when);
                    }
                    if position > self.position {
                        changes.extend(self.names.told(&event, position).await?);
                    }
                    if event.is_end() {
                        events.go_on(&self.server, event.id).await?;
                    }
                }
                Some(Told::NoMoreUpTo(time)) => {
                    if time >= self.asked.time {
                        self.caught_up = Some(self.asked.when);
                    }
                    break;
                }
                None => break,
            }
        }
        self.position = self.position.max(events.read);
        self.events = Some(events);
        Ok(changes)
    }
}

impl Asked {
    async fn now(server: &Server) -> Result<Self, StoreError> {
        let when = Instant::now();
        Ok(Asked { when, time: now(server).await? })
    }
}

#[async_trait]
impl Feed for Stream {
    async fn next(&mut self) -> Result<Vec<Logged>, StoreError> {
        self.server.still_open()?;
        self.read().await
    }

    fn position(&self) -> Position {
        self.position
    }

    fn caught_up(&self) -> Option<Instant> {
        self.caught_up
    }

    fn is_pushed(&self) -> bool {
        true
    }
}

/// The end of the log, without opening it.
pub(super) async fn end(server: &Server) -> Result<Position, StoreError> {
    Ok(after(now(server).await?))
}

/// The place after everything of a time.
fn after(time: u64) -> Position {
    Position::at(time.saturating_add(1))
}

/// The time of the newest operation the server knows of: what commits later has a greater one.
async fn now(server: &Server) -> Result<u64, StoreError> {
    let answer = server.database.run_command(doc! { "ping": 1 }).await.map_err(refused)?;
    let unknown = |_| StoreError::Unavailable("the server tells no operation time".to_owned());
    answer.get_timestamp("operationTime").map(number).map_err(unknown)
}

fn number(time: Timestamp) -> u64 {
    u64::from(time.time) << 32 | u64::from(time.increment)
}

fn timestamp(number: u64) -> Timestamp {
    #[allow(clippy::cast_possible_truncation)]
    let increment = number as u32;
    Timestamp { time: (number >> 32) as u32, increment }
}

/// What is wrong with a stream.
fn lost(error: Error) -> StoreError {
    match code(&error) {
        Some(code) if LOST.contains(&code) => StoreError::Gone,
        _ => refused(error),
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("position", &self.position).finish_non_exhaustive()
    }
}

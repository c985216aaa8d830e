//! The log from a position on.
//!
//! A number that is missing before one that is there was given to a transaction that has not
//! committed yet, or never will. No statement tells the two apart for certain: between the moment a
//! number is given and the moment its row is there to be seen locked, there is nothing to be seen.
//! So after a while, and where no row is locked, the feed takes the number itself: it writes a void
//! line under it. Should the transaction be alive all the same, it fails to insert its entry and is
//! tried again as a whole, under another number. Whichever comes first, nothing is passed over; and
//! every feed, on whatever node and at whatever time, finds the same.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::reader::Reader;
use crate::store::sql::log::{self, Place};
use crate::store::{FEED, Feed, Logged, Position, StoreError};

/// For how long a number is missing before it is asked whether it still comes.
const DOUBT: Duration = Duration::from_millis(100);

/// How long it is waited for what is about to be committed, at a time.
const MOMENT: Duration = Duration::from_millis(5);

/// How often before a feed answers that there is nothing new.
const LOOKS: usize = 6;

/// How many numbers are gone over at a time on the way to the end.
const STRIDE: usize = 20_000;

/// The log from a position on.
pub(super) struct Log {
    reader: Reader,
    place: Place,
    /// Up to here numbers have been missing, and since when.
    doubt: Option<(u64, Instant)>,
    /// Up to where this node has seen no number missing.
    whole: Arc<AtomicU64>,
}

impl Log {
    /// From a position on, or from the end. `whole` is what feeds of this store have in common.
    pub(super) async fn follow(
        reader: Reader,
        whole: Arc<AtomicU64>,
        after: Option<Position>,
    ) -> Result<Self, StoreError> {
        let (next, last) = reader.ends(after.map_or(0, |after| after.at)).await?;
        let Some(after) = after else {
            let known = Some(whole.load(Ordering::Relaxed)).filter(|known| *known <= last);
            let place = Place::new(known.unwrap_or(0), 0);
            let mut log = Log { reader, place, doubt: None, whole };
            log.go_to(last).await?;
            return Ok(log);
        };
        let place = log::place_after(after, next, last)?;
        Ok(Log { reader, place, doubt: None, whole })
    }

    /// Goes on to a number that was seen, or further: nothing can come before this place then.
    async fn go_to(&mut self, last: u64) -> Result<(), StoreError> {
        let begun = Instant::now();
        while self.place.at < last {
            let (forgotten, lines) = self.reader.numbers(self.place.at, STRIDE).await?;
            self.place.at = self.place.at.max(forgotten);
            let Some(end) = lines.last().and_then(|line| line.number()) else { break };
            let Some(gap) = self.place.take(lines)?.gap else { continue };
            if !self.settle(gap, end).await? {
                if begun.elapsed() > self.reader.time() {
                    return Err(StoreError::Timeout);
                }
                tokio::time::sleep(MOMENT).await;
            }
        }
        self.whole.fetch_max(self.place.at, Ordering::Relaxed);
        Ok(())
    }

    /// Sees to numbers that are missing before one that was read, the last of which is `end`:
    /// whether to read again.
    async fn settle(&mut self, (from, to): (u64, u64), end: u64) -> Result<bool, StoreError> {
        let (upto, since) = *self.doubt.get_or_insert((end, Instant::now()));
        if upto < to {
            self.doubt = None;
            return Ok(true);
        }
        if since.elapsed() < DOUBT || self.reader.is_locked(from, to).await? {
            return Ok(false);
        }
        self.reader.make_void(from, to).await
    }
}

#[async_trait]
impl Feed for Log {
    async fn next(&mut self) -> Result<Vec<Logged>, StoreError> {
        for _ in 0..LOOKS {
            let (before, asked) = (self.place.at, Instant::now());
            let lines = self.reader.lines(before, FEED).await?;
            let end = lines.last().and_then(|line| line.number()).unwrap_or_default();
            let taken = self.place.take_next(lines, asked)?;
            self.whole.fetch_max(self.place.at, Ordering::Relaxed);
            match taken.gap {
                _ if !taken.changes.is_empty() => return Ok(taken.changes),
                // There may be more after lines that are void.
                None if self.place.at > before => {}
                None => break,
                Some(gap) => {
                    if !self.settle(gap, end).await? {
                        tokio::time::sleep(MOMENT).await;
                    }
                }
            }
        }
        Ok(Vec::new())
    }

    fn position(&self) -> Position {
        Position::at(self.place.at)
    }

    fn caught_up(&self) -> Option<Instant> {
        self.place.caught_up
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("place", &self.place).finish_non_exhaustive()
    }
}

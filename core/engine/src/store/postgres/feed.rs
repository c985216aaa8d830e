//! The log from a position on.
//!
//! Which number may still come is known exactly. A statement locks the table it inserts into (ROW
//! EXCLUSIVE, which others do not feel) before it takes a number, and the lock goes with its
//! transaction, just after others can see what it wrote. So, after an entry was read, every lesser
//! number was taken by a transaction that holds this lock, or has ended and is seen by whoever reads
//! now. Who holds the lock is in `pg_locks`: once those that held it after the reading are gone,
//! the numbers that are missing in a new reading are missing for good. Transactions that are not
//! about to commit a change hold no such lock: how long they stay open delays nobody. (Comparing
//! snapshots instead would wait for every transaction of the server, whatever it does.)

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

use super::pool::Pool;
use super::retry::reading;
use super::{encode, run};
use crate::store::sql::log::{self, Line, Place};
use crate::store::sql::postgres::POSTGRES;
use crate::store::sql::{Parameter, Statement};
use crate::store::{FEED, Feed, Logged, Position, StoreError};

/// How long it is waited for what is about to be committed, at a time.
const MOMENT: Duration = Duration::from_millis(5);

/// How often before a feed answers that there is nothing new.
const LOOKS: usize = 6;

/// The log from a position on.
pub(super) struct Log {
    reader: Reader,
    place: Place,
    awaited: Option<Awaited>,
}

/// Transactions that may still commit numbers up to one.
struct Awaited {
    upto: u64,
    holders: BTreeSet<String>,
}

struct Reader {
    pool: Arc<Pool>,
    /// How long a statement may take.
    time: Duration,
}

impl Log {
    /// From a position on, or from the end.
    pub(super) async fn follow(
        pool: Arc<Pool>,
        time: Duration,
        after: Option<Position>,
    ) -> Result<Self, StoreError> {
        let reader = Reader { pool, time };
        let (next, last) = reader.ends(after.map_or(0, |after| after.at)).await?;
        let place = match after {
            Some(after) => log::place_after(after, next, last)?,
            None => {
                reader.until_settled().await?;
                Place::new(last, last)
            }
        };
        Ok(Log { reader, place, awaited: None })
    }

    /// Looks whether numbers up to one are settled that was read before.
    async fn settle(&mut self, upto: u64) -> Result<bool, StoreError> {
        let now = self.reader.holders().await?;
        let awaited = match self.awaited.take() {
            Some(Awaited { upto, holders }) => {
                Awaited { upto, holders: holders.intersection(&now).cloned().collect() }
            }
            None => Awaited { upto, holders: now },
        };
        let settled = awaited.holders.is_empty();
        if settled {
            self.place.settled = awaited.upto;
        } else {
            self.awaited = Some(awaited);
        }
        Ok(settled)
    }
}

#[async_trait]
impl Feed for Log {
    async fn next(&mut self) -> Result<Vec<Logged>, StoreError> {
        for _ in 0..LOOKS {
            let asked = Instant::now();
            let lines = self.reader.lines(self.place.at).await?;
            let taken = self.place.take_next(lines, asked)?;
            let Some((_, end)) = taken.gap.filter(|_| taken.changes.is_empty()) else {
                return Ok(taken.changes);
            };
            if !self.settle(end).await? {
                tokio::time::sleep(MOMENT).await;
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

impl Reader {
    /// How the first entry after a number is marked, and the last number.
    async fn ends(&self, after: u64) -> Result<(Option<i64>, u64), StoreError> {
        const TEXT: &str = "SELECT (SELECT \"action\" FROM \"_purlin_changes\" WHERE \"seq\" > $1 \
            ORDER BY \"seq\" LIMIT 1)::bigint, (SELECT max(\"seq\") FROM \"_purlin_changes\")";
        let mut ends = (None, 0);
        reading!(&self.pool, self.time, |connection| {
            let mut statement = Statement::new(POSTGRES, TEXT);
            statement.parameters.push(number(after));
            run::rows(connection, statement, |row| {
                let next = encode::count_if_any(row, 0)?;
                ends = (next.and_then(|it| i64::try_from(it).ok()), encode::count(row, 1)?);
                Ok(())
            })
        })?;
        Ok(ends)
    }

    /// Waits until all that could commit lesser numbers than were read before has ended.
    async fn until_settled(&self) -> Result<(), StoreError> {
        let (begun, mut left) = (Instant::now(), self.holders().await?);
        while !left.is_empty() {
            if begun.elapsed() > self.time {
                return Err(StoreError::Timeout);
            }
            tokio::time::sleep(MOMENT).await;
            let now = self.holders().await?;
            left.retain(|it| now.contains(it));
        }
        Ok(())
    }

    /// The transactions that may be about to commit entries. Each has a name of its own.
    async fn holders(&self) -> Result<BTreeSet<String>, StoreError> {
        const TEXT: &str = "SELECT \"virtualtransaction\" FROM pg_locks \
            WHERE \"locktype\" = 'relation' AND \"mode\" = 'RowExclusiveLock' AND \"granted\" \
            AND \"relation\" = to_regclass('\"_purlin_changes\"') AND \"database\" = \
            (SELECT \"oid\" FROM pg_database WHERE \"datname\" = current_database())";
        let mut holders = BTreeSet::new();
        reading!(&self.pool, self.time, |connection| {
            holders.clear();
            run::rows(connection, Statement::new(POSTGRES, TEXT), |row| {
                holders.insert(encode::text(row, 0)?.unwrap_or_default().to_owned());
                Ok(())
            })
        })?;
        Ok(holders)
    }

    /// The entries after a number.
    async fn lines(&self, after: u64) -> Result<Vec<Line>, StoreError> {
        const TEXT: &str = "SELECT \"seq\", \"action\"::bigint, \"collection\", \"record\", \
            \"was\" FROM \"_purlin_changes\" WHERE \"seq\" > $1 ORDER BY \"seq\" LIMIT $2";
        let mut lines = Vec::new();
        reading!(&self.pool, self.time, |connection| {
            lines.clear();
            let mut statement = Statement::new(POSTGRES, TEXT);
            statement.parameters.extend([number(after), number(FEED as u64)]);
            run::rows(connection, statement, |row| {
                let action = i64::try_from(encode::count(row, 1)?).unwrap_or_default();
                let text =
                    |column| Ok::<_, sqlx::Error>(encode::text(row, column)?.map(str::to_owned));
                let named = [text(2)?.unwrap_or_default(), text(3)?.unwrap_or_default()];
                lines.push(Line::of(encode::count(row, 0)?, action, named, text(4)?));
                Ok(())
            })
        })?;
        Ok(lines)
    }
}

fn number(number: u64) -> Parameter {
    Parameter::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("place", &self.place).finish_non_exhaustive()
    }
}

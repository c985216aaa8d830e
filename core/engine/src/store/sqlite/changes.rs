//! The log of changes: one table, written in the transactions of the writes themselves.
//!
//! One thread writes, so rowids are given in the order of the commits and none is ever missing in
//! between.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use purlin_model::plan::Write;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Row, params, params_from_iter};

use super::connection::Connection;
use super::error::refused;
use super::reader::Readers;
pub(super) use crate::store::sql::log::NONE;
use crate::store::sql::log::{action_of, number_of};
use crate::store::{FEED, Feed, Logged, Position, StoreError};

/// How many entries are forgotten in one transaction.
const CHUNK: u32 = 5_000;

/// How many entries are written by one statement.
const ROWS: usize = 32;

/// Makes the table, unless it is there.
pub(super) fn prepare(connection: &Connection) -> Result<(), StoreError> {
    let text = "CREATE TABLE IF NOT EXISTS `_purlin_changes` (`seq` INTEGER PRIMARY KEY, \
                `collection` TEXT NOT NULL, `record` TEXT NOT NULL, `action` INTEGER NOT NULL, \
                `at` INTEGER NOT NULL, `was` TEXT)";
    connection.raw.execute_batch(text).map_err(refused)
}

/// Notes what a write does, for the log; `id` is the key the database gave.
pub(super) fn note(connection: &Connection, write: &Write, id: Option<&str>) {
    let Some(mut entry) = connection.changes.then(|| write.entry()).flatten() else { return };
    if let Some(id) = id {
        id.clone_into(&mut entry.record);
    }
    connection.entries.borrow_mut().push(entry);
}

/// Writes down what was noted, before the commit of its transaction: some entries cost hardly more
/// than one.
pub(super) fn write_down(connection: &Connection) -> Result<(), StoreError> {
    let entries = connection.entries.take();
    for some in entries.chunks(ROWS) {
        let mut text = "INSERT INTO `_purlin_changes` (`at`, `collection`, `record`, `action`, \
                        `was`) VALUES "
            .to_owned();
        const ROW: &str = "(CAST(unixepoch('subsec') * 1000 AS INTEGER), ?, ?, ?, ?)";
        text.push_str(ROW);
        for _ in 1..some.len() {
            text.push_str(", ");
            text.push_str(ROW);
        }
        let mut prepared = connection.raw.prepare_cached(&text).map_err(refused)?;
        let values = some.iter().flat_map(|entry| {
            let was = entry.was.as_deref().map_or(ValueRef::Null, text_of);
            let action = ValueRef::Integer(number_of(entry.action));
            [text_of(&entry.collection), text_of(&entry.record), action, was]
        });
        let values = values.map(ToSqlOutput::Borrowed);
        prepared.execute(params_from_iter(values)).map_err(refused)?;
    }
    Ok(())
}

/// Forgets some of the entries older than that, never the newest one; how many.
pub(super) fn forget(connection: &Connection, age: Duration) -> Result<u64, StoreError> {
    const TEXT: &str = "DELETE FROM `_purlin_changes` WHERE `seq` IN (\
        SELECT `seq` FROM `_purlin_changes` WHERE `seq` < coalesce(\
        (SELECT `seq` FROM `_purlin_changes` \
        WHERE `at` >= CAST(unixepoch('subsec') * 1000 AS INTEGER) - ?1 ORDER BY `seq` LIMIT 1), \
        (SELECT max(`seq`) FROM `_purlin_changes`)) ORDER BY `seq` LIMIT ?2)";
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let gone = connection.raw.execute(TEXT, params![age, CHUNK]).map_err(refused)?;
    Ok(gone as u64)
}

/// The log from a position on.
pub(super) struct Log {
    readers: Arc<Readers>,
    position: Position,
    caught_up: Option<Instant>,
}

impl Log {
    /// From a position on, or from the end.
    pub(super) async fn follow(
        readers: Arc<Readers>,
        after: Option<Position>,
    ) -> Result<Self, StoreError> {
        let ends = readers.run(ends).await?;
        let position = match (after, ends) {
            (None, ends) => Position::at(ends.map_or(0, |(_, last)| last)),
            (Some(after), None) if after == Position::default() => after,
            (Some(after), Some((first, last)))
                if after.nth == 0 && after.at.saturating_add(1) >= first && after.at <= last =>
            {
                after
            }
            _ => return Err(StoreError::Gone),
        };
        Ok(Log { readers, position, caught_up: None })
    }
}

#[async_trait]
impl Feed for Log {
    async fn next(&mut self) -> Result<Vec<Logged>, StoreError> {
        let (after, asked) = (self.position.at, Instant::now());
        let read = move |connection: &Connection| after_position(connection, after);
        let changes = match self.readers.here(read) {
            Some(changes) => changes?,
            None => self.readers.run(read).await?,
        };
        match changes.first() {
            // Whoever was too slow must not believe to have heard everything.
            Some(first) if first.position.at > after.saturating_add(1) => Err(StoreError::Gone),
            _ => {
                self.position = changes.last().map_or(self.position, |last| last.position);
                if changes.len() < FEED {
                    self.caught_up = Some(asked);
                }
                Ok(changes)
            }
        }
    }

    fn position(&self) -> Position {
        self.position
    }

    fn caught_up(&self) -> Option<Instant> {
        self.caught_up
    }
}

fn text_of(text: &str) -> ValueRef<'_> {
    ValueRef::Text(text.as_bytes())
}

/// The first and the last number.
fn ends(connection: &Connection) -> Result<Option<(u64, u64)>, StoreError> {
    const TEXT: &str =
        "SELECT (SELECT min(`seq`) FROM `_purlin_changes`), max(`seq`) FROM `_purlin_changes`";
    let mut prepared = connection.raw.prepare_cached(TEXT).map_err(refused)?;
    let ends = |row: &Row<'_>| Ok((row.get::<_, Option<i64>>(0)?, row.get::<_, Option<i64>>(1)?));
    let (first, last) = prepared.query_row([], ends).map_err(refused)?;
    Ok(first.zip(last).map(|(first, last)| (first.unsigned_abs(), last.unsigned_abs())))
}

fn after_position(connection: &Connection, after: u64) -> Result<Vec<Logged>, StoreError> {
    const TEXT: &str = "SELECT `seq`, `collection`, `record`, `action`, `was` \
                        FROM `_purlin_changes` WHERE `seq` > ?1 ORDER BY `seq` LIMIT ?2";
    let mut prepared = connection.raw.prepare_cached(TEXT).map_err(refused)?;
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let bound = params![number(after), number(FEED as u64)];
    let rows = prepared.query_map(bound, logged).map_err(refused)?;
    rows.collect::<Result<_, _>>().map_err(refused)
}

fn logged(row: &Row<'_>) -> rusqlite::Result<Logged> {
    Ok(Logged {
        position: Position::at(row.get::<_, i64>(0)?.unsigned_abs()),
        collection: row.get(1)?,
        record: row.get(2)?,
        action: action_of(row.get(3)?),
        was: row.get(4)?,
    })
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("position", &self.position).finish_non_exhaustive()
    }
}

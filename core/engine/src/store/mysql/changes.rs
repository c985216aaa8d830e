//! The log of changes: a table, written in the transactions of the writes themselves, as the last
//! thing before their commit. See [`log`](crate::store::sql::log) for what its numbers promise.
//!
//! (`_purlin_changes` is another table here: the journal of schema changes.)

use std::time::Duration;

use purlin_model::plan::Entry;
use sqlx::Executor as _;
use sqlx::mysql::MySqlConnection;

use super::connection::{Ready, each, execute};
use super::encode::{Cell, cell, forms};
use super::error::{Failure, NOTHING, number, refused};
use super::journal;
use super::server::Server;
use crate::store::StoreError;
use crate::store::sql::log::{FORGOTTEN, VOID, number_of};
use crate::store::sql::{Parameter, Statement};

/// The name of the table.
const TABLE: &str = "_purlin_log";

const MAKE: &str = "CREATE TABLE IF NOT EXISTS `_purlin_log` (\
    `seq` BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, `collection` VARCHAR(255) NOT NULL, \
    `record` TEXT NOT NULL, `action` SMALLINT NOT NULL, \
    `at` BIGINT NOT NULL DEFAULT (CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)), \
    `was` LONGTEXT) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";

const INSERT: &str = "INSERT INTO `_purlin_log` (`collection`, `record`, `action`, `was`) VALUES ";

/// How many entries one statement writes at the most.
const TOGETHER: usize = 256;

/// How many entries are forgotten at once.
const CHUNK: usize = 5_000;

/// Errors that say that the table may not be made: no privilege, a server that is only read from.
const DENIED: [u16; 5] = [1044, 1142, 1290, 1792, 1836];

/// Makes the table, unless it is there. The inner error is one sentence: why it cannot be made.
pub(super) async fn prepare(
    on: &mut MySqlConnection,
    server: &Server,
) -> Result<Result<(), String>, StoreError> {
    if journal::exists(on, server, TABLE, None).await.map_err(Failure::plain)? {
        return Ok(Ok(()));
    }
    match on.execute(MAKE).await {
        Ok(_) => Ok(Ok(())),
        Err(error) if number(&error).is_some_and(|it| DENIED.contains(&it)) => {
            Ok(Err(format!("the table {TABLE} cannot be made: {}", refused(&error))))
        }
        Err(error) => Err(refused(&error)),
    }
}

/// Writes entries down: the last thing that is done before the commit.
pub(super) async fn write(
    on: &mut MySqlConnection,
    server: &Server,
    entries: &[Entry],
) -> Result<(), Failure> {
    let mut left = entries;
    while !left.is_empty() {
        let (some, rest) = left.split_at(together(left, server.packet / 2));
        let mut statement = Statement::new(server.dialect(), INSERT);
        statement.list(some, ", ", |out, entry| line(out, entry, server.packet / 2));
        let ready = Ready::new(&statement, server.packet).map_err(Failure::Other)?;
        match execute(on, ready).await {
            Ok(_) => {}
            // A feed took the number for one that would never come: all is done again.
            Err(Failure::NotUnique(_)) => return Err(Failure::Conflict),
            Err(failure) => return Err(failure),
        }
        left = rest;
    }
    Ok(())
}

/// A write by its one statement and its entry as one block, which MariaDB prepares as it does single
/// statements: one round trip. A write that did nothing is undone and says so by an error of its own.
pub(super) fn block(server: &Server, write: &Statement, entry: &Entry) -> Statement {
    let mut out = write.clone();
    out.text.insert_str(0, "BEGIN NOT ATOMIC START TRANSACTION; ");
    out.push("; IF ROW_COUNT() > 0 THEN BEGIN ");
    // A feed took the number for one that would never come: as if others had been faster.
    out.push("DECLARE EXIT HANDLER FOR 1062 SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213; ");
    out.push(INSERT);
    line(&mut out, entry, server.packet / 2);
    out.push("; END; COMMIT; ELSE ROLLBACK; SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = ");
    out.push(&NOTHING.to_string()).push("; END IF; END");
    out
}

/// How many of these entries one statement writes: a power of two, so that few different statements
/// are prepared, and no more than fit into one.
fn together(entries: &[Entry], most: usize) -> usize {
    let size = |entry: &Entry| entry.was.as_ref().map_or(0, String::len) + 600;
    let mut sum = 0;
    let fitting = entries.iter().take(TOGETHER).take_while(|entry| {
        sum += size(entry);
        sum <= most
    });
    1 << fitting.count().max(1).ilog2()
}

fn line(out: &mut Statement, entry: &Entry, most: usize) {
    // Of a record that just fitted into the server's largest packet only the name is kept.
    let was = entry.was.as_ref().filter(|was| was.len() < most);
    out.push("(").bind_text(&entry.collection).push(", ").bind_text(&entry.record).push(", ");
    out.push(&number_of(entry.action).to_string()).push(", ");
    out.bind(was.map_or(Parameter::Null, |was| Parameter::Text(was.clone()))).push(")");
}

/// Forgets some of what is older than that, but for the newest entry; how many. Of what is forgotten
/// the last one stays as a mark, so that a feed that has not come so far sees that it is too late.
pub(super) async fn forget(
    on: &mut MySqlConnection,
    server: &Server,
    age: Duration,
) -> Result<u64, Failure> {
    let text = format!(
        "SELECT `seq`, `action` IN ({FORGOTTEN}, {VOID}), \
         `at` >= CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) - ? \
         FROM `_purlin_log` ORDER BY `seq` LIMIT {}",
        CHUNK + 1
    );
    let mut statement = Statement::new(server.dialect(), &text);
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    statement.parameters.push(Parameter::Integer(age));
    let mut lines = Vec::new();
    each(on, Ready::new(&statement, server.packet).map_err(Failure::Other)?, |row| {
        let forms = forms(row);
        let is = |column| Ok::<_, StoreError>(cell(row, &forms, column)?.is_true());
        if let Cell::Integer(number) = cell(row, &forms, 0)? {
            lines.push((number, is(1)?, is(2)?));
        }
        Ok(())
    })
    .await?;
    // The last one that was read may be the newest.
    lines.pop();
    let old = lines.iter().take_while(|(_, is_mark, is_young)| *is_mark || !is_young).count();
    let forgotten = lines[..old].iter().filter(|(_, is_mark, _)| !is_mark).count();
    let Some((last, ..)) = lines[..old].last().filter(|_| forgotten > 0) else { return Ok(0) };
    // Marked first: whatever happens in between, nobody passes over what is deleted.
    for text in [
        "UPDATE `_purlin_log` SET `action` = 0, `collection` = '', `record` = '', `was` = NULL \
         WHERE `seq` = ?",
        "DELETE FROM `_purlin_log` WHERE `seq` < ?",
    ] {
        let mut statement = Statement::new(server.dialect(), text);
        statement.parameters.push(Parameter::Integer(*last));
        execute(on, Ready::new(&statement, server.packet).map_err(Failure::Other)?).await?;
    }
    Ok(forgotten as u64)
}

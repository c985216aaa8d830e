//! Carrying out writes inside an open transaction.

use std::time::Duration;

use purlin_model::plan::{Guard, Write};
use rusqlite::params_from_iter;

use super::changes;
use super::connection::Connection;
use super::error::{of_write, refused};
use crate::store::sql::{self, sqlite::SQLITE};
use crate::store::{Assigned, StoreError};

/// Carries out a batch in order; after an error the caller undoes what was done of it. Guards may
/// search, so each has a time limit.
pub(super) fn batch(
    connection: &Connection,
    writes: &[Write],
    guard_time: Duration,
) -> Result<Vec<Assigned>, StoreError> {
    let mut assigned = Vec::new();
    for (index, write) in writes.iter().enumerate() {
        let (Write::Create { guards, .. }
        | Write::Update { guards, .. }
        | Write::Delete { guards, .. }) = write;
        if !connection.definitions.borrow().fit(write.collection()) {
            return Err(StoreError::Outdated { write: index });
        }
        for (number, guard) in guards.iter().enumerate() {
            if !connection.within(guard_time, |connection| holds(connection, guard))? {
                return Err(StoreError::Guard { write: index, guard: number });
            }
        }
        let missing = StoreError::Missing { write: index };
        let failed = |error| of_write(error, index, write);
        if write.leaves_key_out() {
            let id = insert_for_key(connection, write).map_err(failed)?;
            changes::note(connection, write, Some(&id));
            assigned.push(Assigned { write: index, id });
            continue;
        }
        if !carry_out(connection, write).map_err(failed)? {
            return Err(missing);
        }
        changes::note(connection, write, None);
    }
    Ok(assigned)
}

/// Whether a batch needs no savepoint: a failed statement leaves nothing of itself.
pub(super) fn is_single(writes: &[Write]) -> bool {
    writes.len() <= 1
}

/// Inserts a record whose key the database makes; answers the key.
fn insert_for_key(connection: &Connection, write: &Write) -> rusqlite::Result<String> {
    let Write::Create { record, left_out, .. } = write else { return Ok(String::new()) };
    let statement = sql::insert_for_key(SQLITE, record, left_out);
    let mut prepared = connection.prepare(&statement)?;
    prepared.query_row(params_from_iter(&statement.parameters), |row| row.get(0))
}

/// Does one write. False when the record is missing.
fn carry_out(connection: &Connection, write: &Write) -> rusqlite::Result<bool> {
    let changed = match write {
        Write::Create { record, left_out, .. } => {
            connection.execute(&sql::insert(SQLITE, record, left_out))?
        }
        Write::Update { collection, id, set, .. } if set.is_empty() => {
            return connection.answers(&sql::is_there(SQLITE, collection, id));
        }
        Write::Update { collection, id, set, .. } => {
            connection.execute(&sql::update(SQLITE, collection, id, set))?
        }
        Write::Delete { collection, id, .. } => {
            connection.execute(&sql::delete(SQLITE, collection, id))?
        }
    };
    Ok(changed > 0)
}

fn holds(connection: &Connection, guard: &Guard) -> Result<bool, StoreError> {
    if matches!(guard, Guard::Exist { ids, .. } if ids.is_empty()) {
        return Ok(true);
    }
    connection.answers(&sql::holds(SQLITE, guard)).map_err(refused)
}

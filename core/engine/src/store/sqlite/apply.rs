//! Carrying out writes inside an open transaction.

use std::time::Duration;

use purlin_model::plan::{Guard, Write};

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
    for (index, write) in writes.iter().enumerate() {
        let (Write::Create { guards, .. }
        | Write::Update { guards, .. }
        | Write::Delete { guards, .. }) = write;
        if !connection.definitions.fit(write.collection()) {
            return Err(StoreError::Outdated { write: index });
        }
        for (number, guard) in guards.iter().enumerate() {
            if !connection.within(guard_time, |connection| holds(connection, guard))? {
                return Err(StoreError::Guard { write: index, guard: number });
            }
        }
        let missing = StoreError::Missing { write: index };
        match carry_out(connection, write).map_err(|error| of_write(error, index, write))? {
            true => {}
            false => return Err(missing),
        }
    }
    Ok(Vec::new())
}

/// Whether a batch needs no savepoint: a failed statement leaves nothing of itself.
pub(super) fn is_single(writes: &[Write]) -> bool {
    writes.len() <= 1
}

/// Does one write. False when the record is missing.
fn carry_out(connection: &Connection, write: &Write) -> rusqlite::Result<bool> {
    let changed = match write {
        Write::Create { record, .. } => connection.execute(&sql::insert(SQLITE, record))?,
        Write::Update { collection, id, set, .. } if set.is_empty() => {
            return connection.answers(&sql::unchanged(SQLITE, collection, id, &[]));
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
    let statement = match guard {
        Guard::Matches(condition) => sql::matches(SQLITE, condition),
        Guard::Exist { ids, .. } if ids.is_empty() => return Ok(true),
        Guard::Exist { collection, ids } => sql::exist(SQLITE, collection, ids),
        Guard::Unchanged { collection, id, values } => {
            sql::unchanged(SQLITE, collection, id, values)
        }
    };
    connection.answers(&statement).map_err(refused)
}

//! Inserting several records by one statement.

use std::sync::Arc;

use purlin_model::Record;
use purlin_model::plan::Write;
use sqlx::mysql::MySqlConnection;

use super::apply::Undone;
use super::connection::{Ready, execute};
use super::error::Failure;
use super::server::Server;
use crate::store::{StoreError, sql};

/// How many records one statement inserts at the most.
const RECORDS: usize = 256;

/// How many values the protocol lets a statement have.
const VALUES: usize = 65_535;

/// Tries to insert the records that these writes begin with by one statement: how many writes that
/// is about, and whether it is done. If not, nothing is; each of them is to be done for itself,
/// which tells the one that cannot be.
pub(super) async fn insert(
    on: &mut MySqlConnection,
    server: &Server,
    writes: &[Write],
) -> Result<(usize, bool), Undone> {
    let (records, left_out) = alike(writes);
    if records.len() < 2 {
        return Ok((1, false));
    }
    let statement = sql::insert_all(server.dialect(), &records, left_out);
    // More than the server takes at once.
    let Ok(ready) = Ready::new(&statement, server.packet) else {
        return Ok((records.len(), false));
    };
    match execute(on, ready).await {
        Ok(_) => Ok((records.len(), true)),
        Err(Failure::Conflict) => Err(Undone::Again),
        Err(Failure::Other(error @ (StoreError::Unavailable(_) | StoreError::Timeout))) => {
            Err(Undone::For(error))
        }
        Err(_) => Ok((records.len(), false)),
    }
}

/// The records at the start that one statement may insert, and the fields it leaves out: of one
/// collection, the same fields given, their key among them, nothing to be checked before. A power of
/// two of them, so that few different statements are prepared.
fn alike(writes: &[Write]) -> (Vec<&Record>, &[usize]) {
    let Some(Write::Create { record: first, left_out: same, .. }) = writes.first() else {
        return (Vec::new(), &[]);
    };
    let most = RECORDS.min(VALUES / first.values.len().max(1));
    let belongs = |record: &Record, left_out: &Vec<usize>| {
        left_out == same && Arc::ptr_eq(&record.collection, &first.collection)
    };
    let mut records = Vec::new();
    for write in writes.iter().take(most).take_while(|write| !write.leaves_key_out()) {
        match write {
            Write::Create { record, left_out, guards }
                if guards.is_empty() && belongs(record, left_out) =>
            {
                records.push(record);
            }
            _ => break,
        }
    }
    records.truncate((1 << records.len().max(1).ilog2()).min(records.len()));
    (records, same)
}

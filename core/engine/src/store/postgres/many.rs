//! Records created together: one statement instead of one each.

use std::sync::Arc;

use purlin_model::Record;
use purlin_model::plan::Write;
use sqlx::postgres::PgConnection;

use super::error::of_write;
use super::run;
use crate::store::StoreError;
use crate::store::sql::postgres::columns;

/// Fewer records are created one by one: the savepoint costs two trips.
pub(super) const WORTH_IT: usize = 4;
/// How many go into one statement.
const MOST: usize = 1000;

/// The records at the start of a batch that one statement can create: of one definition and table
/// of ours, with the same fields given, and without conditions.
pub(super) fn alike<'w>(writes: &'w [Write]) -> Vec<&'w Record> {
    let Some(Write::Create { record: first, left_out: same, .. }) = writes.first() else {
        return Vec::new();
    };
    if !first.collection.is_own_table() || !same.is_empty() {
        return Vec::new();
    }
    let next = |write: &'w Write| match write {
        Write::Create { record, left_out, guards } => {
            let same = Arc::ptr_eq(&record.collection, &first.collection);
            let free = guards.is_empty() && left_out.is_empty();
            (same && free && columns::fit(record)).then_some(record)
        }
        _ => None,
    };
    writes.iter().take(MOST).map_while(next).collect()
}

/// Creates them inside the open transaction, all or none: whether it did. Where it did not, which
/// of them is at fault shows when they are created one by one.
///
/// # Errors
/// What ends the transaction.
pub(super) async fn insert(
    connection: &mut PgConnection,
    records: &[&Record],
    first: &Write,
) -> Result<bool, StoreError> {
    let failed = |error| of_write(&error, 0, first);
    run::command(connection, "SAVEPOINT many").await.map_err(failed)?;
    let (text, columns) = columns::insert(records);
    match run::execute_columns(connection, text, columns).await.map_err(failed) {
        Ok(()) => {
            run::command(connection, "RELEASE many").await.map_err(failed)?;
            Ok(true)
        }
        Err(error @ (StoreError::Conflict | StoreError::Timeout | StoreError::Unavailable(_))) => {
            Err(error)
        }
        Err(_) => {
            let undo = "ROLLBACK TO many; RELEASE many";
            run::command(connection, undo).await.map_err(failed)?;
            Ok(false)
        }
    }
}

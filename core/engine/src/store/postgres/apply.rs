//! Carrying out writes.
//!
//! The guards of a write are part of its statement, so that a single write is one round trip
//! outside of any transaction. What stood in the way is asked only when nothing was written.

use purlin_model::Value;
use purlin_model::plan::{Entry, Guard, Write};
use serde::de::IgnoredAny;
use sqlx::postgres::PgConnection;

use super::error::{of_write, refused};
use super::{changes, encode, many, run};
use crate::store::sql::{self, Statement, log::entries, postgres::POSTGRES};
use crate::store::{Assigned, StoreError};

/// How often a write is tried again that nothing seems to stand in the way of.
const ATTEMPTS: usize = 8;

/// The guards of a write.
pub(super) fn guards(write: &Write) -> &[Guard] {
    let (Write::Create { guards, .. }
    | Write::Update { guards, .. }
    | Write::Delete { guards, .. }) = write;
    guards
}

/// Carries out a single write, with its entry in the log of changes if there is one, in one
/// statement and without a transaction around it.
pub(super) async fn alone(
    connection: &mut PgConnection,
    batch: &[Write],
    logs: bool,
) -> Result<Vec<Assigned>, StoreError> {
    let [write] = batch else { return logged_batch(connection, batch, logs).await };
    let entry = if logs { write.entry() } else { None };
    let key = one(connection, write, 0, entry.as_ref()).await?;
    Ok(key.into_iter().map(|id| Assigned { write: 0, id }).collect())
}

/// Carries out a batch and writes down what it did: the last thing before the commit.
pub(super) async fn logged_batch(
    connection: &mut PgConnection,
    writes: &[Write],
    logs: bool,
) -> Result<Vec<Assigned>, StoreError> {
    let assigned = batch(connection, writes).await?;
    if logs {
        changes::write(connection, entries(writes, &assigned)).await?;
    }
    Ok(assigned)
}

/// Carries out a batch in order; after an error the caller undoes what was done of it. What the log
/// of changes says of it is the caller's to write.
pub(super) async fn batch(
    connection: &mut PgConnection,
    writes: &[Write],
) -> Result<Vec<Assigned>, StoreError> {
    let mut assigned = Vec::new();
    let mut index = 0;
    while let Some(write) = writes.get(index) {
        let alike = many::alike(&writes[index..]);
        if alike.len() >= many::WORTH_IT && many::insert(connection, &alike, write).await? {
            index += alike.len();
            continue;
        }
        // Those alike are not tried together again: one of them is at fault.
        for (index, write) in (index..).zip(&writes[index..index + alike.len().max(1)]) {
            if let Some(id) = one(connection, write, index, None).await? {
                assigned.push(Assigned { write: index, id });
            }
        }
        index += alike.len().max(1);
    }
    Ok(assigned)
}

/// Checks the guards of all writes.
pub(super) async fn check(
    connection: &mut PgConnection,
    writes: &[Write],
) -> Result<(), StoreError> {
    for (index, write) in writes.iter().enumerate() {
        if let Some(guard) = failing(connection, write).await? {
            return Err(StoreError::Guard { write: index, guard });
        }
    }
    Ok(())
}

/// Carries out one write, with its entry if one is given; the key it was given.
async fn one(
    connection: &mut PgConnection,
    write: &Write,
    index: usize,
    entry: Option<&Entry>,
) -> Result<Option<String>, StoreError> {
    for _ in 0..ATTEMPTS {
        let (done, key) = carry_out(connection, write, entry)
            .await
            .map_err(|error| of_write(&error, index, write))?;
        if done {
            return Ok(key);
        }
        if let Some(guard) = failing(connection, write).await? {
            return Err(StoreError::Guard { write: index, guard });
        }
        let (Write::Update { collection, id, .. } | Write::Delete { collection, id, .. }) = write
        else {
            continue;
        };
        let there = run::answers(connection, sql::is_there(POSTGRES, collection, id)).await;
        if !there.map_err(|error| refused(&error))? {
            return Err(StoreError::Missing { write: index });
        }
    }
    Err(StoreError::Conflict)
}

/// Does a write if its guards hold: whether it did, and the key it was given.
async fn carry_out(
    connection: &mut PgConnection,
    write: &Write,
    entry: Option<&Entry>,
) -> Result<(bool, Option<String>), sqlx::Error> {
    let statement = match entry {
        Some(entry) => logged(write, entry.clone()),
        None => statement(write),
    };
    if write.leaves_key_out() {
        let mut key = None;
        run::rows(connection, statement, |row| {
            key = encode::text(row, 0)?.map(str::to_owned);
            Ok(())
        })
        .await?;
        return Ok((key.is_some(), key));
    }
    if entry.is_none() && writes_nothing(write) {
        return Ok((run::answers(connection, statement).await?, None));
    }
    Ok((run::execute(connection, statement).await? > 0, None))
}

/// Whether a write only sees that its record is there.
fn writes_nothing(write: &Write) -> bool {
    matches!(write, Write::Update { set, .. } if set.is_empty())
}

/// A write with its guards and its entry as one statement. The record is locked when the entry is
/// given its number, also where nothing of it changes: changes of one record are numbered in order.
fn logged(write: &Write, entry: Entry) -> Statement {
    let mut inner = statement(write);
    if writes_nothing(write) {
        inner.push(" FOR NO KEY UPDATE");
    } else if !write.leaves_key_out() {
        inner.push(" RETURNING 1");
    }
    changes::logged(inner, write, entry)
}

/// A write with its guards as one statement.
fn statement(write: &Write) -> Statement {
    match write {
        Write::Create { record, left_out, guards } => {
            let mut statement = match guards.is_empty() {
                true => sql::insert(POSTGRES, record, left_out),
                false => sql::insert_if(POSTGRES, record, left_out, guards),
            };
            if write.leaves_key_out() {
                sql::returning_key(&mut statement, record);
            }
            statement
        }
        Write::Update { collection, id, set, guards } => {
            let mut statement = match set.is_empty() {
                true => sql::is_there(POSTGRES, collection, id),
                false => sql::update(POSTGRES, collection, id, set),
            };
            sql::only_if(&mut statement, guards);
            statement
        }
        Write::Delete { collection, id, guards, .. } => {
            let mut statement = sql::delete(POSTGRES, collection, id);
            sql::only_if(&mut statement, guards);
            statement
        }
    }
}

/// The first guard of a write that does not hold.
async fn failing(
    connection: &mut PgConnection,
    write: &Write,
) -> Result<Option<usize>, StoreError> {
    for (number, guard) in guards(write).iter().enumerate() {
        let holds = run::answers(connection, sql::holds(POSTGRES, guard)).await;
        if !holds.map_err(|error| refused(&error))? {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// Sees that the database can hold what is to be written.
///
/// # Errors
/// `Unfit` with what is wrong.
pub(super) fn fits(writes: &[Write]) -> Result<(), StoreError> {
    let values = |write: &Write| match write {
        Write::Create { record, .. } => record.values.iter().try_for_each(fit),
        Write::Update { set, .. } => set.iter().try_for_each(|(_, value)| fit(value)),
        Write::Delete { .. } => Ok(()),
    };
    writes.iter().try_for_each(values)
}

fn fit(value: &Value) -> Result<(), StoreError> {
    let refuse = |what: &str| Err(StoreError::Unfit(format!("The database cannot hold {what}.")));
    let text = |text: &str| match text.contains('\0') {
        true => refuse("the character U+0000"),
        false => Ok(()),
    };
    match value {
        Value::Text(it) => text(it),
        Value::List(items) => items.iter().try_for_each(|it| text(it)),
        // Only the grammar matters: what a document says beyond what the server can read is kept,
        // and is null where a filter looks into it.
        Value::Json(json) if serde_json::from_str::<IgnoredAny>(json).is_err() => {
            refuse("a text that is not JSON in a field of documents")
        }
        _ => Ok(()),
    }
}

//! Carrying out writes.

use purlin_model::plan::{Entry, Guard, Write};
use sqlx::mysql::MySqlConnection;

use super::bulk;
use super::changes;
use super::connection::{self, Ready, answers, execute};
use super::encode::{Cell, cell, forms};
use super::error::Failure;
use super::server::Server;
use crate::store::sql::{self, Statement, log::entries, mysql as phrases};
use crate::store::{Assigned, StoreError};

/// What a write came to that does not end well.
pub(super) enum Undone {
    /// Others were faster: all of it can be tried again.
    Again,
    /// It cannot be done.
    For(StoreError),
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Undone::For(error)
    }
}

impl From<Failure> for Undone {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Conflict => Undone::Again,
            other => Undone::For(other.plain()),
        }
    }
}

fn of_write(failure: Failure, index: usize, write: &Write) -> Undone {
    match failure {
        Failure::Conflict => Undone::Again,
        other => Undone::For(other.of_write(index, write.collection())),
    }
}

/// The one statement that does a write, guards included, where there is such a statement.
pub(super) fn single(server: &Server, batch: &[Write]) -> Option<Statement> {
    let [write] = batch else { return None };
    if write.leaves_key_out() {
        return None;
    }
    phrases::guarded(server.dialect(), server.is_mariadb, write)
}

/// Does a write by its one statement. Why nothing came of it is asked afterwards.
pub(super) async fn alone(
    on: &mut MySqlConnection,
    server: &Server,
    statement: &Statement,
    write: &Write,
) -> Result<(), Undone> {
    let ready = Ready::new(statement, server.packet)?;
    match execute(on, ready).await.map_err(|failure| of_write(failure, 0, write))? {
        0 => why_not(on, server, write).await,
        _ => Ok(()),
    }
}

/// Why a write by its one statement came to nothing.
async fn why_not(on: &mut MySqlConnection, server: &Server, write: &Write) -> Result<(), Undone> {
    guards(on, server, 0, write).await?;
    let (Write::Update { collection, id, .. } | Write::Delete { collection, id, .. }) = write
    else {
        return Err(Undone::Again);
    };
    let there = sql::is_there(server.dialect(), collection, id);
    match holds(on, server, &there).await.map_err(|it| of_write(it, 0, write))? {
        true => Err(Undone::Again),
        false => Err(Undone::For(StoreError::Missing { write: 0 })),
    }
}

/// Does a write by its one statement, and in the same transaction the entry of the log.
pub(super) async fn alone_logged(
    on: &mut MySqlConnection,
    server: &Server,
    statement: &Statement,
    write: &Write,
    entry: Entry,
) -> Result<(), Undone> {
    if server.is_mariadb {
        let block = changes::block(server, statement, &entry);
        return match execute(on, Ready::new(&block, server.packet)?).await {
            Ok(_) => Ok(()),
            Err(Failure::Nothing) => why_not(on, server, write).await,
            Err(failure) => Err(of_write(failure, 0, write)),
        };
    }
    connection::run(on, "START TRANSACTION").await?;
    alone(on, server, statement, write).await?;
    changes::write(on, server, &[entry]).await?;
    Ok(connection::run(on, "COMMIT").await?)
}

/// Carries out a batch in a transaction, and writes down what it did just before its end.
pub(super) async fn logged_batch(
    on: &mut MySqlConnection,
    server: &Server,
    writes: &[Write],
) -> Result<Vec<Assigned>, Undone> {
    let assigned = batch(on, server, writes).await?;
    if server.logs {
        changes::write(on, server, &entries(writes, &assigned)).await?;
    }
    Ok(assigned)
}

/// Carries out a batch in order inside an open transaction; after an error the caller undoes what
/// was done of it. What the log of changes says of it is the caller's to write.
pub(super) async fn batch(
    on: &mut MySqlConnection,
    server: &Server,
    writes: &[Write],
) -> Result<Vec<Assigned>, Undone> {
    let mut assigned = Vec::new();
    let (mut index, mut apart) = (0, 0);
    while let Some(write) = writes.get(index) {
        if index >= apart {
            let (alike, done) = bulk::insert(on, server, &writes[index..]).await?;
            apart = index + alike;
            if done {
                index = apart;
                continue;
            }
        }
        guards(on, server, index, write).await?;
        let done = carry_out(on, server, index, write, &mut assigned).await;
        if !done.map_err(|failure| of_write(failure, index, write))? {
            return Err(Undone::For(StoreError::Missing { write: index }));
        }
        index += 1;
    }
    Ok(assigned)
}

/// Checks the guards of a write: `Guard` for the first that does not hold.
pub(super) async fn guards(
    on: &mut MySqlConnection,
    server: &Server,
    index: usize,
    write: &Write,
) -> Result<(), Undone> {
    let (Write::Create { guards, .. }
    | Write::Update { guards, .. }
    | Write::Delete { guards, .. }) = write;
    for (number, guard) in guards.iter().enumerate() {
        if matches!(guard, Guard::Exist { ids, .. } if ids.is_empty()) {
            continue;
        }
        let holds = holds(on, server, &sql::holds(server.dialect(), guard)).await;
        if !holds.map_err(|failure| of_write(failure, index, write))? {
            return Err(Undone::For(StoreError::Guard { write: index, guard: number }));
        }
    }
    Ok(())
}

async fn holds(
    on: &mut MySqlConnection,
    server: &Server,
    statement: &Statement,
) -> Result<bool, Failure> {
    answers(on, Ready::new(statement, server.packet).map_err(Failure::Other)?).await
}

/// Does one write. False when the record is missing.
async fn carry_out(
    on: &mut MySqlConnection,
    server: &Server,
    index: usize,
    write: &Write,
    assigned: &mut Vec<Assigned>,
) -> Result<bool, Failure> {
    let dialect = server.dialect();
    let statement = match write {
        Write::Create { record, left_out, .. } => {
            let statement = sql::insert(dialect, record, left_out);
            if write.leaves_key_out() {
                let id = key_given(on, server, statement, write).await?;
                assigned.push(Assigned { write: index, id });
                return Ok(true);
            }
            statement
        }
        Write::Update { collection, id, set, .. } if set.is_empty() => {
            return holds(on, server, &sql::is_there(dialect, collection, id)).await;
        }
        Write::Update { collection, id, set, .. } => sql::update(dialect, collection, id, set),
        Write::Delete { collection, id, .. } => sql::delete(dialect, collection, id),
    };
    let ready = Ready::new(&statement, server.packet).map_err(Failure::Other)?;
    Ok(execute(on, ready).await? > 0)
}

/// Inserts a record without its key; the key the database gave it.
async fn key_given(
    on: &mut MySqlConnection,
    server: &Server,
    mut statement: Statement,
    write: &Write,
) -> Result<String, Failure> {
    let collection = write.collection();
    let mut id = None;
    let read = |row: &sqlx::mysql::MySqlRow| {
        id = match cell(row, &forms(row), 0)? {
            Cell::Null => None,
            Cell::Integer(number) => Some(number.to_string()),
            Cell::Real(number) => Some(number.to_string()),
            Cell::Text(text) => Some(text.into_owned()),
        };
        Ok(())
    };
    if server.is_mariadb {
        statement.push(" RETURNING ").name(collection.key_column());
        let ready = Ready::new(&statement, server.packet).map_err(Failure::Other)?;
        connection::each(on, ready, read).await?;
    } else {
        let ready = Ready::new(&statement, server.packet).map_err(Failure::Other)?;
        execute(on, ready).await?;
        let last = Statement::new(server.dialect(), "SELECT nullif(last_insert_id(), 0)");
        let ready = Ready::new(&last, server.packet).map_err(Failure::Other)?;
        connection::each(on, ready, read).await?;
    }
    let text = "the database gave the new record no key";
    id.ok_or_else(|| Failure::Other(StoreError::Refused(text.to_owned())))
}

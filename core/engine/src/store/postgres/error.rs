//! What PostgreSQL says, as a store's errors.

use purlin_model::Collection;
use purlin_model::plan::Write;
use sqlx::postgres::PgDatabaseError;

use crate::store::StoreError;
use crate::store::sql::index::IndexText;
use crate::store::sql::postgres::{POSTGRES, index};

/// The state of a statement that met another transaction's work: it may be tried again.
fn is_conflict(code: &str) -> bool {
    matches!(code, "40001" | "40P01")
}

/// What went wrong, as the server told it.
pub(super) fn database(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    match error {
        sqlx::Error::Database(error) => error.try_downcast_ref::<PgDatabaseError>(),
        _ => None,
    }
}

/// Whether a plan the connection keeps does not fit the tables any more.
pub(super) fn is_stale_plan(error: &sqlx::Error) -> bool {
    database(error).is_some_and(|error| {
        error.code() == "0A000" && error.message().contains("cached plan")
            || error.code() == "26000"
    })
}

/// Whether the connection is of no more use.
pub(super) fn is_broken(error: &sqlx::Error) -> bool {
    match database(error) {
        // 57P0x: the server shuts down; 08xxx: the protocol; 25P03: it closed an idle transaction.
        Some(error) => {
            let code = error.code();
            code.starts_with("57P") || code.starts_with("08") || code == "25P03"
        }
        None => !matches!(error, sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. }),
    }
}

/// The error of a statement outside of a write.
pub(super) fn refused(error: &sqlx::Error) -> StoreError {
    let Some(database) = database(error) else {
        return StoreError::Unavailable(error.to_string());
    };
    let (code, text) = (database.code(), database.message());
    match code {
        "57014" | "25P03" | "55P03" => StoreError::Timeout,
        code if is_conflict(code) => StoreError::Conflict,
        // Nothing may be written: it stands by for another server.
        "25006" => StoreError::Unavailable(format!("{text} ({code})")),
        code if ["08", "53", "57", "58", "F0", "XX"]
            .iter()
            .any(|class| code.starts_with(class)) =>
        {
            StoreError::Unavailable(format!("{text} ({code})"))
        }
        code => StoreError::Refused(format!("{text} ({code})")),
    }
}

/// The error of a write: its index in the batch, and the collection it changes.
pub(super) fn of_write(error: &sqlx::Error, index: usize, write: &Write) -> StoreError {
    match database(error) {
        Some(database) if database.code() == "23505" => {
            let fields = violated(database, write.collection());
            StoreError::NotUnique { write: index, fields }
        }
        // The table or a column is not there any more, or of another type: what was bound for the
        // old one is then no value of the new one (08P01, 22P03).
        Some(database)
            if matches!(database.code(), "42P01" | "42703" | "42804" | "08P01" | "22P03") =>
        {
            StoreError::Outdated { write: index }
        }
        // More than an index, or a row, can hold.
        Some(database) if database.code().starts_with("54") => {
            StoreError::Unfit(format!("A value is too large: {}.", database.message()))
        }
        _ => refused(error),
    }
}

/// The fields of the index that was violated: by the name of an index of ours, else by the columns
/// the server names: `Key (a, b)=(…) already exists.`
fn violated(error: &PgDatabaseError, collection: &Collection) -> Vec<String> {
    let name = error.constraint().unwrap_or_default();
    let ours = collection.indexes.iter().filter_map(|text| IndexText::parse(text));
    let mut same = ours.filter(|it| POSTGRES.physical(&index::name_of(&it.name)) == name);
    if let Some(index) = same.next() {
        return index.fields(collection);
    }
    let detail = error.detail().unwrap_or_default();
    let listed = detail.split_once('(').and_then(|(_, rest)| rest.split_once(")="));
    let columns = listed.map_or("", |(columns, _)| columns).split(", ");
    let field = |column: &str| {
        let column = column.trim_matches('"').replace("\"\"", "\"");
        let found = collection.fields.iter().find(|it| POSTGRES.physical(it.column()) == column);
        found.map(|field| field.name.clone())
    };
    columns.filter_map(field).collect()
}

/// Why no connection could be made, in one sentence.
pub(super) fn unreachable(error: &sqlx::Error) -> StoreError {
    let text = match database(error) {
        Some(database) => match database.code() {
            "28P01" | "28000" => "the database refuses the user name or the password".to_owned(),
            "3D000" => "there is no such database on the server".to_owned(),
            "42501" => "the user may not connect to the database".to_owned(),
            "53300" => "the database server has no more connections to give".to_owned(),
            _ => format!("the database server says: {}", database.message()),
        },
        None => match error {
            sqlx::Error::Io(error) => format!("the database server cannot be reached: {error}"),
            sqlx::Error::Tls(error) => {
                format!("no secure connection to the database server: {error}")
            }
            other => format!("no connection to the database server: {other}"),
        },
    };
    StoreError::Unavailable(text)
}

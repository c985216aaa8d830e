//! What SQLite says, as a store's errors.

use purlin_model::Collection;
use purlin_model::plan::Write;
use rusqlite::ErrorCode;
use rusqlite::ffi::{
    SQLITE_CONSTRAINT, SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID,
    SQLITE_CONSTRAINT_UNIQUE, SQLITE_ERROR,
};

use crate::store::StoreError;
use crate::store::sql::index::IndexText;

/// The error of a statement outside of a write.
// By value, for `map_err`.
#[allow(clippy::needless_pass_by_value)]
pub(super) fn refused(error: rusqlite::Error) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            let text = message.clone().unwrap_or_else(|| error.to_string());
            let text = worded(failure.extended_code, &text);
            match failure.code {
                ErrorCode::OperationInterrupted => StoreError::Timeout,
                ErrorCode::Unknown
                | ErrorCode::TooBig
                | ErrorCode::ConstraintViolation
                | ErrorCode::TypeMismatch
                | ErrorCode::ParameterOutOfRange
                | ErrorCode::AuthorizationForStatementDenied
                | ErrorCode::ReadOnly => StoreError::Refused(text),
                _ => StoreError::Unavailable(text),
            }
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => {
            StoreError::Refused(worded(error.extended_code, msg))
        }
        rusqlite::Error::MultipleStatement => {
            StoreError::Refused("more than one statement".to_owned())
        }
        _ => StoreError::Unavailable(error.to_string()),
    }
}

/// A message as those who know SQLite's libraries expect it: the code's own text, what happened,
/// the code. `SQL logic error: no such column: x (1)`.
fn worded(extended_code: i32, message: &str) -> String {
    let code = match extended_code & 0xff {
        SQLITE_ERROR => "SQL logic error",
        SQLITE_CONSTRAINT => "constraint failed",
        _ => return format!("{message} ({extended_code})"),
    };
    format!("{code}: {message} ({extended_code})")
}

/// The error of a write: its index in the batch, and the collection it changes.
pub(super) fn of_write(error: rusqlite::Error, index: usize, write: &Write) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, Some(message))
            if failure.extended_code == SQLITE_CONSTRAINT_UNIQUE
                || failure.extended_code == SQLITE_CONSTRAINT_PRIMARYKEY
                || failure.extended_code == SQLITE_CONSTRAINT_ROWID =>
        {
            let collection = match write {
                Write::Create { record, .. } => &record.collection,
                Write::Update { collection, .. } | Write::Delete { collection, .. } => collection,
            };
            StoreError::NotUnique { write: index, fields: violated(message, collection) }
        }
        _ => refused(error),
    }
}

/// The fields of the index a message names: `UNIQUE constraint failed: ` and either columns as
/// `table.column` or, for an index over expressions, `index 'name'`.
fn violated(message: &str, collection: &Collection) -> Vec<String> {
    let named = message.split_once(": ").map_or("", |(_, named)| named);
    if let Some(name) = named.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        let mut texts = collection.indexes.iter().filter_map(|text| IndexText::parse(text));
        let index = texts.find(|index| index.name.eq_ignore_ascii_case(name));
        return index.map_or_else(Vec::new, |index| index.fields(collection));
    }
    let field = |named: &str| {
        // Names of tables and columns may hold dots of their own.
        let of = |field: &&purlin_model::Field| {
            let table = named.strip_suffix(field.column());
            table.and_then(|table| table.strip_suffix('.')) == Some(collection.table())
        };
        let field = collection.fields.iter().find(of);
        let last = || named.rsplit('.').next().unwrap_or(named).to_owned();
        field.map_or_else(last, |field| field.name.clone())
    };
    named.split(", ").map(field).collect()
}

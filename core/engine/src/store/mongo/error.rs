//! What the server says, as a store's errors.

use mongodb::error::{Error, ErrorKind, TRANSIENT_TRANSACTION_ERROR, WriteFailure};
use purlin_model::plan::Write;
use purlin_model::{Collection, Field};

use super::codes::{AWAY, LATE};
use super::index;
use crate::store::StoreError;

/// The server's code for a value a unique index has already.
const DUPLICATE: i32 = 11000;

/// Why something did not happen inside of a transaction.
#[derive(Debug)]
pub(super) enum Failure {
    /// Another transaction was in the way: it may work the next time.
    Conflict(String),
    /// It will not.
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        if error.contains_label(TRANSIENT_TRANSACTION_ERROR) {
            Failure::Conflict(text(&error))
        } else {
            Failure::Store(refused(error))
        }
    }
}

impl Failure {
    /// Of a write: its index in the batch, and the collection it changes.
    pub(super) fn of_write(error: Error, index: usize, write: &Write) -> Self {
        match duplicate(&error) {
            Some(_) => Failure::Store(of_write(error, index, write)),
            None => error.into(),
        }
    }

    /// The error where nothing is tried again.
    pub(super) fn last(self) -> StoreError {
        match self {
            Failure::Conflict(text) => StoreError::Unavailable(text),
            Failure::Store(error) => error,
        }
    }
}

/// The error of a command outside of a write.
// By value, for `map_err`.
#[allow(clippy::needless_pass_by_value)]
pub(super) fn refused(error: Error) -> StoreError {
    match code(&error) {
        Some(found) if LATE.contains(&found) => return StoreError::Timeout,
        Some(found) if AWAY.contains(&found) => return StoreError::Unavailable(text(&error)),
        _ => {}
    }
    match error.kind.as_ref() {
        ErrorKind::Command(_)
        | ErrorKind::Write(WriteFailure::WriteError(_))
        | ErrorKind::InsertMany(_) => StoreError::Refused(text(&error)),
        ErrorKind::InvalidArgument { .. } | ErrorKind::Bson(_) => StoreError::Refused(text(&error)),
        _ => StoreError::Unavailable(text(&error)),
    }
}

/// The error of a write: its index in the batch, and the collection it changes.
pub(super) fn of_write(error: Error, index: usize, write: &Write) -> StoreError {
    match duplicate(&error) {
        Some(name) => {
            let collection = write.collection();
            let mut fields = index::fields_of(collection, &name);
            if fields.is_empty() && collection.adopted.is_some() {
                fields = repeated(&text(&error), collection);
            }
            StoreError::NotUnique { write: index, fields }
        }
        None => refused(error),
    }
}

/// The name of the unique index an error is about.
pub(super) fn duplicate(error: &Error) -> Option<String> {
    if code(error) != Some(DUPLICATE) {
        return None;
    }
    // `E11000 duplicate key error collection: db.posts index: by_title dup key: { … }`
    let text = text(error);
    let (_, named) = text.split_once(" index: ")?;
    Some(named.split(" dup key:").next().unwrap_or(named).trim().to_owned())
}

/// The fields of an index that others made: `… dup key: { email: "ann@x.org", place: 7 }`.
fn repeated(text: &str, collection: &Collection) -> Vec<String> {
    let Some((_, key)) = text.split_once(" dup key: ") else { return Vec::new() };
    let named = |field: &&Field| {
        [format!("{{ {}: ", field.column()), format!(", {}: ", field.column())]
            .iter()
            .any(|member| key.contains(member.as_str()))
    };
    collection.fields.iter().filter(named).map(|field| field.name.clone()).collect()
}

/// The server's number for an error.
pub(super) fn code(error: &Error) -> Option<i32> {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => Some(command.code),
        ErrorKind::Write(WriteFailure::WriteError(write)) => Some(write.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => Some(concern.code),
        ErrorKind::InsertMany(many) => match (&many.write_errors, &many.write_concern_error) {
            (Some(errors), _) => errors.first().map(|error| error.code),
            (None, Some(concern)) => Some(concern.code),
            (None, None) => None,
        },
        _ => None,
    }
}

/// Which of several documents could not be inserted.
pub(super) fn failed_at(error: &Error) -> usize {
    match error.kind.as_ref() {
        ErrorKind::InsertMany(many) => {
            many.write_errors.iter().flatten().next().map_or(0, |error| error.index)
        }
        _ => 0,
    }
}

/// What an error says, without the driver's names for it.
pub(super) fn text(error: &Error) -> String {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => {
            denied(&command.message).unwrap_or_else(|| command.message.clone())
        }
        ErrorKind::Write(WriteFailure::WriteError(write)) => write.message.clone(),
        ErrorKind::Write(WriteFailure::WriteConcernError(concern)) => concern.message.clone(),
        ErrorKind::InsertMany(many) => many
            .write_errors
            .iter()
            .flatten()
            .map(|error| error.message.clone())
            .next()
            .unwrap_or_else(|| error.to_string()),
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::ServerSelection { message, .. } => unreached(message),
        ErrorKind::Authentication { message, .. } | ErrorKind::InvalidArgument { message, .. } => {
            message.clone()
        }
        kind => kind.to_string(),
    }
}

/// Of a command the user has no right to, which is told whole, only what it was:
/// `not authorized on app to execute command { insert: "posts", … }`.
fn denied(message: &str) -> Option<String> {
    let (place, command) = message.split_once(" to execute command { ")?;
    let place = place.strip_prefix("not authorized on ")?;
    let name = command.split(':').next()?;
    Some(format!("the user may not {name} on {place}"))
}

/// Why no server was found, from all that is known of the servers there might be:
/// `… Topology: { … Error: Kind: I/O error: Connection refused (os error 111), labels: { … }`.
fn unreached(message: &str) -> String {
    let cause =
        message.split_once("Error: Kind: ").and_then(|(_, rest)| rest.split_once(", labels:"));
    cause.map_or(message, |(cause, _)| cause).to_owned()
}

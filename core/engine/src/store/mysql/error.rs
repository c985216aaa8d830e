//! What the server says, as a store's errors.

use purlin_model::Collection;
use sqlx::mysql::MySqlDatabaseError;

use crate::store::StoreError;
use crate::store::sql::mysql::index;

/// Numbers of errors that say: the server, not the statement, is the matter.
const AWAY: [u16; 27] = [
    1021, 1037, 1038, 1040, 1041, 1053, 1077, 1078, 1079, 1080, 1105, 1114, 1129, 1130, 1152, 1159,
    1160, 1161, 1184, 1203, 1226, 1290, 1792, 1836, 1927, 2006, 2013,
];

/// Numbers of errors by which the server ended a transaction for others' sake.
const CONFLICTS: [u16; 4] = [1020, 1205, 1213, 3572];

/// Numbers of errors that say that the definition is not the one the statement was made for.
const OUTDATED: [u16; 4] = [1054, 1136, 1146, 1072];

/// The number of the error by which a block of statements of ours says that it did nothing.
pub(super) const NOTHING: u16 = 31_999;

/// What a statement came to.
#[derive(Debug)]
pub(super) enum Failure {
    /// Others were faster; the whole transaction is undone and can be tried again.
    Conflict,
    /// Some record has these values: the name of the key.
    NotUnique(String),
    /// The table or a column is not what it was.
    Outdated(String),
    /// A block of statements of ours says that its first one did nothing.
    Nothing,
    /// Anything else.
    Other(StoreError),
}

impl Failure {
    pub(super) fn of(error: &sqlx::Error) -> Self {
        let Some(it) = server_error(error) else { return Failure::Other(refused(error)) };
        match it.number() {
            number if CONFLICTS.contains(&number) => Failure::Conflict,
            NOTHING => Failure::Nothing,
            1062 | 1586 => Failure::NotUnique(key_name(it.message()).to_owned()),
            number if OUTDATED.contains(&number) => Failure::Outdated(it.message().to_owned()),
            _ => Failure::Other(refused(error)),
        }
    }

    /// The error where nothing better can be made of it.
    pub(super) fn plain(self) -> StoreError {
        match self {
            Failure::Conflict => conflict(),
            Failure::NotUnique(key) => StoreError::Refused(format!("values of {key} repeat")),
            Failure::Outdated(text) => StoreError::Refused(text),
            Failure::Nothing => StoreError::Refused("nothing was done".to_owned()),
            Failure::Other(error) => error,
        }
    }

    /// The error of a write: its index in the batch, and the collection it changes.
    pub(super) fn of_write(self, write: usize, collection: &Collection) -> StoreError {
        match self {
            Failure::NotUnique(key) => {
                StoreError::NotUnique { write, fields: index::violated(&key, collection) }
            }
            Failure::Outdated(_) if collection.adopted.is_none() => StoreError::Outdated { write },
            other => other.plain(),
        }
    }
}

/// Others kept being faster.
pub(super) fn conflict() -> StoreError {
    StoreError::Conflict
}

/// The server says nothing at all, neither an answer nor that it took too long.
pub(super) fn silent() -> StoreError {
    StoreError::Unavailable("the database server does not react".to_owned())
}

/// The error of a statement outside of a write.
pub(super) fn refused(error: &sqlx::Error) -> StoreError {
    let Some(it) = server_error(error) else {
        return StoreError::Unavailable(format!("the connection to the database failed: {error}"));
    };
    match it.number() {
        1317 | 1969 | 3024 => StoreError::Timeout,
        1153 => too_large(),
        1406 => StoreError::Unfit(format!("A value is too long: {}.", it.message())),
        number if AWAY.contains(&number) => StoreError::Unavailable(it.message().to_owned()),
        number if CONFLICTS.contains(&number) => conflict(),
        _ => StoreError::Refused(it.message().to_owned()),
    }
}

/// What is sent is more than the server takes at once.
pub(super) fn too_large() -> StoreError {
    let text = "The record is larger than the database takes at once (max_allowed_packet).";
    StoreError::Unfit(text.to_owned())
}

/// Why no connection came about, in one sentence.
pub(super) fn cannot_connect(error: &sqlx::Error) -> StoreError {
    let Some(it) = server_error(error) else {
        return StoreError::Unavailable(format!("cannot connect to the database: {error}"));
    };
    StoreError::Unavailable(match it.number() {
        1045 | 1698 => "the database refuses the user name or the password".to_owned(),
        1049 => format!("the database is not there: {}", it.message()),
        1044 => format!("the user may not use the database: {}", it.message()),
        _ => format!("cannot connect to the database: {}", it.message()),
    })
}

/// The number of the server's error.
pub(super) fn number(error: &sqlx::Error) -> Option<u16> {
    server_error(error).map(MySqlDatabaseError::number)
}

fn server_error(error: &sqlx::Error) -> Option<&MySqlDatabaseError> {
    error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>()
}

/// The key a message names: `Duplicate entry 'x' for key 'name'`, on `MySQL` with the table's name
/// and a dot before it. The entry may hold anything.
fn key_name(message: &str) -> &str {
    let named = message.trim_end_matches('\'').rsplit_once("for key '").map_or("", |it| it.1);
    named.rsplit_once('.').map_or(named, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::key_name;

    #[test]
    fn the_key_is_read_from_behind() {
        for (message, key) in [
            ("Duplicate entry 'x' for key 'by_t'", "by_t"),
            ("Duplicate entry 'x' for key 'posts.by_t'", "by_t"),
            ("Duplicate entry ' for key 'z'' for key 'PRIMARY'", "PRIMARY"),
            ("something else", ""),
        ] {
            assert_eq!(key_name(message), key);
        }
    }
}

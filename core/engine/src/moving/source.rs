//! A stock PocketBase data directory, opened for reading.

use std::path::{Path, PathBuf};

use purlin_model::Json;
use purlin_model::schema::system::{COLLECTIONS, PARAMS};
use purlin_model::settings::Settings;

use super::MoveError;
use super::cells::text;
use crate::store::sqlite::foreign::{Cell, Foreign};

/// The database inside the directory.
const DATABASE: &str = "data.db";
/// A table every PocketBase database has and none of ours.
pub(super) const MIGRATIONS: &str = "_migrations";
/// How many rows of an internal table are read at once.
const ROWS: usize = 500;

/// Where an application moves out of.
pub(super) struct Source {
    /// Its database.
    pub(super) database: Foreign,
    /// Its uploaded files.
    pub(super) storage: PathBuf,
}

impl Source {
    /// Opens a directory. What is in use is copied into `scratch` first.
    pub(super) fn open(directory: &Path, scratch: &Path) -> Result<Self, MoveError> {
        let file = file(directory)?;
        let database =
            Foreign::open(&file, scratch).map_err(|error| MoveError::at(&file, error))?;
        let source = Source { database, storage: directory.join("storage") };
        let tables = source.tables().map_err(|error| MoveError::at(&file, error))?;
        let has = |name: &str| tables.iter().any(|table| table == name);
        if !(has(COLLECTIONS) && has(PARAMS) && has(MIGRATIONS)) {
            let what = "it is not a database of PocketBase";
            return Err(MoveError::at(&file, what));
        }
        let columns = source.database.columns(COLLECTIONS)?;
        if !columns.iter().any(|column| column == "fields") {
            let what = "it was written by a PocketBase before 0.23: start a copy of the directory \
                        once with PocketBase 0.23 or later, which brings it up to date, and import \
                        that copy";
            return Err(MoveError::at(&file, what));
        }
        Ok(source)
    }

    /// All rows of a small table, each with the columns asked for.
    pub(super) fn rows(&self, table: &str, columns: &[&str]) -> Result<Vec<Vec<Cell>>, MoveError> {
        let (mut rows, mut from) = (Vec::new(), None);
        loop {
            let page = self.database.page(table, columns, from, ROWS)?;
            rows.extend(page.rows);
            from = page.next;
            if from.is_none() {
                return Ok(rows);
            }
        }
    }

    /// The settings; an error says in one sentence why they cannot be had.
    pub(super) fn settings(&self) -> Result<Result<Option<Settings>, String>, MoveError> {
        let rows = self.rows(PARAMS, &["id", "value"])?;
        let Some(row) = rows.iter().find(|row| text(&row[0]) == "settings") else {
            return Ok(Ok(None));
        };
        let stored = Json::parse(text(&row[1]).as_bytes());
        let Ok(stored @ Json::Object(_)) = stored else {
            let why =
                "the settings are encrypted and stay behind: the defaults apply, set them anew";
            return Ok(Err(why.to_owned()));
        };
        let mut settings = Settings::default();
        Ok(match settings.merge(&stored) {
            Ok(()) => Ok(Some(settings)),
            Err(error) => Err(format!("the settings stay behind, for {error}: the defaults apply")),
        })
    }

    fn tables(&self) -> Result<Vec<String>, MoveError> {
        Ok(self.database.tables()?)
    }
}

/// The database file of a data directory.
pub(super) fn file(directory: &Path) -> Result<PathBuf, MoveError> {
    if !directory.is_dir() {
        return Err(MoveError::at(directory, "it is not a directory"));
    }
    let file = directory.join(DATABASE);
    if !file.is_file() {
        let what = "it is not a PocketBase data directory, for there is no data.db in it";
        return Err(MoveError::at(directory, what));
    }
    Ok(file)
}

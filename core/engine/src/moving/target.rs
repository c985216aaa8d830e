//! The place that is moved into.
//!
//! What is new is built beside what there is, under names of its own, and renamed into place at the
//! end. The rename of the database is the moment at which the import has happened.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use purlin_model::schema::system;

use super::cells::text;
use super::source::MIGRATIONS;
use super::{MoveError, Wish};
use crate::random;
use crate::records::INSTALLER;
use crate::store::lock::DirLock;
use crate::store::sqlite::foreign::Foreign;
use crate::store::sqlite::{Options, Sqlite};
use crate::store::{Store, StoreError};

/// A directory and database file nobody else uses meanwhile. Dropped before [`Target::put`], it
/// leaves them as they were.
pub(super) struct Target {
    /// The database file.
    database: PathBuf,
    /// Uploaded files.
    storage: PathBuf,
    /// The database being built.
    new_database: PathBuf,
    /// The uploaded files being copied.
    pub(super) new_storage: PathBuf,
    /// The uploaded files that are replaced, from just before the moment to just after.
    old_storage: PathBuf,
    _lock: DirLock,
}

impl Target {
    /// Takes a target, made when it is missing, and tidies up after an import that was killed.
    pub(super) fn take(wish: &Wish) -> Result<Self, MoveError> {
        apart(wish)?;
        let lock = DirLock::take(&wish.dir).map_err(|error| MoveError(error.to_string()))?;
        let storage = wish.dir.join("storage");
        let target = Target {
            new_database: beside(&wish.database, ".importing"),
            new_storage: beside(&storage, ".importing"),
            old_storage: beside(&storage, ".replaced"),
            database: wish.database.clone(),
            storage,
            _lock: lock,
        };
        target.recover().map_err(|error| MoveError::at(&wish.dir, error))?;
        Ok(target)
    }

    /// Makes sure that nothing is lost when the target is replaced, unless that is wished.
    pub(super) fn may_be_replaced(&self, force: bool) -> Result<(), MoveError> {
        let unreadable = |error: StoreError| MoveError::at(&self.database, error);
        let mut held = None;
        if self.database.exists() {
            let database = Foreign::open(&self.database, self.scratch()).map_err(unreadable)?;
            let tables = database.tables().map_err(unreadable)?;
            if tables.iter().any(|table| table == MIGRATIONS) {
                let what =
                    "it is a database of PocketBase and is left alone; name another with --dir";
                return Err(MoveError::at(&self.database, what));
            }
            if !force {
                held = held_by(&database, &tables).map_err(unreadable)?;
            }
        }
        let files = fs::read_dir(&self.storage).is_ok_and(|mut entries| entries.next().is_some());
        match held.or(files.then_some("uploaded files")) {
            Some(held) if !force => {
                let what = format!("it already holds {held}; --force replaces everything in it");
                Err(MoveError::at(self.database.parent().unwrap_or(&self.database), what))
            }
            _ => Ok(()),
        }
    }

    /// Opens the database to build, empty.
    pub(super) fn open(&self) -> Result<Arc<dyn Store>, MoveError> {
        // Nothing reads it before it is put in its place, and then it is flushed whole; sorting
        // for indexes must not need memory for all records.
        let options = Options {
            readers: 1,
            durable: false,
            cache_kib: 64 << 10,
            mmap_bytes: 0,
            sort_on_disk: true,
            changes: false,
            ..Options::default()
        };
        let opened = Sqlite::open(&self.new_database, options);
        opened.map_err(|error| MoveError::at(&self.new_database, error))
    }

    /// Where a copy of a source in use may lie.
    pub(super) fn scratch(&self) -> &Path {
        self.storage.parent().unwrap_or(&self.storage)
    }

    /// Puts the new database, which must be closed, and files in the place of the old ones.
    pub(super) async fn put(&self) -> Result<(), MoveError> {
        self.fold_log().await?;
        let swapped = self.swap();
        swapped.map_err(|error| MoveError(format!("cannot put the import in its place: {error}")))
    }

    /// Everything from here on happens at once: nothing waits, so nothing can interrupt it but the
    /// end of the process, which [`Target::recover`] knows of.
    fn swap(&self) -> io::Result<()> {
        File::open(&self.new_database)?.sync_all()?;
        let kept = present(fs::rename(&self.storage, &self.old_storage))?;
        let moved = present(fs::rename(&self.new_storage, &self.storage));
        let done = moved.and_then(|_| fs::rename(&self.new_database, &self.database));
        if let Err(error) = done {
            present(fs::remove_dir_all(&self.storage))?;
            if kept {
                fs::rename(&self.old_storage, &self.storage)?;
            }
            return Err(error);
        }
        for parent in [self.database.parent(), self.storage.parent()].into_iter().flatten() {
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            File::open(parent)?.sync_all()?;
        }
        present(fs::remove_dir_all(&self.old_storage)).map(|_| ())
    }

    /// Moves the write-ahead log a crash left into the old database: beside the new one it would
    /// be read as its own.
    async fn fold_log(&self) -> Result<(), MoveError> {
        let log = beside(&self.database, "-wal");
        if !log.exists() {
            return Ok(());
        }
        let opened = Sqlite::open(&self.database, Options { readers: 1, ..Options::default() });
        let store = opened.map_err(|error| MoveError::at(&self.database, error))?;
        store.close().await;
        drop(store);
        match fs::metadata(&log) {
            Ok(left) if left.len() > 0 => Err(MoveError::at(&log, "another process is using it")),
            _ => Ok(()),
        }
    }

    /// Finishes or undoes what an import did that was killed.
    fn recover(&self) -> io::Result<()> {
        if self.old_storage.exists() {
            if self.new_database.exists() {
                present(fs::remove_dir_all(&self.storage))?;
                fs::rename(&self.old_storage, &self.storage)?;
            } else {
                fs::remove_dir_all(&self.old_storage)?;
            }
        }
        self.clear()
    }

    /// Removes what is being built.
    fn clear(&self) -> io::Result<()> {
        for suffix in ["-wal", "-shm", "-journal", ""] {
            present(fs::remove_file(beside(&self.new_database, suffix)))?;
        }
        present(fs::remove_dir_all(&self.new_storage)).map(|_| ())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = self.clear();
    }
}

/// What a database of these tables holds that a fresh installation does not, in words.
fn held_by(database: &Foreign, tables: &[String]) -> Result<Option<&'static str>, StoreError> {
    let mut records = 0;
    for table in tables {
        records += match table.as_str() {
            system::COLLECTIONS => 0,
            system::PARAMS if has_settings(database)? => return Ok(Some("settings")),
            system::PARAMS => 0,
            system::SUPERUSERS => {
                let page = database.page(table, &["email"], None, 2)?;
                let real = page.rows.iter().filter(|row| text(&row[0]) != INSTALLER);
                real.count() as u64
            }
            _ => database.count(table)?,
        };
    }
    if records > 0 {
        return Ok(Some("records"));
    }
    if !tables.iter().any(|table| table == system::COLLECTIONS) {
        return Ok((!tables.is_empty()).then_some("tables that are not Purlin's"));
    }
    let defaults = system::defaults("", &mut random::text);
    let columns = ["id", "created", "updated"];
    let rows = database.page(system::COLLECTIONS, &columns, None, defaults.len() + 1)?.rows;
    let changed = rows
        .iter()
        .any(|row| row[1] != row[2] || !defaults.iter().any(|default| default.id == text(&row[0])));
    Ok(changed.then_some("collections of its own"))
}

/// Whether settings are kept; a fresh installation keeps the number of its last change beside them.
fn has_settings(database: &Foreign) -> Result<bool, StoreError> {
    const ROWS: usize = 100;
    let rows = database.page(system::PARAMS, &["id"], None, ROWS)?.rows;
    let kept = ["version", system::LINES_MARK, system::INSTALLATION];
    Ok(rows.iter().any(|row| !kept.contains(&&*text(&row[0]))))
}

/// The source must not be written to, so the target has to lie elsewhere.
fn apart(wish: &Wish) -> Result<(), MoveError> {
    let source =
        fs::canonicalize(&wish.source).map_err(|error| MoveError::at(&wish.source, error))?;
    for path in [Some(wish.dir.as_path()), wish.database.parent()].into_iter().flatten() {
        // What is not there yet lies where the nearest directory that is there lies.
        let full = std::path::absolute(path).map_err(|error| MoveError::at(path, error))?;
        let there = full.ancestors().find_map(|parent| fs::canonicalize(parent).ok());
        if there.is_some_and(|there| there.starts_with(&source)) {
            let what = "it lies in the directory to import, which must not be written to; name \
                        another with --dir";
            return Err(MoveError::at(path, what));
        }
    }
    Ok(())
}

/// Whether something was there to work on.
fn present(done: io::Result<()>) -> io::Result<bool> {
    match done {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

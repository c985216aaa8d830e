//! Reading a SQLite file that is not ours, without touching it: what an import works on.
//!
//! Blocking; meant for the command line.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, params};

use super::error::refused;
use crate::store::StoreError;
use crate::store::sql::{Statement, sqlite::SQLITE};

/// A value as SQLite holds it, whatever the column was declared as.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A double.
    Real(f64),
    /// Text; what is not UTF-8 in it is replaced.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// Some rows of a table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Each with the columns asked for, in their order.
    pub rows: Vec<Vec<Cell>>,
    /// Where to go on; `None` when these were the last.
    pub next: Option<i64>,
}

/// A foreign database, opened for reading.
#[derive(Debug)]
pub struct Foreign {
    connection: Mutex<Connection>,
    /// The original, and how it was when it was opened; nothing where a copy is read.
    original: Option<(PathBuf, State)>,
    /// A copy of a database in use, removed at the end.
    copy: Option<PathBuf>,
}

/// Sizes and times of a database's files.
type State = Vec<Option<(u64, Option<SystemTime>)>>;

/// Bytes after which a page ends whatever its limit is: a record may have megabytes.
const PAGE_BYTES: usize = 4 << 20;

/// How often a database that changes while it is copied is copied again.
const TRIES: usize = 5;

impl Foreign {
    /// Opens a database file. One that has a write-ahead log or a journal beside it may be in use:
    /// it is copied into `scratch` (a directory made for it and removed at the end) and read there,
    /// for SQLite would write beside the original.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be read or copied, `Refused` when it is no database.
    pub fn open(path: &Path, scratch: &Path) -> Result<Self, StoreError> {
        // An empty log too says that somebody has it open, and may write to it.
        let in_use = ["-wal", "-journal"].iter().any(|suffix| beside(path, suffix).exists());
        if !in_use {
            let original = Some((path.to_owned(), state(path)));
            let connection = open(&format!("file:{}?mode=ro&immutable=1", escaped(path)))?;
            return Ok(Foreign { connection: Mutex::new(connection), original, copy: None });
        }
        let directory = scratch.join("purlin-import-copy");
        fs::create_dir_all(&directory).map_err(|error| unreadable(scratch, &error))?;
        // From here on the copy is removed whatever happens.
        let mut foreign = Foreign {
            connection: Mutex::new(Connection::open_in_memory().map_err(refused)?),
            original: None,
            copy: Some(directory.clone()),
        };
        copy_steadily(path, &directory).map_err(|error| unreadable(path, &error))?;
        let copy = directory.join("copy.db");
        foreign.connection = Mutex::new(open(&format!("file:{}", escaped(&copy)))?);
        Ok(foreign)
    }

    /// The names of its tables, SQLite's own left out.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn tables(&self) -> Result<Vec<String>, StoreError> {
        self.names(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%'
             ESCAPE '\\' ORDER BY rowid",
            None,
        )
    }

    /// The names of a table's columns; none when there is no such table.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn columns(&self, table: &str) -> Result<Vec<String>, StoreError> {
        self.names("SELECT name FROM pragma_table_info(?1) ORDER BY cid", Some(table))
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// When there is no such table or the file cannot be read.
    pub fn count(&self, table: &str) -> Result<u64, StoreError> {
        let mut statement = Statement::new(SQLITE, "SELECT count(*) FROM ");
        statement.name(table);
        let count: i64 =
            self.connection().query_row(&statement.text, [], |row| row.get(0)).map_err(refused)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Whether nobody wrote to the file since it was opened: what was read is one state then.
    #[must_use]
    pub fn is_unchanged(&self) -> bool {
        self.original.as_ref().is_none_or(|(path, before)| state(path) == *before)
    }

    /// The next rows of a table in insertion order, `limit` at the most and fewer when they are
    /// large; `from` is `None` for the
    /// first rows, then what the page before said.
    ///
    /// # Errors
    /// When there is no such table or column, or the file cannot be read.
    pub fn page(
        &self,
        table: &str,
        columns: &[&str],
        from: Option<i64>,
        limit: usize,
    ) -> Result<Rows, StoreError> {
        let mut statement = Statement::new(SQLITE, "SELECT _rowid_");
        for column in columns {
            statement.push(", t.").name(column);
        }
        statement.push(" FROM ").name(table);
        statement.push(" AS t WHERE _rowid_ >= ?1 ORDER BY _rowid_ LIMIT ?2");
        let connection = self.connection();
        let mut prepared = connection.prepare_cached(&statement.text).map_err(refused)?;
        let limit = i64::try_from(limit.max(1)).unwrap_or(i64::MAX);
        let mut found =
            prepared.query(params![from.unwrap_or(i64::MIN), limit]).map_err(refused)?;
        let mut page = Rows::default();
        let (mut last, mut bytes) = (None, 0);
        while let Some(row) = found.next().map_err(refused)? {
            last = Some(row.get::<_, i64>(0).map_err(refused)?);
            let cell = |index| row.get_ref(index).map(cell);
            let cells = (1..=columns.len()).map(cell).collect::<rusqlite::Result<_>>();
            let cells: Vec<Cell> = cells.map_err(refused)?;
            bytes += cells.iter().map(size).sum::<usize>();
            page.rows.push(cells);
            if bytes > PAGE_BYTES {
                break;
            }
        }
        let full =
            bytes > PAGE_BYTES || i64::try_from(page.rows.len()).is_ok_and(|rows| rows == limit);
        page.next = last.filter(|_| full).and_then(|last| last.checked_add(1));
        Ok(page)
    }

    fn names(&self, text: &str, parameter: Option<&str>) -> Result<Vec<String>, StoreError> {
        let connection = self.connection();
        let mut statement = connection.prepare(text).map_err(refused)?;
        let rows = statement.query_map(rusqlite::params_from_iter(parameter), |row| row.get(0));
        rows.map_err(refused)?.collect::<rusqlite::Result<_>>().map_err(refused)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        if let Some(copy) = &self.copy {
            let _ = fs::remove_dir_all(copy);
        }
    }
}

fn open(uri: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(uri, flags).map_err(refused)?;
    // Whoever made the file may have put functions into it that are run on reading.
    connection
        .execute_batch("PRAGMA trusted_schema=OFF; PRAGMA query_only=ON; PRAGMA mmap_size=0;")
        .map_err(refused)?;
    // Only reading the schema shows whether this is a database at all.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(refused)?;
    Ok(connection)
}

/// Copies a database and what lies beside it at one state: whoever uses it may move pages from the
/// log into the file meanwhile.
fn copy_steadily(path: &Path, directory: &Path) -> std::io::Result<()> {
    for _ in 0..TRIES {
        let before = state(path);
        for suffix in ["", "-wal", "-journal"] {
            let (from, to) = (beside(path, suffix), beside(&directory.join("copy.db"), suffix));
            let _ = fs::remove_file(&to);
            if from.exists() {
                fs::copy(from, to)?;
            }
        }
        if state(path) == before {
            return Ok(());
        }
    }
    Err(std::io::Error::other("it is being written to; stop the server that uses it first"))
}

fn state(path: &Path) -> State {
    let of = |suffix| {
        let metadata = fs::metadata(beside(path, suffix)).ok()?;
        Some((metadata.len(), metadata.modified().ok()))
    };
    ["", "-wal", "-journal"].into_iter().map(of).collect()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A path as SQLite's URIs take it.
fn escaped(path: &Path) -> String {
    path.display().to_string().replace('%', "%25").replace('?', "%3f").replace('#', "%23")
}

fn unreadable(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}

fn size(cell: &Cell) -> usize {
    match cell {
        Cell::Null | Cell::Integer(_) | Cell::Real(_) => 8,
        Cell::Text(text) => text.len(),
        Cell::Blob(bytes) => bytes.len(),
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    }
}

//! One connection: how it is set up, and how it runs statements.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use purlin_model::plan::Entry;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OpenFlags, ToSql, params_from_iter};

use super::error::refused;
use super::{Options, changes, functions};
use crate::store::StoreError;
use crate::store::definitions::Definitions;
use crate::store::sql::{Parameter, Statement, texts_json};

/// How many steps of SQLite's machine lie between two looks at the clock.
const STEPS: i32 = 20_000;
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 256;
/// Pages of 4 KiB after which the write-ahead log is moved into the database.
const CHECKPOINT: u32 = 8_000;

/// A connection to the database.
pub(super) struct Connection {
    pub(super) raw: rusqlite::Connection,
    deadline: Deadline,
    /// Of the writer: whether the log of changes is kept.
    pub(super) changes: bool,
    /// Of the writer: what the log will say of the transaction under way.
    pub(super) entries: RefCell<Vec<Entry>>,
    /// Of the writer: what its migrations made of the tables.
    pub(super) definitions: RefCell<Definitions>,
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Role {
    Reader,
    Writer,
}

impl Connection {
    pub(super) fn open(path: &Path, options: &Options, role: Role) -> Result<Self, StoreError> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if role == Role::Writer {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let raw = rusqlite::Connection::open_with_flags(path, flags).map_err(refused)?;
        raw.execute_batch(&pragmas(options, role)).map_err(refused)?;
        raw.set_prepared_statement_cache_capacity(STATEMENTS);
        functions::register(&raw).map_err(refused)?;
        let deadline = Deadline::default();
        let watched = deadline.clone();
        raw.progress_handler(STEPS, Some(move || watched.is_over())).map_err(refused)?;
        let changes = options.changes;
        let (entries, definitions) = (RefCell::default(), RefCell::default());
        Ok(Connection { raw, deadline, changes, entries, definitions })
    }

    /// Runs something that must end within a time; what is over it is interrupted.
    pub(super) fn within<T>(&self, time: Duration, run: impl FnOnce(&Self) -> T) -> T {
        /// Taken back even when what runs does not return.
        struct Set<'d>(&'d Deadline);
        impl Drop for Set<'_> {
            fn drop(&mut self) {
                self.0.set(None);
            }
        }
        self.deadline.set(Some(time));
        let _set = Set(&self.deadline);
        run(self)
    }

    /// The statement, prepared or found prepared, with its values bound.
    pub(super) fn prepare(&self, statement: &Statement) -> rusqlite::Result<CachedStatement<'_>> {
        self.raw.prepare_cached(&statement.text)
    }

    /// Runs a statement that answers no rows; how many records it changed.
    pub(super) fn execute(&self, statement: &Statement) -> rusqlite::Result<usize> {
        self.prepare(statement)?.execute(params_from_iter(&statement.parameters))
    }

    /// Runs a statement once, without keeping it; refuses text of more than one.
    pub(super) fn execute_once(&self, statement: &Statement) -> rusqlite::Result<usize> {
        self.raw.execute(&statement.text, params_from_iter(&statement.parameters))
    }

    /// Whether a statement answers a row.
    pub(super) fn answers(&self, statement: &Statement) -> rusqlite::Result<bool> {
        self.prepare(statement)?.exists(params_from_iter(&statement.parameters))
    }

    /// Begins a transaction that writes.
    pub(super) fn begin(&self) -> Result<(), StoreError> {
        self.entries.borrow_mut().clear();
        self.run("BEGIN IMMEDIATE").map_err(refused)
    }

    /// Ends the transaction, with what the log says of it.
    pub(super) fn commit(&self) -> Result<(), StoreError> {
        changes::write_down(self)?;
        self.run("COMMIT").map_err(refused)
    }

    /// Undoes what is not committed, if anything is not.
    pub(super) fn rollback(&self) {
        if !self.raw.is_autocommit() {
            let _ = self.run("ROLLBACK");
        }
    }

    /// Runs a fixed text, kept prepared.
    pub(super) fn run(&self, text: &'static str) -> rusqlite::Result<()> {
        self.raw.prepare_cached(text)?.execute([]).map(|_| ())
    }
}

fn pragmas(options: &Options, role: Role) -> String {
    let synchronous = if options.durable { "FULL" } else { "NORMAL" };
    let sorting = if options.sort_on_disk { "FILE" } else { "MEMORY" };
    let mut text = format!(
        "PRAGMA busy_timeout=10000; PRAGMA temp_store={sorting}; PRAGMA trusted_schema=OFF;
         PRAGMA cache_size=-{}; PRAGMA mmap_size={};",
        options.cache_kib, options.mmap_bytes,
    );
    text += &match role {
        Role::Reader => "PRAGMA query_only=ON;".to_owned(),
        Role::Writer => format!(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous};
             PRAGMA wal_autocheckpoint={CHECKPOINT}; PRAGMA journal_size_limit=134217728;
             PRAGMA foreign_keys=ON; PRAGMA legacy_alter_table=ON;"
        ),
    };
    text
}

impl ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Parameter::Null => ValueRef::Null,
            Parameter::Integer(number) => ValueRef::Integer(*number),
            Parameter::Real(number) => ValueRef::Real(*number),
            Parameter::Text(text) | Parameter::Label(text) => ValueRef::Text(text.as_bytes()),
            // As an array of JSON, for `json_each`.
            Parameter::Texts(texts) => return Ok(ToSqlOutput::from(texts_json(texts))),
            Parameter::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
        }))
    }
}

/// When the statement running has to be done, for the thread that runs it.
#[derive(Clone)]
struct Deadline {
    start: Instant,
    /// Milliseconds since `start`; 0 = no deadline.
    at: Arc<AtomicU64>,
}

impl Default for Deadline {
    fn default() -> Self {
        Deadline { start: Instant::now(), at: Arc::new(AtomicU64::new(0)) }
    }
}

impl Deadline {
    fn set(&self, time: Option<Duration>) {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let at = time.map_or(0, |time| millis(self.start.elapsed().saturating_add(time)).max(1));
        self.at.store(at, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at != 0 && self.start.elapsed() > Duration::from_millis(at)
    }
}

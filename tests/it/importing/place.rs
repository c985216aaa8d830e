//! Source and target directories of one test, and what is in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::recorded::place::{Server, binary, copy, free_port, rebuild};

/// Directories of one test, gone when dropped.
pub(super) struct Home {
    root: PathBuf,
    /// A PocketBase data directory.
    pub(super) source: PathBuf,
    /// Where it is imported to.
    pub(super) target: PathBuf,
}

impl Home {
    /// With an empty folder as the source.
    pub(super) fn empty(name: &str) -> Home {
        let root = format!("purlin-importing-{}-{name}", std::process::id());
        let root = std::env::temp_dir().join(root);
        let _ = fs::remove_dir_all(&root);
        let (source, target) = (root.join("pb_data"), root.join("purlin_data"));
        fs::create_dir_all(&source).expect("a folder");
        Home { root, source, target }
    }

    /// With the recorded directory as the source.
    pub(super) fn recorded(name: &str) -> Home {
        let home = Home::empty(name);
        rebuild(&home.source);
        home
    }

    /// `purlin import pocketbase SOURCE --dir TARGET` and more.
    pub(super) fn command(&self, more: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(["import", "pocketbase"]).arg(&self.source).arg("--dir").arg(&self.target);
        command.args(more);
        command
    }

    /// Imports; what is printed, or what is said when it fails.
    pub(super) fn import(&self, more: &[&str]) -> Result<String, String> {
        said(self.command(more))
    }

    pub(super) fn source_database(&self) -> Connection {
        Connection::open(self.source.join("data.db")).expect("the source's database")
    }

    pub(super) fn target_database(&self) -> Connection {
        Connection::open(self.target.join("data.db")).expect("the target's database")
    }

    /// Changes the source's database.
    pub(super) fn change(&self, sql: &str) {
        self.source_database().execute_batch(sql).expect(sql);
    }

    /// What lies in the target directory.
    pub(super) fn entries(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.target).expect("the target");
        let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
        let mut names: Vec<String> = entries.map(|entry| name(entry.expect("an entry"))).collect();
        names.sort();
        names
    }

    /// The target's files, but for the lock, which names the last process.
    pub(super) fn target_contents(&self) -> BTreeMap<String, Vec<u8>> {
        let mut contents = contents(&self.target);
        contents.remove("purlin.lock");
        contents
    }

    /// A server on a copy of the target.
    pub(super) fn serve(&self) -> Server {
        let (folder, port) = (self.root.join("served"), free_port());
        copy(&self.target, &folder);
        let mut command = Command::new(binary());
        command.args(["serve", "--http", &format!("127.0.0.1:{port}"), "--dir"]).arg(&folder);
        Server::start(command, port, folder, &self.root.join("served.log"))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Runs a command: what it prints, or what it says when it fails.
pub(super) fn said(mut command: Command) -> Result<String, String> {
    let output = command.output().expect("purlin starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// Every file below a folder by its path there, with what is in it.
pub(super) fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                found.insert(name, fs::read(path).expect("a file"));
            }
        }
    }
    found
}

/// The tables that hold records.
pub(super) fn table_names(database: &Connection) -> Vec<String> {
    ids(database, "SELECT name FROM _collections WHERE type <> 'view' ORDER BY rowid")
}

/// The columns of a table but for those of JSON, whose affinity differs.
pub(super) fn columns(database: &Connection, table: &str) -> Vec<String> {
    ids(database, &format!("SELECT name FROM pragma_table_info('{table}') WHERE type <> 'JSON'"))
}

/// Every record in insertion order.
pub(super) fn rows(database: &Connection, table: &str, columns: &[String]) -> Vec<Vec<Value>> {
    let names = columns.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let text = format!("SELECT {names} FROM `{table}` ORDER BY rowid");
    let mut statement = database.prepare(&text).expect(&text);
    let rows = statement.query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect());
    rows.and_then(Iterator::collect).expect(&text)
}

/// The texts a query answers in its first column.
pub(super) fn ids(database: &Connection, query: &str) -> Vec<String> {
    let mut statement = database.prepare(query).expect(query);
    let rows = statement.query_map([], |row| row.get(0));
    rows.and_then(Iterator::collect).expect(query)
}

/// Asks a process to end, as Ctrl+C does.
pub(super) fn interrupt(process: u32) {
    let status = Command::new("kill").args(["-INT", &process.to_string()]).status();
    assert!(status.expect("kill").success());
}

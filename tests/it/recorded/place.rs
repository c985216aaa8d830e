//! The recorded directory, the import of it, and servers working on copies.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use super::dialects;
use purlin_tests::{Backend, Database, wire};

/// A folder of its own under the system's temporary folder, removed when dropped.
pub(crate) struct Place {
    root: PathBuf,
    origin: PathBuf,
    backend: Backend,
    /// What was imported, on a database server.
    moved: OnceLock<Database>,
}

/// A running server; stopped when dropped.
pub(crate) struct Server {
    pub(crate) port: u16,
    process: Child,
    folder: PathBuf,
    database: Option<Database>,
}

/// Where the corpus lies.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded")
}

/// `RECORDED_STOCK` replays against `pocketbase` itself, to prove the corpus and the replayer.
fn stock() -> bool {
    std::env::var_os("RECORDED_STOCK").is_some()
}

/// The server under test.
pub(crate) fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("PURLIN_BIN") {
        return path.into();
    }
    let own = std::env::current_exe().expect("the test binary has a path");
    let built = own.ancestors().nth(2).expect("target/debug/deps/it").join("purlin");
    assert!(built.exists(), "build the server first (cargo build) or set PURLIN_BIN");
    built
}

/// Makes the recorded directory in a folder.
pub(crate) fn rebuild(source: &Path) {
    fs::create_dir_all(source).expect("temporary folder");
    let database = rusqlite::Connection::open(source.join("data.db")).expect("data.db");
    let sql = fs::read_to_string(corpus().join("pb_data.sql")).expect("pb_data.sql");
    database.execute_batch(&sql).expect("the recorded SQL");
    drop(database);
    copy(&corpus().join("storage"), &source.join("storage"));
}

impl Place {
    /// Rebuilds the recorded directory and imports it with `purlin import pocketbase`.
    pub(crate) fn prepare(share: usize) -> Place {
        let name = format!("purlin-recorded-{}-{share}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&root);
        let (source, origin) = (root.join("pb_data"), root.join("origin"));
        let place = Place { root, origin, backend: Backend::chosen(), moved: OnceLock::new() };
        rebuild(&source);
        if stock() {
            fs::rename(&source, &place.origin).expect("rename");
            return place;
        }
        let mut import = Command::new(binary());
        import.args(["import", "pocketbase"]).arg(&source).arg("--dir").arg(&place.origin);
        succeeds(import);
        dialects::translate(place.backend, &place.origin.join("data.db"));
        place
    }

    /// Starts a server on a fresh copy of the imported directory, or of its files and of a database
    /// that `purlin copy` filled.
    pub(crate) fn start(&self, name: &str) -> Server {
        let folder = self.root.join(name);
        let database = (self.backend != Backend::Sqlite)
            .then(|| self.moved.get_or_init(|| self.moved()).alike());
        match &database {
            None => copy(&self.origin, &folder),
            Some(_) => copy(&self.origin.join("storage"), &folder.join("storage")),
        }
        let port = free_port();
        let mut command = Command::new(if stock() { "pocketbase".into() } else { binary() });
        command.args(["serve", "--http", &format!("127.0.0.1:{port}"), "--dir"]).arg(&folder);
        if stock() {
            command.arg("--automigrate=false");
            for flag in ["--hooksDir", "--migrationsDir", "--publicDir"] {
                command.arg(flag).arg(self.root.join("none"));
            }
        }
        if let Some(url) = database.as_ref().and_then(|database| database.url.as_ref()) {
            command.args(["--database", url]);
        }
        let log = self.root.join(format!("{name}.log"));
        let mut server = Server::start(command, port, folder, &log);
        server.database = database;
        server
    }

    /// What was imported, on a database server.
    fn moved(&self) -> Database {
        let database = Database::fresh(self.backend);
        let url = database.url.as_ref().expect("a server has a URL");
        let mut copy = Command::new(binary());
        let from = format!("sqlite:{}", self.origin.join("data.db").display());
        copy.args(["copy", "--skip-refused", "--from", &from, "--to", url]);
        succeeds(copy);
        database
    }
}

fn succeeds(mut command: Command) {
    let output = command.output().expect("the binary starts");
    assert!(
        output.status.success(),
        "{command:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

impl Server {
    /// Starts a server and waits until it answers. Its folder goes with it.
    pub(crate) fn start(mut command: Command, port: u16, folder: PathBuf, log: &Path) -> Server {
        let out = fs::File::create(log).expect("log");
        command.stdout(out.try_clone().expect("log")).stderr(out).stdin(Stdio::null());
        let process = command.spawn().expect("the server starts");
        let mut server = Server { port, process, folder, database: None };
        if let Err(cause) = server.ready() {
            let said = fs::read_to_string(log).unwrap_or_default();
            panic!("the server did not come up ({cause}):\n{said}");
        }
        server
    }

    fn ready(&mut self) -> Result<(), String> {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            if wire::ask(self.port, "GET", "/api/health", &[], b"").is_ok_and(|a| a.status == 200) {
                return Ok(());
            }
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(format!("it ended: {status}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err("no healthy answer in 20 seconds".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn free_port() -> u16 {
    let probe = TcpListener::bind("127.0.0.1:0").expect("a free port");
    probe.local_addr().expect("an address").port()
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("folder");
    for entry in fs::read_dir(from).into_iter().flatten().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy");
        }
    }
}

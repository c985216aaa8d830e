//! Where a server under test lives, and the commands that are run there.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::database::{self, Backend, Database};

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A folder of its own under the system's temporary folder, and a database that is not in it where
/// the backend is a server; both are removed when dropped.
#[derive(Debug)]
pub struct Home {
    root: PathBuf,
    database: Database,
    variables: Vec<(String, PathBuf)>,
}

/// How a command ended.
#[derive(Debug)]
#[allow(missing_docs, reason = "the line above says it")]
pub struct Ended {
    pub success: bool,
    pub out: String,
    pub err: String,
}

/// The binary under test: `PURLIN_BIN`, or what was built beside this test.
#[must_use]
pub fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("PURLIN_BIN") {
        return path.into();
    }
    let own = std::env::current_exe().expect("the test binary has a path");
    let built = own.ancestors().nth(2).expect("target/debug/deps/it").join("purlin");
    assert!(built.exists(), "build the server first (cargo build) or set PURLIN_BIN");
    built
}

/// An empty folder under the system's temporary folder.
pub(crate) fn empty_folder() -> PathBuf {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("purlin-it-{}-{number}", std::process::id());
    let root = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&root);
    fs::create_dir_all(&root).expect("a temporary folder");
    root
}

impl Home {
    /// An empty folder, and a database of the kind `PURLIN_TEST_BACKEND` names.
    #[must_use]
    pub fn new() -> Home {
        Home::on(Backend::chosen())
    }

    /// An empty folder and a database of that kind.
    #[must_use]
    pub fn on(backend: Backend) -> Home {
        Home::with(Database::fresh(backend))
    }

    /// An empty folder and that database.
    #[must_use]
    pub fn with(database: Database) -> Home {
        Home { root: empty_folder(), database, variables: Vec::new() }
    }

    /// Commands that are run here find this file under that name in their environment.
    #[must_use]
    pub fn with_variable(mut self, name: &str, file: PathBuf) -> Home {
        self.variables.push((name.to_owned(), file));
        self
    }

    /// The folder itself, for other files a test needs.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The database that is given as `--database`.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Writes a text into a field of a stored record past the server, where it is nobody's to set.
    pub fn overwrite(&self, collection: &str, id: &str, field: &str, text: &str) {
        let file = self.data().join("data.db");
        database::overwrite(&self.database, &file, [collection, id, field], text);
    }

    /// The directory that is given as `--dir`.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.root.join("data")
    }

    /// The binary with these arguments, in this folder; the environment of the person who runs the
    /// tests does not reach it.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).current_dir(&self.root).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PURLIN_") {
                command.env_remove(name);
            }
        }
        command.env("PURLIN_DIR", self.data());
        command.envs(self.variables.iter().map(|(name, file)| (name, file)));
        if let Some(url) = &self.database.url {
            command.env("PURLIN_DATABASE_URL", url);
        }
        command
    }

    /// Runs the binary to its end, with this text on its standard input.
    #[must_use]
    pub fn run(&self, args: &[&str], input: &str) -> Ended {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("the binary ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Ended {
            success: output.status.success(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

impl Default for Home {
    fn default() -> Self {
        Home::new()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

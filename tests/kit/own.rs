//! Database servers of a test's own, which may be ended at any time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::database::Backend;
use crate::home::empty_folder;

/// A database server with its own files and port, ended and removed when dropped.
#[derive(Debug)]
pub struct OwnServer {
    /// Where it is.
    pub url: String,
    script: PathBuf,
    state: PathBuf,
}

impl OwnServer {
    /// An empty server of that kind.
    ///
    /// # Panics
    /// When there can be none, with what the script said.
    #[must_use]
    pub fn start(backend: Backend) -> OwnServer {
        let script = match backend {
            Backend::Sqlite => panic!("SQLite has no server"),
            Backend::Postgres => "postgres.sh",
            Backend::Mysql => "mariadb.sh",
            Backend::Mongodb => "mongod.sh",
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("services").join(script);
        let mut server = OwnServer { url: String::new(), script, state: empty_folder() };
        server.again();
        server
    }

    /// Ends it at once, as a crash would.
    pub fn crash(&self) {
        self.run("crash");
    }

    /// Starts it again where it was, with what it had; comes back when it takes requests.
    pub fn again(&mut self) {
        let said = self.run("own");
        let url = said.split('\'').nth(1);
        self.url = url.unwrap_or_else(|| panic!("no URL in {said:?}")).to_owned();
    }

    fn run(&self, verb: &str) -> String {
        let mut command = Command::new(&self.script);
        let output = command.arg(verb).env("PURLIN_TEST_STATE", &self.state).output();
        let output = output.expect("the script starts");
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{} {verb}: {err}", self.script.display());
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let mut command = Command::new(&self.script);
        let ended = command.arg("down").env("PURLIN_TEST_STATE", &self.state).output();
        let well = ended.as_ref().is_ok_and(|output| output.status.success());
        assert!(well || std::thread::panicking(), "{}: {ended:?}", self.script.display());
        let _ = fs::remove_dir_all(&self.state);
    }
}

//! A server of its own for each test, stopped and removed when the test ends.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use purlin_sdk::{Client, Collection, Field};

pub(crate) const EMAIL: &str = "root@example.com";
pub(crate) const PASSWORD: &str = "correct-horse-battery";

pub(crate) struct TestServer {
    pub(crate) url: String,
    dir: PathBuf,
    process: Child,
}

impl TestServer {
    /// Starts a server with one superuser on a free port and waits until it answers.
    pub(crate) async fn start() -> Self {
        let binary = binary();
        // The data folder lies one level down, so that whatever a server puts beside it goes too.
        let dir = fresh_dir();
        let made = Command::new(&binary)
            .args(["superuser", "upsert", EMAIL, PASSWORD, "--dir"])
            .arg(dir.join("data"))
            .output()
            .unwrap_or_else(|error| panic!("cannot run {}: {error}", binary.display()));
        assert!(
            made.status.success(),
            "superuser upsert: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let address = free_address();
        let process = serve(&address, &dir);
        let mut server = Self { url: format!("http://{address}"), dir, process };
        server.wait_until_healthy().await;
        server
    }

    /// Kills the server and starts it again, at the same address and with the same data.
    pub(crate) async fn restart(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.process = serve(self.url.trim_start_matches("http://"), &self.dir);
        self.wait_until_healthy().await;
    }

    /// A client that nobody is signed in to.
    pub(crate) fn guest(&self) -> Client {
        Client::new(&self.url).expect("a client")
    }

    /// A client that the superuser is signed in to.
    pub(crate) async fn superuser(&self) -> Client {
        let client = self.guest();
        client
            .collection("_superusers")
            .auth_with_password(EMAIL, PASSWORD)
            .await
            .expect("the superuser signs in");
        client
    }

    async fn wait_until_healthy(&mut self) {
        let client = self.guest();
        let deadline = Instant::now() + Duration::from_secs(60);
        while client.health().await.is_err() {
            let exited = self.process.try_wait().expect("the process can be asked");
            if exited.is_some() || Instant::now() > deadline {
                let log = std::fs::read_to_string(self.dir.join("server.log")).unwrap_or_default();
                panic!("the server does not answer ({exited:?}): {log}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// A collection `tasks` that anybody may use.
pub(crate) async fn create_tasks(superuser: &Client) -> Collection {
    let tasks = Collection::base("tasks")
        .field(Field::text("title").required())
        .field(Field::number("votes"))
        .field(Field::bool("done"))
        .field(Field::select("tags", ["home", "work", "fun"]).max_select(3))
        .field(Field::date("due"))
        .field(Field::created("created"))
        .field(Field::updated("updated"))
        .list_rule("")
        .view_rule("")
        .create_rule("")
        .update_rule("")
        .delete_rule("");
    superuser.collections().create(&tasks).await.expect("tasks are created")
}

fn serve(address: &str, dir: &Path) -> Child {
    let log = std::fs::File::create(dir.join("server.log")).expect("a log file");
    Command::new(binary())
        .args(["serve", "--http", address, "--dir"])
        .arg(dir.join("data"))
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .expect("the server starts")
}

fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("PURLIN_BIN") {
        return path.into();
    }
    // target/debug/deps/it-… → target/debug/purlin
    let here = std::env::current_exe().expect("the test knows where it is");
    let built = here.ancestors().nth(2).map(|folder| folder.join("purlin"));
    match built {
        Some(path) if path.is_file() => path,
        _ => panic!("no server to test with: run `cargo build -p purlin` first, or set PURLIN_BIN"),
    }
}

fn free_address() -> String {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
    socket.local_addr().expect("an address").to_string()
}

fn fresh_dir() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let dir = std::env::temp_dir().join(format!("purlin-sdk-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a folder for the server");
    dir
}

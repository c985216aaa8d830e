//! The servers that are compared, as processes of their own.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::json;

use crate::Failure;
use crate::bare::POOL;
use crate::client::Connection;

/// A running server; killed when dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts a command with `--http 127.0.0.1:PORT` and waits until it answers.
    async fn start(binary: &Path, arguments: &[&str]) -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("127.0.0.1:{port}");
        let mut command = pinned(binary);
        command.args(arguments).args(["--http", &address]).stdout(Stdio::null());
        let server = Server { process: command.spawn()?, port };
        for _ in 0..300 {
            if let Ok(mut connection) = Connection::open(port).await
                && connection.ask("GET", "/api/health", "").await.is_ok()
            {
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("{} did not come up", binary.display()).into())
    }

    /// The handlers over the bare driver.
    pub(crate) async fn bare(url: &str) -> Result<Self, Failure> {
        Server::start(&std::env::current_exe()?, &["bare", "--url", url]).await
    }

    /// Purlin on the same database, with a superuser and the collection.
    pub(crate) async fn purlin(binary: &Path, url: &str, dir: &Path) -> Result<Self, Failure> {
        let config = dir.join("bench.toml");
        std::fs::write(&config, format!("[database]\npool_size = {POOL}\n"))?;
        let dir = dir.to_string_lossy().into_owned();
        let config = config.to_string_lossy().into_owned();
        let place = ["--database", url, "--dir", &dir, "--config", &config];
        Server::with_collection(binary, &place).await
    }

    /// Purlin or a stock PocketBase on its embedded database, with a superuser and the collection.
    pub(crate) async fn embedded(binary: &Path, dir: &Path) -> Result<Self, Failure> {
        let dir = dir.to_string_lossy().into_owned();
        Server::with_collection(binary, &["--dir", &dir]).await
    }

    async fn with_collection(binary: &Path, place: &[&str]) -> Result<Self, Failure> {
        let made = Command::new(binary)
            .args(["superuser", "upsert", ROOT, PASSWORD])
            .args(place)
            .stdout(Stdio::null())
            .status()?;
        if !made.success() {
            return Err("the superuser could not be made".into());
        }
        let server = Server::start(binary, &[&["serve"], place].concat()).await?;
        server.make_collection().await?;
        Ok(server)
    }

    /// How much memory the process has, in KiB.
    pub(crate) fn memory_kib(&self) -> Result<u64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let text = line.and_then(|line| line.split_whitespace().next());
        Ok(text.ok_or("the system does not tell how much memory a process has")?.parse()?)
    }

    async fn make_collection(&self) -> Result<(), Failure> {
        let client = reqwest::Client::new();
        let at = |path: &str| format!("http://127.0.0.1:{}/api/collections{path}", self.port);
        let form = json!({"identity": ROOT, "password": PASSWORD});
        let signed = client.post(at("/_superusers/auth-with-password")).json(&form).send().await?;
        let signed: serde_json::Value = signed.error_for_status()?.json().await?;
        let token = signed["token"].as_str().unwrap_or_default();
        let text = |name: &str| json!({"name": name, "type": "text", "max": 5000});
        let date = |name: &str, on_update: bool| json!({"name": name, "type": "autodate", "onCreate": true, "onUpdate": on_update});
        let definition = json!({
            "name": "messages",
            "type": "base",
            "fields": [
                text("author"), text("room"), text("body"), {"name": "score", "type": "number"},
                date("created", false), date("updated", true),
            ],
            "indexes": ["CREATE INDEX idx_messages_room ON messages (room, created)"],
            "listRule": "", "viewRule": "", "createRule": "",
        });
        let made = client.post(at("")).header("authorization", token).json(&definition);
        made.send().await?.error_for_status()?;
        Ok(())
    }
}

const ROOT: &str = "root@bench.test";
const PASSWORD: &str = "bench-Passw0rd-123";

/// A command on core 1, so that it does not take the load generator's; as it is where there is no
/// `taskset`.
fn pinned(binary: &Path) -> Command {
    if Command::new("taskset").arg("--version").stdout(Stdio::null()).status().is_err() {
        return Command::new(binary);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "1"]).arg(binary);
    command
}

//! Redis servers of a test's own, which may be ended and frozen at any time.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a start may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// A Redis that forgets everything when it ends. Ended when dropped.
#[derive(Debug)]
pub struct RedisServer {
    /// Where it listens on the loopback address.
    pub port: u16,
    extra: Vec<String>,
    folder: PathBuf,
    process: Option<Child>,
}

impl RedisServer {
    /// An empty one.
    #[must_use]
    pub fn start() -> RedisServer {
        RedisServer::start_with(&[])
    }

    /// An empty one with more arguments, as `redis-server` takes them.
    #[must_use]
    pub fn start_with(extra: &[&str]) -> RedisServer {
        let all = ["--save", "", "--appendonly", "no"].iter().chain(extra);
        RedisServer::of(all.map(|&text| text.to_owned()).collect(), "")
    }

    /// A sentinel that watches that server as the service `main`.
    #[must_use]
    pub fn sentinel(of: &RedisServer) -> RedisServer {
        let watched = format!("sentinel monitor main 127.0.0.1 {} 1\n", of.port);
        RedisServer::of(vec!["--sentinel".to_owned()], &watched)
    }

    fn of(extra: Vec<String>, file: &str) -> RedisServer {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its number").port();
        drop(free);
        let folder = format!("purlin-redis-{}-{port}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        fs::create_dir_all(&folder).expect("a temporary folder");
        fs::write(folder.join("redis.conf"), file).expect("its file");
        let mut server = RedisServer { port, extra, folder, process: None };
        server.again();
        server
    }

    /// What a server is given as `--redis`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    /// Starts it again where it was, empty; comes back when it answers.
    ///
    /// # Panics
    /// When it does not.
    pub fn again(&mut self) {
        self.kill();
        let program = std::env::var_os("PURLIN_TEST_REDIS_SERVER");
        let mut command = Command::new(program.unwrap_or_else(|| "redis-server".into()));
        let port = self.port.to_string();
        command.arg(self.folder.join("redis.conf")).args(["--bind", "127.0.0.1", "--port", &port]);
        command.arg("--dir").arg(&self.folder).args(&self.extra);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = command.spawn();
        self.process =
            Some(started.expect("redis-server starts (install it, or ./tests/run does)"));
        let deadline = Instant::now() + PATIENCE;
        while !self.answers() {
            assert!(Instant::now() < deadline, "redis-server on port {port} does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Stops it in its tracks: connections stay, nothing is answered.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Lets a frozen one go on.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    /// Tells it an inline command; what it answers first.
    ///
    /// # Panics
    /// When it cannot be told.
    #[must_use]
    pub fn tell(&self, line: &str) -> String {
        self.ask(line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    fn ask(&self, line: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(format!("{line}\r\n").as_bytes())?;
        let mut answer = vec![0; 64 * 1024];
        let read = stream.read(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[..read]).into_owned())
    }

    /// Anything that is a word of Redis; one that wants a password says so.
    fn answers(&self) -> bool {
        self.ask("PING").is_ok_and(|said| said.starts_with("+PONG") || said.starts_with("-NOAUTH"))
    }

    fn signal(&self, name: &str) {
        let process = self.process.as_ref().expect("a running server").id();
        let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -{name} {process}");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

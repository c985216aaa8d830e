//! A running server.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::call::Asking;
use crate::database::Backend;
use crate::home::Home;

/// E-mail address and password of the superuser.
pub const ROOT: (&str, &str) = ("root@example.com", "correct horse 42");

/// How long a start or an end may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The real binary serving an own folder on a free port, with a superuser. Killed when dropped,
/// which fails the test if it printed a panic.
pub struct TestApp {
    /// Where it lives.
    pub home: Home,
    /// Where it listens on the loopback address.
    pub port: u16,
    /// A token of the superuser.
    pub token: String,
    running: Option<Running>,
    extra: Vec<String>,
}

struct Running {
    process: Child,
    said: Arc<Mutex<String>>,
    listeners: Vec<JoinHandle<()>>,
}

impl TestApp {
    /// A fresh server with the superuser [`ROOT`], on the kind of database `PURLIN_TEST_BACKEND`
    /// names.
    #[must_use]
    pub fn start() -> TestApp {
        TestApp::start_with(&[])
    }

    /// As [`TestApp::start`], on that kind of database.
    #[must_use]
    pub fn on(backend: Backend) -> TestApp {
        TestApp::at(Home::on(backend), &[])
    }

    /// As [`TestApp::start`], with more arguments after `serve`.
    #[must_use]
    pub fn start_with(extra: &[&str]) -> TestApp {
        TestApp::at(Home::new(), extra)
    }

    /// As [`TestApp::start_with`], on this folder and its database.
    #[must_use]
    pub fn at(home: Home, extra: &[&str]) -> TestApp {
        let made = home.run(&["superuser", "upsert", ROOT.0, "--stdin"], ROOT.1);
        assert!(made.success, "superuser upsert failed: {}{}", made.out, made.err);
        let mut app = TestApp::without_superuser(home, extra);
        app.sign_in();
        app
    }

    /// Signs the superuser [`ROOT`] in.
    pub fn sign_in(&mut self) {
        let form = json!({"identity": ROOT.0, "password": ROOT.1});
        let signed = self.post("/api/collections/_superusers/auth-with-password").json(&form);
        self.token = signed.expect(200).text("/token");
    }

    /// A server on this folder as it is; `token` is empty.
    #[must_use]
    pub fn without_superuser(home: Home, extra: &[&str]) -> TestApp {
        let extra = extra.iter().map(|&text| text.to_owned()).collect();
        let mut app = TestApp { home, port: 0, token: String::new(), running: None, extra };
        app.restart();
        app
    }

    /// Starts it again on the same folder; the port is another.
    pub fn restart(&mut self) {
        self.kill();
        let mut command = self.home.command(&["serve", "--http", "127.0.0.1:0"]);
        command.args(&self.extra).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (running, lines) = Running::spawn(command);
        let port = lines.and_then(|lines| greeted(&lines));
        self.running = Some(running);
        self.port = port.unwrap_or_else(|| panic!("the server did not come up:\n{}", self.said()));
    }

    /// Everything it printed so far.
    #[must_use]
    pub fn said(&self) -> String {
        let said = self.running.as_ref().map(|running| running.said.clone());
        said.map(|said| said.lock().unwrap_or_else(PoisonError::into_inner).clone())
            .unwrap_or_default()
    }

    /// The last lines it printed.
    #[must_use]
    pub fn last_words(&self) -> String {
        let said = self.said();
        let mut lines: Vec<&str> = said.lines().rev().take(4).collect();
        lines.reverse();
        lines.join("\n")
    }

    /// Waits until it has printed this.
    pub fn waits_for(&self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.said().contains(text) {
            assert!(Instant::now() < deadline, "it never said {text:?}:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The number `n` of each record at that address, by its id.
    #[must_use]
    pub fn numbers(&self, records: &str) -> HashMap<String, u64> {
        let mut found = HashMap::new();
        for page in 1.. {
            let target = format!("{records}?perPage=1000&page={page}");
            let answer = self.get(&target).root().expect(200).json();
            let items = answer["items"].as_array().cloned().unwrap_or_default();
            for item in &items {
                let id = item["id"].as_str().unwrap_or_default().to_owned();
                found.insert(id, item["n"].as_u64().unwrap_or_default());
            }
            if items.len() < 1_000 {
                break;
            }
        }
        found
    }

    /// The id of its process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.running.as_ref().map_or(0, |running| running.process.id())
    }

    /// Ends it at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.process.kill();
            running.ended();
        }
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let line = format!("kill -TERM {}", self.process());
        let sent = Command::new("sh").args(["-c", &line]).status();
        assert!(sent.is_ok_and(|status| status.success()), "{line}");
    }

    /// Waits until it ended by itself.
    pub fn ended(&mut self) -> ExitStatus {
        let mut running = self.running.take().expect("a running server");
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = running.process.try_wait().expect("its status") {
                running.ended();
                return status;
            }
            if Instant::now() > deadline {
                let _ = running.process.kill();
                panic!("it did not end:\n{}", running.ended());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// A request.
    pub fn ask(&self, method: &'static str, target: &str) -> Asking<'_> {
        Asking::new(self, method, target)
    }

    /// `GET`
    pub fn get(&self, target: &str) -> Asking<'_> {
        self.ask("GET", target)
    }

    /// `POST`
    pub fn post(&self, target: &str) -> Asking<'_> {
        self.ask("POST", target)
    }

    /// `PATCH`
    pub fn patch(&self, target: &str) -> Asking<'_> {
        self.ask("PATCH", target)
    }

    /// `DELETE`
    pub fn delete(&self, target: &str) -> Asking<'_> {
        self.ask("DELETE", target)
    }
}

impl Running {
    /// Starts it; the lines of its standard output come out of the receiver.
    fn spawn(mut command: Command) -> (Running, Option<Receiver<String>>) {
        let mut process = command.spawn().expect("the server starts");
        let said = Arc::new(Mutex::new(String::new()));
        let (out, err) = (process.stdout.take(), process.stderr.take());
        let (send, lines) = channel();
        let mut listeners = Vec::new();
        if let Some(out) = out {
            listeners.push(listen(out, &said, move |line| drop(send.send(line))));
        }
        if let Some(err) = err {
            listeners.push(listen(err, &said, drop));
        }
        (Running { process, said, listeners }, Some(lines))
    }

    /// Waits for its end; everything it printed. A panic in it fails the test.
    fn ended(&mut self) -> String {
        let _ = self.process.wait();
        for listener in self.listeners.drain(..) {
            let _ = listener.join();
        }
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let panicked = said.contains("panicked at") || said.contains("overflowed its stack");
        assert!(std::thread::panicking() || !panicked, "the server panicked:\n{said}");
        said
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Keeps what a stream says, and hands its lines on.
fn listen(
    stream: impl Read + Send + 'static,
    said: &Arc<Mutex<String>>,
    mut line: impl FnMut(String) + Send + 'static,
) -> JoinHandle<()> {
    let said = said.clone();
    std::thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut bytes = Vec::new();
        while stream.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            said.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
            line(text);
            bytes.clear();
        }
    })
}

/// The port in the greeting, once all of it is there: it ends with the third `curl` line.
fn greeted(lines: &Receiver<String>) -> Option<u16> {
    let deadline = Instant::now() + PATIENCE;
    let (mut port, mut examples) = (None, 0);
    while examples < 3 {
        let line = match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        if let Some((_, address)) = line.split_once(" serves http://") {
            port = address.trim().rsplit(':').next().and_then(|port| port.parse().ok());
        }
        examples += usize::from(line.trim_start().starts_with("curl "));
    }
    port
}

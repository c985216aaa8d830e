//! A client that follows a collection over server-sent events, wherever it is connected to, and
//! comes back with where it was.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::wire;

/// How often a subscription is tried that another server was asked for.
const TRIES: usize = 20;
/// How long is waited before a next try.
const PAUSE: Duration = Duration::from_millis(50);
/// How long the end may take to be noticed.
const LOOK: Duration = Duration::from_millis(100);

/// A message about a record.
#[derive(Clone, Debug)]
pub struct Message {
    /// What its frame was called.
    pub id: String,
    /// Create, update or delete.
    pub action: String,
    /// The record.
    pub record: Value,
    /// When it came.
    pub at: Instant,
}

/// What a follower was told.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// How often it subscribed.
    pub subscribed: usize,
    /// The messages, in the order in which they came.
    pub messages: Vec<Message>,
    /// Frames that are no messages, or say that a position is gone.
    pub others: Vec<String>,
    /// What went wrong; it went on.
    pub faults: Vec<String>,
}

/// A client on a thread of its own, ended when dropped.
pub struct Follower {
    heard: Arc<Mutex<Heard>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// The part of a follower that runs.
struct Following {
    port: u16,
    topic: String,
    /// What the last frame was called.
    last: String,
    heard: Arc<Mutex<Heard>>,
    over: Arc<AtomicBool>,
}

impl Follower {
    /// Follows a topic at that port; comes back when it is subscribed.
    ///
    /// # Panics
    /// When it cannot subscribe.
    #[must_use]
    pub fn start(port: u16, topic: &str) -> Follower {
        let (heard, over) = (Arc::<Mutex<Heard>>::default(), Arc::<AtomicBool>::default());
        let (topic, last) = (topic.to_owned(), String::new());
        let mut following =
            Following { port, topic, last, heard: heard.clone(), over: over.clone() };
        let thread = std::thread::spawn(move || following.run());
        let follower = Follower { heard, over, thread: Some(thread) };
        let deadline = Instant::now() + Duration::from_secs(15);
        while follower.heard().subscribed == 0 {
            assert!(Instant::now() < deadline, "no subscription: {:?}", follower.heard());
            std::thread::sleep(LOOK / 10);
        }
        follower
    }

    /// What it was told so far.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.over.store(true, SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Following {
    fn run(&mut self) {
        while !self.over.load(SeqCst) {
            if let Err(fault) = self.connection() {
                self.note(|heard| heard.faults.push(fault));
                std::thread::sleep(PAUSE);
            }
        }
    }

    /// One connection, to its end.
    fn connection(&mut self) -> Result<(), String> {
        let mut link = wire::connect(self.port)?;
        link.set_read_timeout(Some(LOOK)).map_err(|error| error.to_string())?;
        let last = match self.last.as_str() {
            "" => String::new(),
            last => format!("Last-Event-ID: {last}\r\n"),
        };
        let head = format!(
            "GET /api/realtime?resume=true HTTP/1.1\r\nHost: 127.0.0.1\r\n\
             Accept: text/event-stream\r\n{last}\r\n"
        );
        link.write_all(head.as_bytes()).map_err(|error| error.to_string())?;
        let mut body = Body::default();
        loop {
            let ended = self.more(&mut link, &mut body)?;
            while let Some(frame) = body.frame() {
                self.frame(&frame)?;
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// Reads what there is; whether that was all.
    fn more(&self, link: &mut TcpStream, body: &mut Body) -> Result<bool, String> {
        let mut bytes = [0; 16_384];
        match link.read(&mut bytes) {
            Ok(0) => Err("the connection ended".to_owned()),
            Ok(read) => body.take(&bytes[..read]).map(|()| self.over.load(SeqCst)),
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                Ok(self.over.load(SeqCst))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn frame(&mut self, text: &str) -> Result<(), String> {
        let member = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
        if let Some(id) = member("id:") {
            id.clone_into(&mut self.last);
        }
        // A frame may only say how far one has got.
        let Some(data) = member("data:") else { return Ok(()) };
        let data: Value =
            serde_json::from_str(data).map_err(|error| format!("{error}: {text:?}"))?;
        let event = member("event:").unwrap_or_default();
        if event == "PB_CONNECT" {
            if data["resumed"] == false {
                self.note(|heard| heard.others.push(text.to_owned()));
            }
            return self.subscribe(data["clientId"].as_str().unwrap_or_default());
        }
        let id = self.last.clone();
        let known = event == self.topic;
        self.note(|heard| match known {
            true => heard.messages.push(Message {
                id,
                action: data["action"].as_str().unwrap_or_default().to_owned(),
                record: data["record"].clone(),
                at: Instant::now(),
            }),
            false => heard.others.push(text.to_owned()),
        });
        Ok(())
    }

    /// Subscribes at whichever server is next.
    fn subscribe(&self, client: &str) -> Result<(), String> {
        let body = json!({"clientId": client, "subscriptions": [self.topic]}).to_string();
        let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
        let mut last = String::new();
        for _ in 0..TRIES {
            match wire::ask(self.port, "POST", "/api/realtime", &headers, body.as_bytes()) {
                Ok(answer) if answer.status == 204 => {
                    self.note(|heard| heard.subscribed += 1);
                    return Ok(());
                }
                Ok(answer) => {
                    last = format!("{} {}", answer.status, String::from_utf8_lossy(&answer.body));
                }
                Err(fault) => last = fault,
            }
            std::thread::sleep(PAUSE);
        }
        Err(format!("no subscription: {last}"))
    }

    fn note(&self, take: impl FnOnce(&mut Heard)) {
        take(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A body that comes in pieces, its transfer coding undone as it comes.
#[derive(Default)]
struct Body {
    raw: Vec<u8>,
    /// Whether the head was read.
    begun: bool,
    text: Vec<u8>,
}

impl Body {
    fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.raw.extend_from_slice(bytes);
        if !self.begun {
            let Some(end) = find(&self.raw, b"\r\n\r\n") else { return Ok(()) };
            let head = String::from_utf8_lossy(&self.raw[..end]).to_ascii_lowercase();
            if !head.starts_with("http/1.1 200") || !head.contains("transfer-encoding: chunked") {
                return Err(format!("not a stream: {head}"));
            }
            self.raw.drain(..end + 4);
            self.begun = true;
        }
        while let Some(end) = find(&self.raw, b"\r\n") {
            let size = String::from_utf8_lossy(&self.raw[..end]).into_owned();
            let size = usize::from_str_radix(size.trim(), 16).map_err(|_| "no chunk".to_owned())?;
            if self.raw.len() < end + size + 4 {
                break;
            }
            self.text.extend_from_slice(&self.raw[end + 2..end + 2 + size]);
            self.raw.drain(..end + size + 4);
        }
        Ok(())
    }

    /// The next frame that is whole.
    fn frame(&mut self) -> Option<String> {
        let end = find(&self.text, b"\n\n")?;
        let frame = String::from_utf8_lossy(&self.text[..end]).into_owned();
        self.text.drain(..end + 2);
        Some(frame)
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

#[test]
fn frames_come_in_pieces() {
    let whole = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
                 9\r\nid:a\ndata\r\n4\r\n:1\n\n\r\n7\r\nid:b\n\nx\r\n";
    for size in [1, 3, whole.len()] {
        let (mut body, mut frames) = (Body::default(), Vec::new());
        for piece in whole.as_bytes().chunks(size) {
            body.take(piece).unwrap();
            frames.extend(std::iter::from_fn(|| body.frame()));
        }
        assert_eq!(frames, ["id:a\ndata:1", "id:b"]);
    }
}

//! A stream of server-sent events, frame by frame.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::call::{Answer, Asking};
use crate::wire;

/// How long a frame may take, generously: a machine that runs tests is busy.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to `/api/realtime`.
pub struct Stream {
    /// The id the server gave.
    pub id: String,
    /// The first frame.
    pub greeting: Frame,
    /// The head of the answer.
    pub head: String,
    link: BufReader<TcpStream>,
    /// What was read and is no whole frame yet.
    rest: Vec<u8>,
}

/// A frame as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// All of it, to the empty line.
    pub raw: String,
}

impl Frame {
    /// What a field of it says; `""` where there is none.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        let said = |line: &'_ str| line.strip_prefix(name)?.strip_prefix(':').map(str::len);
        let line = self.raw.lines().find(|line| said(line).is_some());
        line.map_or("", |line| &line[name.len() + 1..])
    }

    /// The data as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(self.field("data")).unwrap_or(Value::Null)
    }

    /// `event action value`: the value of that member of the record, for tables.
    #[must_use]
    pub fn brief(&self, member: &str) -> String {
        let data = self.json();
        let value = match &data["record"][member] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        format!("{} {} {value}", self.field("event"), data["action"].as_str().unwrap_or("?"))
    }
}

impl Stream {
    /// Connects to `/api/realtime` with this behind it.
    #[must_use]
    pub fn open(app: &TestApp, query: &str) -> Stream {
        Stream::open_with(app, query, &[])
    }

    /// As [`Stream::open`], with headers.
    #[must_use]
    pub fn open_with(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> Stream {
        let link = wire::connect(app.port).expect("a connection");
        link.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let mut ask = format!("GET /api/realtime{query} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        for (name, value) in headers {
            ask += &format!("{name}: {value}\r\n");
        }
        (&link).write_all((ask + "\r\n").as_bytes()).expect("a request");
        let mut link = BufReader::new(link);
        let head = wire::head(&mut link);
        let nothing = Frame { raw: String::new() };
        let (id, rest) = (String::new(), Vec::new());
        let mut stream = Stream { id, greeting: nothing, head, link, rest };
        stream.greeting = stream.next().expect("a greeting");
        stream.id = stream.greeting.json()["clientId"].as_str().unwrap_or("").to_owned();
        stream
    }

    /// Subscribes to these topics instead of those before.
    pub fn subscribing<'a>(&self, app: &'a TestApp, topics: &[&str]) -> Asking<'a> {
        app.post("/api/realtime").json(&json!({"clientId": self.id, "subscriptions": topics}))
    }

    /// As [`Stream::subscribing`], as the owner of a token, which has to succeed.
    pub fn subscribe(&self, app: &TestApp, token: &str, topics: &[&str]) -> Answer {
        let asking = self.subscribing(app, topics);
        if token.is_empty() { asking.expect(204) } else { asking.bearer(token).expect(204) }
    }

    /// The next frame; `None` when the server ended the stream. Fails the test when nothing comes.
    #[allow(clippy::should_implement_trait, reason = "it fails the test")]
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
                let frame: Vec<u8> = self.rest.drain(..end + 2).collect();
                return Some(Frame { raw: String::from_utf8(frame).expect("text") });
            }
            let mut size = String::new();
            self.link.read_line(&mut size).expect("a frame in time");
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
            if size == 0 {
                return None;
            }
            let mut chunk = vec![0; size + 2];
            self.link.read_exact(&mut chunk).expect("a whole chunk");
            self.rest.extend_from_slice(&chunk[..size]);
        }
    }

    /// The frames up to one that says this, which is not among them.
    pub fn until(&mut self, text: &str) -> Vec<Frame> {
        let mut frames = Vec::new();
        loop {
            let frame = self.next().expect("the stream goes on");
            if frame.raw.contains(text) {
                return frames;
            }
            frames.push(frame);
        }
    }
}

//! One connection: a stream of frames (SSE), or of messages (WebSocket).

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use jiff::Timestamp;
use parking_lot::Mutex;
use purlin_model::Json;

use super::Realtime;
use super::places::Places;
use super::queue::{Message, Outgoing, Queue};

/// The first message of a connection.
const CONNECT: &str = "PB_CONNECT";
/// How many bytes are gathered for one write, as far as messages are there.
const CHUNK: usize = 64 << 10;

/// Who is connected.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) id: Arc<str>,
    pub(super) ip: Option<IpAddr>,
    /// When it came, for people.
    pub(super) since: Timestamp,
    pub(super) begun: Instant,
    /// Whether it is told positions to resume from.
    pub(super) resumes: bool,
    pub(super) queue: Queue,
    /// Where it goes on, until it subscribes.
    pub(super) missed: Mutex<Option<Places>>,
}

/// A connection as its transport holds it; the client leaves when it is dropped.
#[derive(Debug)]
pub struct Connection {
    pub(super) realtime: Arc<Realtime>,
    pub(super) client: Arc<Client>,
}

impl Client {
    /// Says who the client is, and whether it goes on where it was.
    pub(super) fn greet(&self, resumed: Option<bool>) {
        let mut members = vec![("clientId".to_owned(), Json::from(&*self.id))];
        members.extend(resumed.map(|resumed| ("resumed".to_owned(), Json::Bool(resumed))));
        let data = Json::Object(members).to_text().into();
        self.queue.tell(Message { event: Some(CONNECT.into()), data, place: None });
    }

    /// The `id` of a frame after which the client has got so far.
    fn place(&self, outgoing: &Outgoing<'_>, out: &mut String) {
        out.push_str(&self.id);
        if self.resumes && !outgoing.places.is_empty() {
            let _ = write!(out, ":{}", outgoing.places);
        }
    }
}

impl Connection {
    /// The client's id.
    #[must_use]
    pub fn id(&self) -> &Arc<str> {
        &self.client.id
    }

    /// The next frames of server-sent events, many in one piece; `None` when the connection is to
    /// end.
    pub fn poll_frames(&self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut text = String::new();
        let polled = self.client.queue.poll(context, Instant::now(), |outgoing| {
            frame(&self.client, outgoing, &mut text);
            text.len() < CHUNK
        });
        polled.map(|some| some.map(|()| Bytes::from(text)))
    }

    /// The next messages as JSON objects `{"id", "event", "data"}`; `None` when the connection is to
    /// end.
    pub fn poll_messages(&self, context: &mut Context<'_>) -> Poll<Option<Vec<String>>> {
        let (mut messages, mut length) = (Vec::new(), 0);
        let polled = self.client.queue.poll(context, Instant::now(), |outgoing| {
            let message = message(&self.client, outgoing);
            length += message.len();
            messages.push(message);
            length < CHUNK
        });
        polled.map(|some| some.map(|()| messages))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.realtime.leave(&self.client.id);
    }
}

fn frame(client: &Client, outgoing: &Outgoing<'_>, out: &mut String) {
    let event = outgoing.event.unwrap_or("");
    out.reserve(event.len() + outgoing.data.len() + 96);
    out.push_str("id:");
    client.place(outgoing, out);
    if outgoing.event.is_some() {
        out.push_str("\nevent:");
        // A line break would end the field.
        match event.contains(['\n', '\r']) {
            false => out.push_str(event),
            true => out.push_str(&event.replace(['\n', '\r'], "")),
        }
        out.push_str("\ndata:");
        out.push_str(outgoing.data);
    }
    out.push_str("\n\n");
}

fn message(client: &Client, outgoing: &Outgoing<'_>) -> String {
    let mut id = String::new();
    client.place(outgoing, &mut id);
    let mut out = String::with_capacity(outgoing.data.len() + 160);
    let _ = write!(out, "{{\"id\":{}", Json::Text(id).to_text());
    if let Some(event) = outgoing.event {
        let event = Json::from(event).to_text();
        let _ = write!(out, ",\"event\":{event},\"data\":{}", outgoing.data);
    }
    out.push('}');
    out
}

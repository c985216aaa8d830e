//! One connection to the server, from its greeting to its end.

use std::time::Duration;

use reqwest::Method;
use serde::Deserialize;
use serde::de::Error as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::frames::{Frame, Frames};
use crate::client::Client;
use crate::request::Request;
use crate::{Error, Result};

/// How long connecting may take, up to the greeting.
const CONNECTING: Duration = Duration::from_secs(15);

/// Servers end a connection that was idle for five minutes. One that says nothing for longer is
/// dead, and the network did not tell.
const SILENCE: Duration = Duration::from_secs(6 * 60);

pub(super) struct Connection {
    response: reqwest::Response,
    frames: Frames,
    /// When the server must have said something.
    dead_at: Instant,
    /// Whom the server takes us for.
    pub(super) client_id: String,
    /// The server will tell what was missed since the last connection.
    pub(super) resumed: bool,
    /// Where a connection to come may resume, as the greeting says.
    pub(super) position: Option<String>,
}

/// The data of the first message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Greeting {
    client_id: String,
    #[serde(default)]
    resumed: bool,
}

/// What ended a connection.
pub(super) enum Lost {
    /// The server ended it, or the network.
    Connection(Error),
    /// A message does not fit into memory. Asking for it again would end the same way.
    Flooded,
}

impl Connection {
    /// Connects; `position` is where the last connection was when it ended.
    pub(super) async fn open(client: &Client, position: Option<&str>) -> Result<Self> {
        let attempt = timeout(CONNECTING, Self::greeted(client, position));
        attempt.await.unwrap_or(Err(Error::Timeout { after: CONNECTING }))
    }

    async fn greeted(client: &Client, position: Option<&str>) -> Result<Self> {
        let mut request = Request::new(Method::GET, ["realtime"]);
        request.set_query("resume", "true");
        request.headers.push(("Accept".into(), "text/event-stream".into()));
        if let Some(position) = position {
            request.headers.push(("Last-Event-ID".into(), position.into()));
        }
        let response = client.open(request).await?;
        let mut connection = Self {
            response,
            frames: Frames::default(),
            dead_at: Instant::now() + SILENCE,
            client_id: String::new(),
            resumed: false,
            position: None,
        };
        let frame = match connection.next().await {
            Ok(frame) => frame,
            Err(Lost::Connection(error)) => return Err(error),
            Err(Lost::Flooded) => return Err(no_events("")),
        };
        let greeting: Greeting = match frame.event.as_str() {
            "PB_CONNECT" => serde_json::from_str(&frame.data)
                .map_err(|source| Error::Decode { source, body: frame.data })?,
            _ => return Err(no_events(&frame.data)),
        };
        connection.client_id = greeting.client_id;
        connection.resumed = greeting.resumed;
        connection.position = frame.id;
        Ok(connection)
    }

    /// The next frame. Waiting for it can be cancelled and loses nothing.
    pub(super) async fn next(&mut self) -> Result<Frame, Lost> {
        loop {
            if let Some(frame) = self.frames.next() {
                return Ok(frame);
            }
            let piece = match timeout_at(self.dead_at, self.response.chunk()).await {
                Ok(Ok(Some(piece))) => piece,
                Ok(Ok(None)) => return Err(Lost::Connection(no_events(""))),
                Ok(Err(error)) => {
                    return Err(Lost::Connection(Error::Transport(error.without_url())));
                }
                Err(_) => return Err(Lost::Connection(Error::Timeout { after: SILENCE })),
            };
            self.dead_at = Instant::now() + SILENCE;
            self.frames.push(&piece).map_err(|_| Lost::Flooded)?;
        }
    }
}

/// Something answered with success, and does not speak this language.
fn no_events(body: &str) -> Error {
    let source = serde_json::Error::custom("this is no stream of events, or it has ended");
    Error::Decode { source, body: crate::api_error::excerpt(body) }
}

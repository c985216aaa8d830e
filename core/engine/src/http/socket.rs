//! `/api/realtime/ws`: the same messages over a WebSocket, for clients behind proxies that hold
//! server-sent events back.

use std::future::poll_fn;
use std::net::IpAddr;
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::{IntoResponse as _, Response};
use purlin_model::{Caller, Json};
use tokio::time::{interval, timeout};

use super::call::Call;
use super::realtime::resume;
use crate::app::App;
use crate::auth::admit;
use crate::error::{Answer, ApiError};
use crate::realtime::{Connection, Form, Submit};

/// What a client may send at once: all subscriptions it may have.
const MAX_MESSAGE: usize = 4 << 20;
/// How often the other end is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);
/// How long the other end may take to receive something.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn open(
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    call: Call,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return ApiError::bad_request("This is the place of WebSockets.").into_response();
    };
    let connection = call.app.realtime.connect(call.ip, &resume(&call)).await;
    let upgrade = upgrade.max_message_size(MAX_MESSAGE).max_frame_size(MAX_MESSAGE);
    upgrade.on_upgrade(move |socket| talk(socket, call, connection))
}

/// Sends what is delivered and does what is asked, until one end has enough.
async fn talk(mut socket: WebSocket, mut call: Call, connection: Connection) {
    let mut pings = interval(PING);
    pings.tick().await;
    loop {
        let messages = tokio::select! {
            messages = poll_fn(|context| connection.poll_messages(context)) => match messages {
                Some(messages) => messages.into_iter().map(text).collect(),
                None => vec![Message::Close(None)],
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(asked))) => {
                    vec![text(answered(&mut call, &connection, asked.as_bytes()).await)]
                }
                Some(Ok(Message::Binary(asked))) => {
                    vec![text(answered(&mut call, &connection, &asked).await)]
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            _ = pings.tick() => vec![Message::Ping(Vec::new().into())],
        };
        for message in messages {
            let ends = matches!(message, Message::Close(_));
            let sent = timeout(PATIENCE, socket.send(message)).await;
            if ends || !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
    }
}

fn text(text: String) -> Message {
    Message::Text(text.into())
}

/// The answer to what a client sent.
async fn answered(call: &mut Call, connection: &Connection, asked: &[u8]) -> String {
    let (event, data) = match subscribe(call, connection, asked).await {
        Ok(topics) => {
            let topics = topics.into_iter().map(Json::Text).collect();
            ("@subscribed", Json::Object(vec![("subscriptions".to_owned(), Json::List(topics))]))
        }
        Err(error) => ("@error", error.to_json()),
    };
    let members = [("event", Json::from(event)), ("data", data)];
    Json::Object(members.map(|(name, value)| (name.to_owned(), value)).into()).to_text()
}

/// Carries out `{"subscriptions": […], "token"?}`.
async fn subscribe(call: &mut Call, connection: &Connection, asked: &[u8]) -> Answer<Vec<String>> {
    let malformed = || ApiError::bad_request("A message is a JSON object with subscriptions.");
    let asked = Json::parse(asked).map_err(|_| malformed())?;
    let mut members = asked.members().ok_or_else(malformed)?.to_vec();
    if let Some(token) = asked.get("token").and_then(Json::text) {
        let (app, ip) = (call.app.clone(), call.ip);
        call.caller = caller(&app, ip, token).await?;
    }
    members.retain(|(name, _)| name == "subscriptions");
    members.push(("clientId".to_owned(), Json::from(&**connection.id())));
    let Form { client, subscriptions } = Form::read(&members)?;
    let (caller, ip) = (call.caller.clone(), call.ip);
    let submit = Submit { subscriptions: subscriptions.clone(), caller, ip };
    let realtime = call.app.realtime.clone();
    realtime.submit(&client, submit).await?;
    Ok(subscriptions)
}

/// Whom a token speaks for; a guest where it is not valid, as with every request.
async fn caller(app: &App, ip: Option<IpAddr>, token: &str) -> Answer<Caller> {
    let snapshot = app.catalog.snapshot();
    let session = app.sessions.identify(&snapshot, token).await?;
    let caller = session.map_or(Caller::Guest, |session| session.caller);
    if let Some(record) = caller.record() {
        admit(&snapshot.settings, record, ip)?;
    }
    Ok(caller)
}

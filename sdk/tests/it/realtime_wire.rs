//! Subscriptions over the wire, seen from the other end: a server that does what a test tells it.

use std::time::Duration;

use purlin_sdk::{Client, Error, Message, Record, Session, Subscription};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(10);

/// A request that waits for its answer.
struct Asked {
    head: String,
    body: Value,
    stream: TcpStream,
}

struct Script {
    client: Client,
    asked: UnboundedReceiver<Asked>,
}

impl Script {
    async fn start() -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", socket.local_addr().expect("an address"));
        let (sender, asked) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                tokio::spawn(read(stream, sender.clone()));
            }
        });
        Self { client: Client::new(&url).expect("a client"), asked }
    }

    async fn next(&mut self, line: &str) -> Asked {
        let asked = timeout(SOON, self.asked.recv()).await.expect("a request in time");
        let asked = asked.expect("the server runs");
        assert!(asked.head.starts_with(line), "not {line}: {}", asked.head);
        asked
    }

    /// The next connection, greeted with this frame.
    async fn connect(&mut self, id: &str, data: &Value) -> (TcpStream, String) {
        let asked = self.next("GET /api/realtime?resume=true HTTP/1.1").await;
        let mut stream = asked.stream;
        let greeting = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n\
             id:{id}\nevent:PB_CONNECT\ndata:{data}\n\n"
        );
        stream.write_all(greeting.as_bytes()).await.expect("greeted");
        (stream, asked.head)
    }

    /// The next set of topics, and the head it came with; accepted.
    async fn submitted(&mut self, client_id: &str) -> (Vec<String>, String) {
        let asked = self.next("POST /api/realtime HTTP/1.1").await;
        assert_eq!(asked.body["clientId"], client_id);
        let topics = serde_json::from_value(asked.body["subscriptions"].clone());
        answer(asked.stream, "204 No Content", "").await;
        (topics.expect("a list of topics"), asked.head)
    }
}

async fn read(mut stream: TcpStream, asked: UnboundedSender<Asked>) {
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length = length.map_or(0, |length| length.parse().expect("a length"));
            if body.len() >= length {
                let body = serde_json::from_str(body).unwrap_or_default();
                let _ = asked.send(Asked { head: head.to_owned(), body, stream });
                return;
            }
        }
        match stream.read(&mut piece).await {
            Ok(count) if count > 0 => seen.extend_from_slice(&piece[..count]),
            _ => return,
        }
    }
}

async fn answer(mut stream: TcpStream, status: &str, body: &str) {
    let length = body.len();
    let text =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(text.as_bytes()).await.expect("answered");
}

async fn tell(stream: &mut TcpStream, id: &str, topic: &str, action: &str, record: &str) {
    let data = json!({"record": {"id": record}, "action": action});
    let frame = format!("id:{id}\nevent:{topic}\ndata:{data}\n\n");
    stream.write_all(frame.as_bytes()).await.expect("told");
}

/// What a subscription hears next, in short.
async fn heard(subscription: &mut Subscription<Record>) -> String {
    match timeout(SOON, subscription.next()).await.expect("a message in time") {
        Some(Ok(Message::Event(event))) => {
            format!("{:?} {} of {}", event.action, event.record.id(), event.topic)
        }
        Some(Ok(Message::Gap)) => "gap".into(),
        Some(Err(error)) => error.to_string(),
        None => "end".into(),
    }
}

fn greeting(id: &str) -> Value {
    json!({"clientId": id})
}

/// Starts to subscribe, for the script to answer meanwhile.
fn begin(
    client: &Client,
    id: &str,
) -> tokio::task::JoinHandle<purlin_sdk::Result<Subscription<Record>>> {
    let call = client.collection("posts").subscribe_one(id).timeout(SOON);
    tokio::spawn(async move { call.await })
}

#[tokio::test]
async fn one_connection_carries_all_subscriptions() {
    let mut script = Script::start().await;
    let first = begin(&script.client, "*");
    let (mut stream, head) = script.connect("c1", &greeting("c1")).await;
    assert!(head.contains("\r\naccept: text/event-stream"), "{head}");
    assert!(!head.contains("last-event-id") && !head.contains("authorization"), "{head}");
    assert_eq!(script.submitted("c1").await.0, ["posts/*"]);
    let mut first = first.await.expect("no panic").expect("accepted");

    let second = begin(&script.client.clone(), "a");
    assert_eq!(script.submitted("c1").await.0, ["posts/*", "posts/a"]);
    let second = second.await.expect("no panic").expect("accepted");
    // The same topic again needs no request.
    let mut same = begin(&script.client, "*").await.expect("no panic").expect("accepted");

    tell(&mut stream, "c1", "posts/*", "create", "r1").await;
    assert_eq!(heard(&mut first).await, "Create r1 of posts/*");
    assert_eq!(heard(&mut same).await, "Create r1 of posts/*");
    drop((first, second));
    // Both at once, or one after the other.
    let mut topics = script.submitted("c1").await.0;
    if topics.len() == 2 {
        topics = script.submitted("c1").await.0;
    }
    assert_eq!(topics, ["posts/*"]);
    drop(same);
    assert_eq!(stream.read(&mut [0; 16]).await.expect("closed"), 0);

    let again = begin(&script.client, "b");
    let _stream = script.connect("c2", &greeting("c2")).await;
    assert_eq!(script.submitted("c2").await.0, ["posts/b"]);
    let _again = again.await.expect("no panic").expect("accepted");
}

#[tokio::test]
async fn what_was_missed_is_asked_for_or_told_as_a_gap() {
    let mut script = Script::start().await;
    let call = begin(&script.client, "*");
    let (mut stream, _) = script.connect("c1:7", &greeting("c1")).await;
    script.submitted("c1").await;
    let mut posts = call.await.expect("no panic").expect("accepted");
    tell(&mut stream, "c1:8", "posts/*", "update", "r1").await;
    // Nothing but a position: what lies before it is not for this client.
    stream.write_all(b"id:c1:9\n\n").await.expect("told");
    // The connection breaks within a message.
    stream.write_all(b"id:c1:10\nevent:posts/*\ndata:{}").await.expect("half told");
    drop(stream);

    // Resumed: the greeting's own id is not where to resume from, should this be cut as well.
    let resumed = json!({"clientId": "c2", "resumed": true});
    let (stream, head) = script.connect("c2:20", &resumed).await;
    assert!(head.contains("\r\nlast-event-id: c1:9"), "{head}");
    script.submitted("c2").await;
    drop(stream);
    let (mut stream, head) =
        script.connect("c3:21", &json!({"clientId": "c3", "resumed": true})).await;
    assert!(head.contains("\r\nlast-event-id: c1:9"), "{head}");
    script.submitted("c3").await;
    tell(&mut stream, "c3:10", "posts/*", "delete", "r1").await;
    drop(stream);
    for expected in ["Update r1 of posts/*", "Delete r1 of posts/*"] {
        assert_eq!(heard(&mut posts).await, expected);
    }

    // The position is gone, and the connection is lost before the topics are accepted: the gap
    // remains to be told, although the next connection continues this one.
    let gone = json!({"clientId": "c4", "resumed": false});
    let (stream, head) = script.connect("c4:30", &gone).await;
    assert!(head.contains("\r\nlast-event-id: c3:10"), "{head}");
    answer(script.next("POST").await.stream, "503 Service Unavailable", "").await;
    drop(stream);
    let (mut stream, head) =
        script.connect("c5:30", &json!({"clientId": "c5", "resumed": true})).await;
    assert!(head.contains("\r\nlast-event-id: c4:30"), "{head}");
    script.submitted("c5").await;
    assert_eq!(heard(&mut posts).await, "gap");
    tell(&mut stream, "c5:31", "posts/*", "create", "r2").await;
    assert_eq!(heard(&mut posts).await, "Create r2 of posts/*");
}

#[tokio::test]
async fn the_topics_are_told_again_when_the_sign_in_changes() {
    let mut script = Script::start().await;
    let call = begin(&script.client, "*");
    let _stream = script.connect("c1", &greeting("c1")).await;
    let (_, head) = script.submitted("c1").await;
    assert!(!head.contains("authorization"), "{head}");
    let mut posts = call.await.expect("no panic").expect("accepted");

    script.client.auth().set(Session::from_token("ada"));
    let (_, head) = script.submitted("c1").await;
    assert!(head.contains("\r\nauthorization: ada"), "{head}");

    // A connection stays who it is: somebody else gets another. Whoever subscribes just then is
    // not troubled with it.
    script.client.auth().set(Session::from_token("bob"));
    let asked = script.next("POST").await;
    assert!(asked.head.contains("\r\nauthorization: bob"), "{}", asked.head);
    let meanwhile = begin(&script.client, "a");
    answer(asked.stream, "403 Forbidden", "{}").await;
    let _stream = script.connect("c2", &greeting("c2")).await;
    let mut topics = script.submitted("c2").await;
    if topics.0.len() == 1 {
        topics = script.submitted("c2").await;
    }
    assert!(topics.1.contains("\r\nauthorization: bob"), "{}", topics.1);
    let _meanwhile = meanwhile.await.expect("no panic").expect("accepted");
    assert_eq!(heard(&mut posts).await, "gap");
}

#[tokio::test]
async fn refusals_reach_those_they_are_about() {
    let mut script = Script::start().await;
    let call = begin(&script.client, "*");
    let (stream, _) = script.connect("c1", &greeting("c1")).await;
    script.submitted("c1").await;
    let mut posts = call.await.expect("no panic").expect("accepted");

    let refused = begin(&script.client, "a");
    answer(script.next("POST").await.stream, "400 Bad Request", r#"{"message":"Too many."}"#).await;
    let error = refused.await.expect("no panic").expect_err("refused");
    assert_eq!(error.to_string(), "Too many. (status 400)");
    // The server has the old set still; nothing needs telling.
    drop(stream);
    let _stream = script.connect("c2", &greeting("c2")).await;
    answer(script.next("POST").await.stream, "403 Forbidden", r#"{"message":"No."}"#).await;
    for expected in ["No. (status 403)", "end"] {
        assert_eq!(heard(&mut posts).await, expected);
    }
}

#[tokio::test]
async fn whoever_subscribes_first_hears_that_there_is_no_server() {
    let client = Client::new("http://127.0.0.1:1").expect("a client");
    for _ in 0..2 {
        let error = client.collection("posts").subscribe().await.expect_err("nobody listens there");
        assert!(error.is_connect(), "{error}");
    }
    for wrong in
        [client.collection("").subscribe().await, client.collection("a").subscribe_one("").await]
    {
        assert!(matches!(wrong, Err(Error::Request(_))), "{wrong:?}");
    }
    // A page that is no stream.
    let mut script = Script::start().await;
    let call = begin(&script.client, "*");
    answer(script.next("GET").await.stream, "200 OK", "<html>").await;
    assert!(matches!(call.await.expect("no panic"), Err(Error::Decode { .. })));
    let call = begin(&script.client, "*");
    answer(script.next("GET").await.stream, "502 Bad Gateway", "<html>").await;
    assert_eq!(call.await.expect("no panic").expect_err("a proxy's error").status(), Some(502));
}

#[tokio::test]
async fn a_record_of_another_shape_does_not_end_the_stream() {
    let mut script = Script::start().await;
    let call = begin(&script.client, "*");
    let (mut stream, _) = script.connect("c1", &greeting("c1")).await;
    script.submitted("c1").await;
    let mut posts = call.await.expect("no panic").expect("accepted");
    stream.write_all(b"id:c1\nevent:posts/*\ndata:{\"record\":7}\n\n").await.expect("told");
    tell(&mut stream, "c1", "posts/*", "create", "r1").await;
    assert!(heard(&mut posts).await.starts_with("unexpected answer: "));
    assert_eq!(heard(&mut posts).await, "Create r1 of posts/*");
}

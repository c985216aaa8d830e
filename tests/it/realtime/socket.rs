//! The same over a WebSocket.

use purlin_tests::{Home, Socket, Stream, TestApp, percent};
use serde_json::{Value, json};

use super::place::*;

#[test]
fn a_websocket_says_what_a_stream_says() {
    let Some(app) = place() else { return };
    let rules = json!({"listRule": "@request.auth.id != ''"});
    let posts = collection(&app, "posts", rules, json!([text("title")]));
    let (_, ann) = user(&app, "ann");
    let (_, bob) = user(&app, "bob");
    let mut socket = Socket::open(&app, "?resume=true", &[]);
    assert!(socket.head.starts_with("HTTP/1.1 101"), "{}", socket.head);
    let greeting = socket.hear().expect("a greeting");
    let client = greeting["data"]["clientId"].as_str().unwrap_or("").to_owned();
    let expected = json!({"id": client, "event": "PB_CONNECT", "data": {"clientId": client}});
    assert_eq!(greeting, expected);
    let subscribed =
        |topics: Value| json!({"event": "@subscribed", "data": {"subscriptions": topics}});
    let status = |socket: &mut Socket, said: Value| {
        socket.say(&said.to_string());
        loop {
            let heard = socket.hear().expect("an answer");
            if heard["event"] == "@error" {
                return heard["data"]["status"].clone();
            } else if heard["event"] == "@subscribed" {
                return json!(204);
            }
        }
    };
    for wrong in
        [json!(5), json!({"subscriptions": 5}), json!({"subscriptions": ["a".repeat(2501)]})]
    {
        assert_eq!(status(&mut socket, wrong), 400);
    }
    socket.say(&json!({"subscriptions": ["posts/*"], "token": ann}).to_string());
    // Where it is, and that it is subscribed, in any order.
    let both = [socket.hear(), socket.hear()].map(Option::unwrap_or_default);
    assert!(both.contains(&subscribed(json!(["posts/*"]))), "{both:?}");
    assert_eq!(status(&mut socket, json!({"subscriptions": [], "token": bob})), 403);
    let id = make(&app, "posts", json!({"title": "a"}));
    let heard = socket.hear().expect("a message");
    let record = json!({"collectionId": posts, "collectionName": "posts", "id": id, "title": "a"});
    assert_eq!(heard["event"], "posts/*");
    assert_eq!(heard["data"], json!({"record": record, "action": "create"}));
    let last = heard["id"].as_str().unwrap_or("").to_owned();
    assert!(last.starts_with(&format!("{client}:")), "{last}");
    drop(socket);
    make(&app, "posts", json!({"title": "b"}));
    let mut socket = Socket::open(&app, &format!("?lastEventId={}", percent(&last)), &[]);
    assert_eq!(socket.hear().unwrap_or_default()["data"]["resumed"], true);
    socket.say(&json!({"subscriptions": ["posts/*"], "token": ann}).to_string());
    let heard = std::iter::from_fn(|| socket.hear()).find(|heard| heard["event"] == "posts/*");
    assert_eq!(heard.unwrap_or_default()["data"]["record"]["title"], "b");
}

#[test]
fn a_socket_is_asked_for_as_one() {
    let Some(app) = place() else { return };
    let socket = Socket::open(&app, "", &[("Origin", "https://elsewhere.example")]);
    assert!(socket.head.starts_with("HTTP/1.1 101"), "{}", socket.head);
    app.get("/api/realtime/ws").expect(400).has("WebSocket");
    drop(socket);
}

#[test]
fn pages_of_other_hosts_are_let_in_as_configured() {
    let home = Home::new();
    let config = home.root().join("purlin.toml");
    let origins = "[server]\norigins = [\"https://app.example\", \"https://*.example.org\"]\n";
    std::fs::write(&config, origins).expect("the configuration");
    let app = TestApp::at(home, &["--config", &config.display().to_string()]);
    let (own, other) = (app.port, if app.port == 80 { 81 } else { 80 });
    for (origin, status) in [
        (None, 101),
        (Some(format!("http://127.0.0.1:{own}")), 101),
        (Some(format!("https://127.0.0.1:{own}")), 101),
        (Some(format!("http://127.0.0.1:{other}")), 403),
        (Some(format!("http://127.0.0.1:{own}.elsewhere.example")), 403),
        (Some("https://app.example".to_owned()), 101),
        (Some("http://app.example".to_owned()), 403),
        (Some("https://a.b.example.org".to_owned()), 101),
        (Some("https://example.org".to_owned()), 403),
        (Some("https://elsewhere.example".to_owned()), 403),
        (Some("null".to_owned()), 403),
        (Some(String::new()), 403),
    ] {
        let headers: Vec<_> = origin.iter().map(|origin| ("Origin", origin.as_str())).collect();
        let socket = Socket::open(&app, "", &headers);
        let begins = format!("HTTP/1.1 {status}");
        assert!(socket.head.starts_with(&begins), "{origin:?}: {}", socket.head);
    }
    // Of other answers browsers keep the page from reading them by themselves.
    let stream = Stream::open_with(&app, "", &[("Origin", "https://elsewhere.example")]);
    assert!(!stream.head.to_lowercase().contains("access-control-allow-origin"), "{}", stream.head);
}

#[test]
fn a_websocket_ends_with_the_server() {
    let Some(mut app) = place() else { return };
    let mut socket = Socket::open(&app, "", &[]);
    assert!(socket.hear().is_some());
    app.terminate();
    assert!(socket.hear().is_none());
    assert!(app.ended().success());
}

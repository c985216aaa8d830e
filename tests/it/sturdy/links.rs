//! Clients that stop half-way.

use std::io::Write as _;
use std::net::TcpStream;

use purlin_tests::{TestApp, wire};
use serde_json::{Value, json};

use super::world;

/// Larger than any body may be here: 32 MiB is the usual limit.
const TOO_LARGE: usize = 64 << 20;

fn head(app: &TestApp, method: &str, target: &str, more: &str) -> String {
    let token = &app.token;
    format!(
        "{method} {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Type: application/json\r\nConnection: close\r\n{more}\r\n"
    )
}

fn begin(app: &TestApp, text: &str) -> TcpStream {
    let mut link = wire::connect(app.port).expect("a connection");
    link.write_all(text.as_bytes()).expect("a sent beginning");
    link
}

/// Sends a whole request and goes away without waiting for the answer.
fn send_and_leave(app: &TestApp, method: &str, target: &str, body: &Value) {
    let body = body.to_string();
    let length = format!("Content-Length: {}\r\n", body.len());
    // A server that means to close anyway does not look whether the client is still there.
    let head = head(app, method, target, &length).replace("Connection: close\r\n", "");
    drop(begin(app, &(head + &body)));
}

#[test]
fn half_sent_requests_cost_nothing() {
    let app = world();
    let batch = json!({"requests": [{"method": "POST", "url": "/api/collections/things/records", "body": {"text": "half"}}]});
    let mut waiting = Vec::new();
    for number in 0..60 {
        let half = &batch.to_string()[..number];
        waiting.push(begin(
            &app,
            &(head(&app, "POST", "/api/batch", "Content-Length: 4000\r\n") + half),
        ));
        waiting.push(begin(&app, "POST /api/collections/things/records HTTP/1.1\r\nHost:"));
        waiting.push(begin(
            &app,
            &head(&app, "PATCH", "/api/collections/users", "Transfer-Encoding: chunked\r\n"),
        ));
    }
    app.post("/api/collections/things/records").json(&json!({"text": "whole"})).expect(200);
    drop(waiting);
    app.post("/api/collections/things/records").json(&json!({"text": "whole"})).expect(200);
    app.get("/api/collections/things/records")
        .query("filter", "text='half'")
        .expect(200)
        .has("\"totalItems\":0");
}

#[test]
fn bodies_are_bounded() {
    let app = world();
    let announced = format!("Content-Length: {TOO_LARGE}\r\n");
    for (method, target) in [
        ("POST", "/api/collections"),
        ("PATCH", "/api/settings"),
        ("PUT", "/api/collections/import"),
        ("POST", "/api/collections/things/records"),
        ("POST", "/api/collections/users/auth-with-password"),
    ] {
        let mut link = begin(&app, &head(&app, method, target, &announced));
        let answer = wire::answer(&mut link, method).expect("an answer");
        assert_eq!(answer.status, 413, "{method} {target}");
        let mut link = begin(&app, &head(&app, method, target, "Transfer-Encoding: chunked\r\n"));
        let chunk = format!("{:x}\r\n{}\r\n", 1 << 20, " ".repeat(1 << 20));
        while link.write_all(chunk.as_bytes()).is_ok() {}
        app.get("/api/health").expect(200);
    }
}

#[test]
fn broken_framing_is_refused() {
    let app = world();
    let post =
        |more: &str, body: &str| head(&app, "POST", "/api/collections/things/records", more) + body;
    for text in [
        post("Content-Length: -1\r\n", ""),
        post("Content-Length: 99999999999999999999999\r\n", ""),
        post("Content-Length: 2\r\nContent-Length: 3\r\n", "{} "),
        post("Transfer-Encoding: chunked\r\n", "zz\r\n"),
        post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n"),
        post("Transfer-Encoding: gzip\r\n", "x"),
        "GET\r\n\r\n".to_owned(),
        "GET /api/health HTTP/9.9\r\n\r\n".to_owned(),
        "\0\0\0\0\r\n\r\n".to_owned(),
        "GET /\u{ff} HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0".to_owned(),
    ] {
        let mut link = begin(&app, &text);
        let _ = link.shutdown(std::net::Shutdown::Write);
        if let Ok(answer) = wire::answer(&mut link, "POST") {
            assert!((400..500).contains(&answer.status), "{text}: {}", answer.status);
        }
        app.get("/api/health").expect(200);
    }
}

/// What was committed for a client that left is known to the server that goes on, too.
#[test]
fn who_leaves_does_not_leave_the_server_half_informed() {
    let mut app = world();
    for number in 0..30 {
        let body =
            json!({"name": format!("left{number}"), "fields": [{"name": "a", "type": "text"}]});
        send_and_leave(&app, "POST", "/api/collections", &body);
        let body = json!({"fields": [{"name": format!("f{number}"), "type": "text"}]});
        send_and_leave(&app, "PATCH", "/api/collections/left0", &body);
    }
    let listed = |app: &TestApp| {
        let path = "/api/collections?perPage=1000&sort=name&fields=name,fields.name";
        app.get(path).query("filter", "name ~ 'left'").root().expect(200).json()
    };
    // Changes of the schema are made one by one, so a change of ours waits for those that have
    // begun; when two of ours find nothing new between them, none is left.
    let mut before = listed(&app);
    for number in 0.. {
        let mine = json!({"name": format!("mine{number}")});
        app.post("/api/collections").root().json(&mine).expect(200);
        let now = listed(&app);
        if std::mem::replace(&mut before, now.clone()) == now && number > 1 {
            break;
        }
    }
    app.kill();
    app.restart();
    assert_eq!(before, listed(&app));
}

#[test]
fn a_batch_is_all_or_nothing_when_its_client_leaves() {
    let app = world();
    for number in 0..40 {
        let item = json!({"method": "POST", "url": "/api/collections/things/records", "body": {"text": "left", "number": number}});
        send_and_leave(&app, "POST", "/api/batch", &json!({"requests": vec![item; 7]}));
    }
    // Nobody holds the writer any more.
    app.post("/api/collections/things/records").json(&json!({"text": "mine"})).expect(200);
    let count = app.get("/api/collections/things/records").query("filter", "text='left'");
    let count: usize = count.expect(200).text("/totalItems").parse().expect("a number");
    assert_eq!(count % 7, 0, "half a batch was written");
}

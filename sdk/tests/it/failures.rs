//! Errors that programs can act on.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use purlin_sdk::{Client, Error, FilePart, Filter};
use serde_json::json;

use crate::server::{TestServer, create_tasks};

#[tokio::test]
async fn the_server_names_the_fields() {
    let server = TestServer::start().await;
    create_tasks(&server.superuser().await).await;
    let tasks = server.guest().collection("tasks");

    let error = tasks.create(&json!({"votes": 1, "tags": ["nope"]})).await.expect_err("refused");
    assert!(error.is_bad_request() && !error.is_timeout() && !error.is_connect());
    let title = error.field("title").expect("an error for title");
    assert_eq!(
        (title.code.as_str(), title.message.as_str()),
        ("validation_required", "Cannot be blank.")
    );
    assert!(error.field("tags").is_some() && error.field("votes").is_none());
    assert!(error.to_string().starts_with("Failed to create record. (status 400); "), "{error}");

    let error = tasks.list().filter("nope = 1").await.expect_err("an unknown field");
    assert!(error.is_bad_request());
    assert!(server.guest().collection("nope").list().await.expect_err("unknown").is_not_found());
}

#[tokio::test]
async fn wrong_types_are_decode_errors() {
    let server = TestServer::start().await;
    create_tasks(&server.superuser().await).await;
    #[derive(Debug, serde::Deserialize)]
    struct Wrong {
        #[allow(dead_code, reason = "never read because it does not fit")]
        votes: String,
    }
    let tasks = server.guest().collection("tasks").typed::<Wrong>();
    let error = tasks.create(&json!({"title": "x"})).await.expect_err("votes is a number");
    let Error::Decode { body, .. } = error else { panic!("{error}") };
    assert!(body.contains("\"title\":\"x\""), "{body}");
}

#[tokio::test]
async fn mistakes_are_found_before_anything_is_sent() {
    let client = Client::new("http://127.0.0.1:1").expect("a client");
    let tasks = client.collection("tasks");
    let unbound = Filter::new("title = {:title}");
    for (what, result) in [
        ("empty id", tasks.one("").await.err()),
        ("parent id", tasks.one("..").await.err()),
        ("empty collection", client.collection("").list().await.err()),
        ("filter", tasks.list().filter(unbound).await.err()),
        ("header", tasks.list().header("a b", "c").await.err()),
        ("header value", tasks.list().header("a", "b\r\nc: d").await.err()),
        ("no object", tasks.create(&[1, 2]).await.err()),
        ("no refresh", tasks.auth_refresh().await.err()),
    ] {
        assert!(matches!(result, Some(Error::Request(_))), "{what}: {result:?}");
    }
    let missing = tasks.create(&json!({})).file("f", FilePart::path("/nowhere/at/all"));
    assert!(matches!(missing.await, Err(Error::File { .. })));
    assert!(client.health().await.expect_err("nobody listens there").is_connect());
}

#[tokio::test]
async fn slow_and_broken_servers() {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    let client =
        Client::builder(&url).timeout(Duration::from_millis(200)).build().expect("a client");
    // The system accepts the connection; nobody ever answers.
    let error = client.health().await.expect_err("no answer");
    assert!(error.is_timeout(), "{error}");

    let answers = [
        "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 600\r\nConnection: close\r\n\r\n{",
    ];
    let thread = std::thread::spawn(move || {
        // The connection of the call above that timed out comes first.
        drop(socket.accept().expect("a connection"));
        for answer in answers {
            let (mut stream, _) = socket.accept().expect("a connection");
            let _ = stream.read(&mut [0; 4096]).expect("a request");
            stream.write_all(answer.as_bytes()).expect("answered");
        }
    });
    let client = client.clone();
    let error = client.health().await.expect_err("a proxy's error");
    assert_eq!(error.status(), Some(502));
    assert!(matches!(client.health().await, Err(Error::Decode { .. })));
    assert!(matches!(client.health().await, Err(Error::Transport(_))));
    thread.join().expect("the answers were asked for");
}

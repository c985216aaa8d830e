//! What goes over the wire, seen from the other end.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use purlin_sdk::{Client, FilePart};
use serde_json::json;

/// Answers one request with an empty object and gives back what came in.
fn record_one() -> (Client, JoinHandle<String>) {
    let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/below", socket.local_addr().expect("an address"));
    let recorder = std::thread::spawn(move || {
        let (mut stream, _) = socket.accept().expect("a connection");
        let mut seen = Vec::new();
        let mut buffer = [0; 4096];
        while !complete(&seen) {
            let count = stream.read(&mut buffer).expect("a request");
            assert_ne!(count, 0, "cut off: {}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&buffer[..count]);
        }
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        stream.write_all(answer.as_bytes()).expect("answered");
        String::from_utf8(seen).expect("text")
    });
    (Client::new(&url).expect("a client"), recorder)
}

/// Whether the whole request is there: head, and as much body as it announces.
fn complete(seen: &[u8]) -> bool {
    let text = String::from_utf8_lossy(seen);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    match length {
        Some(length) => body.len() >= length.parse::<usize>().expect("a length"),
        None => !head.contains("chunked") || body.ends_with("0\r\n\r\n"),
    }
}

#[tokio::test]
async fn paths_and_parameters_are_encoded() {
    let (client, recorder) = record_one();
    let call =
        client.collection("a/b ?").one("ü#").expand("x,y").query("k&", "+ =").header("X-A", "1");
    call.await.expect("an empty record");
    let seen = recorder.join().expect("a request");
    let line = seen.lines().next().expect("a request line");
    assert_eq!(
        line,
        "GET /below/api/collections/a%2Fb%20%3F/records/%C3%BC%23?expand=x%2Cy&k%26=%2B+%3D HTTP/1.1"
    );
    assert!(seen.contains("x-a: 1\r\n") && seen.contains("user-agent: purlin-sdk/"), "{seen}");
    assert!(!seen.contains("authorization"), "{seen}");
}

#[tokio::test]
async fn files_travel_beside_the_json() {
    let (client, recorder) = record_one();
    let path = std::env::temp_dir().join(format!("purlin-sdk-wire-{}.png", std::process::id()));
    std::fs::write(&path, "from disk").expect("a file");
    client
        .collection("notes")
        .create(&json!({"title": "12", "n": 12}))
        .file("pictures+", FilePart::path(&path))
        .file("pictures+", FilePart::bytes("a \"b\".txt", "from memory"))
        .await
        .expect("an empty record");
    std::fs::remove_file(&path).expect("removed");
    let seen = recorder.join().expect("a request");
    for part in [
        "content-type: multipart/form-data; boundary=",
        "name=\"@jsonPayload\"\r\n\r\n{\"n\":12,\"title\":\"12\"}\r\n",
        "name=\"pictures+\"; filename=\"purlin-sdk-wire-",
        "\r\n\r\nfrom disk\r\n",
        "filename=\"a \\\"b\\\".txt\"\r\n\r\nfrom memory\r\n",
    ] {
        assert!(seen.contains(part), "{part} is not in {seen}");
    }
}

#[tokio::test]
async fn a_batch_is_multipart_and_numbers_its_files() {
    let (client, recorder) = record_one();
    let notes = client.collection("no tes");
    let answer = client
        .batch()
        .with(notes.delete("x"))
        .with(
            notes
                .create(&json!({"n": 1}))
                .fields("id")
                .header("X-A", "1")
                .file("f", FilePart::bytes("a", "b")),
        )
        .await;
    assert!(answer.is_err(), "an object is no list of results");
    let seen = recorder.join().expect("a request");
    let json = concat!(
        r#"{"requests":[{"method":"DELETE","url":"/api/collections/no%20tes/records/x"},"#,
        r#"{"method":"POST","url":"/api/collections/no%20tes/records?fields=id","#,
        r#""headers":{"X-A":"1"},"body":{"n":1}}]}"#
    );
    assert!(seen.starts_with("POST /below/api/batch HTTP/1.1"), "{seen}");
    assert!(seen.contains(&format!("name=\"@jsonPayload\"\r\n\r\n{json}\r\n")), "{seen}");
    assert!(seen.contains("name=\"requests.1.f\"; filename=\"a\"\r\n\r\nb\r\n"), "{seen}");
}

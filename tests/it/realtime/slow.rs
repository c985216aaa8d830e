//! Who does not read is given up: nobody waits for it, and it can come back.

use purlin_tests::{Stream, TestApp, percent};
use serde_json::{Value, json};

use super::place::*;

/// How long the text of a record is.
const LONG: usize = 100_000;
/// How many such messages a server may have sent or kept at the most: the sockets take some
/// megabytes besides what the queue does.
const ENOUGH: usize = 400;

/// The number in a message; `None` of a frame that only tells a place.
fn number(frame: &purlin_tests::Frame) -> Option<u64> {
    frame.json()["record"]["number"].as_u64()
}

/// The next number that comes.
fn next(stream: &mut Stream) -> u64 {
    loop {
        if let Some(number) = number(&stream.next().expect("the stream goes on")) {
            return number;
        }
    }
}

/// Whether the server knows a client.
fn is_there(app: &TestApp, stream: &Stream) -> bool {
    let overview = app.get("/api/realtime/clients").root().expect(200).json();
    let is_it = |it: &Value| stream.id.starts_with(it["id"].as_str().unwrap_or("?"));
    overview["clients"].as_array().expect("clients").iter().any(is_it)
}

#[test]
fn who_does_not_read_is_let_go_and_comes_back() {
    let Some(app) = place() else { return };
    let fields = json!([{"name": "number", "type": "number"},
        {"name": "body", "type": "text", "max": 2 * LONG}]);
    collection(&app, "posts", json!({"listRule": ""}), fields);
    let body = "x".repeat(LONG);
    let write = |number: u64| make(&app, "posts", json!({"number": number, "body": body}));
    let topics = ["posts/*"];
    let (mut slow, mut quick) = (Stream::open(&app, "?resume=true"), Stream::open(&app, ""));
    slow.subscribe(&app, "", &topics);
    quick.subscribe(&app, "", &topics);
    let mut written = 0;
    while is_there(&app, &slow) {
        assert!((written as usize) < ENOUGH, "it is never given up");
        write(written);
        // The other one has it before the next is written.
        assert_eq!(next(&mut quick), written);
        written += 1;
    }
    assert!(is_there(&app, &quick));
    slow.subscribing(&app, &topics).expect(404);

    // What was sent before still comes, whole; then the stream ends.
    let mut last = String::new();
    let mut expected = 0;
    while let Some(frame) = slow.next() {
        last = frame.field("id").to_owned();
        if let Some(number) = number(&frame) {
            assert_eq!(number, expected);
            expected += 1;
        }
    }
    assert!(expected < written, "all of {written} was sent");

    let mut slow = Stream::open(&app, &format!("?lastEventId={}", percent(&last)));
    assert_eq!(slow.greeting.json()["resumed"], true);
    slow.subscribe(&app, "", &topics);
    write(written);
    for number in expected..=written {
        assert_eq!(next(&mut slow), number);
    }
    assert_eq!(next(&mut quick), written);
}

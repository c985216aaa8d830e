//! MongoDB's log is that of the whole server, and forgets what any database fills it with. On a
//! server of the test's own, whose log is small.

use std::time::{Duration, Instant};

use mongodb::bson::{Document, doc};
use purlin_tests::{Backend, Database, Home, OwnServer, Stream, TestApp, percent, tell_mongodb};
use serde_json::json;

use super::place::*;

/// How long the log may take to forget.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many megabytes others write at once: a quarter of the log, as much as a command can have.
const NOISE: usize = 15;

/// Whether somebody who saw this frame last can go on there.
fn resumes(app: &TestApp, last: &str) -> bool {
    let stream = Stream::open(app, &format!("?lastEventId={}", percent(last)));
    stream.greeting.json()["resumed"] == true
}

/// Where somebody begins who subscribes now.
fn begins(app: &TestApp) -> String {
    let mut stream = Stream::open(app, "?resume=true");
    stream.subscribe(app, "", &["posts/*"]);
    stream.next().expect("a place").field("id").to_owned()
}

#[test]
fn an_idle_log_goes_on_while_others_fill_the_servers() {
    let server = OwnServer::start(Backend::Mongodb);
    let database = |name: &str| server.url.replace("/?", &format!("/{name}?"));
    let ours = Database::fresh_at(Backend::Mongodb, &server.url);
    let app = TestApp::at(Home::with(ours), &[]);
    collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    let mut stream = Stream::open(&app, "?resume=true");
    stream.subscribe(&app, "", &["posts/*"]);
    make(&app, "posts", json!({"title": "a"}));
    let old = std::iter::from_fn(|| stream.next()).find(|frame| !frame.field("event").is_empty());
    let old = old.expect("a message").field("id").to_owned();
    assert!(resumes(&app, &old));

    let noise: Vec<Document> = (0..NOISE).map(|_| doc! { "x": "x".repeat(1 << 20) }).collect();
    let begun = Instant::now();
    while resumes(&app, &old) {
        assert!(begun.elapsed() < PATIENCE, "the log forgets nothing");
        tell_mongodb(&database("noise"), doc! { "insert": "noise", "documents": noise.clone() });
        // What is not in a checkpoint yet is not forgotten.
        tell_mongodb(&database("admin"), doc! { "fsync": 1 });
    }

    // Nothing of ours was written since, so nothing was missed.
    let begun = Instant::now();
    let mut place = begins(&app);
    while !resumes(&app, &place) {
        assert!(begun.elapsed() < PATIENCE, "the position stays behind: {place}");
        place = begins(&app);
    }
    make(&app, "posts", json!({"title": "b"}));
    let mut back = Stream::open(&app, &format!("?lastEventId={}", percent(&place)));
    back.subscribe(&app, "", &["posts/*"]);
    for stream in [&mut stream, &mut back] {
        assert_eq!(told(stream), "posts/* create b");
    }
}

/// The next message.
fn told(stream: &mut Stream) -> String {
    loop {
        let frame = stream.next().expect("the stream goes on");
        if !frame.field("event").is_empty() {
            return frame.brief("title");
        }
    }
}

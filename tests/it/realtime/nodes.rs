//! Two servers on one database: what one writes is heard of by clients of the other.

use std::time::Duration;

use purlin_tests::{Backend, Stream, comes_true, percent};
use serde_json::json;

use super::place::*;

/// How long a new collection may take to be served by the other server, generously.
const KNOWN: Duration = Duration::from_secs(10);

#[test]
fn clients_of_one_server_hear_of_writes_of_the_other() {
    if Backend::chosen() == Backend::Sqlite {
        return;
    }
    let Some(one) = place() else { return };
    let two = one.beside(&[]);
    collection(&one, "posts", json!({"listRule": ""}), json!([text("title")]));
    comes_true(KNOWN, "the other server knows the collection", || {
        two.get(&records("posts")).send().status == 200
    });
    let mut stream = Stream::open(&two, "?resume=true");
    stream.subscribe(&two, "", &["posts/*"]);
    let last = stream.next().expect("a place").field("id").to_owned();
    make(&one, "posts", json!({"title": "a"}));
    let frame = stream.next().expect("a frame");
    assert_eq!(frame.brief("title"), "posts/* create a");
    drop(two);
    make(&one, "posts", json!({"title": "b"}));
    // What one server told is good on the other.
    let mut stream = Stream::open(&one, &format!("?lastEventId={}", percent(&last)));
    assert_eq!(stream.greeting.json()["resumed"], true);
    stream.subscribe(&one, "", &["posts/*"]);
    for title in ["a", "b"] {
        let frame = stream.next().expect("a frame");
        assert_eq!(frame.brief("title"), format!("posts/* create {title}"));
    }
}

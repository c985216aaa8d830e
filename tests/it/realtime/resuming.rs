//! Who comes back receives what it missed, or is told that nobody knows any more.

use purlin_tests::{Stream, TestApp, percent};
use serde_json::json;

use super::place::*;

/// Connects again after a frame.
fn back(app: &TestApp, last: &str) -> Stream {
    Stream::open(app, &format!("?lastEventId={}", percent(last)))
}

/// The titles of what comes, up to a title.
fn titles(stream: &mut Stream, last: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    loop {
        let frame = stream.next().expect("the stream goes on");
        if frame.field("event").is_empty() {
            continue;
        }
        let title = frame.json()["record"]["title"].as_str().unwrap_or("").to_owned();
        let ends = title == last;
        all.push((frame.field("id").to_owned(), title));
        if ends {
            return all;
        }
    }
}

#[test]
fn what_was_missed_comes_first_and_once() {
    let Some(app) = place() else { return };
    let rules = json!({"listRule": "title != 'secret'", "viewRule": ""});
    collection(&app, "posts", rules, json!([text("title")]));
    let write = |title: &str| make(&app, "posts", json!({"title": title}));
    write("before");
    let mut stream = Stream::open(&app, "?resume=true");
    assert_eq!(stream.greeting.json(), json!({"clientId": stream.id}));
    stream.subscribe(&app, "", &["posts/*", "posts"]);
    // Where it is, before anything came.
    let frame = stream.next().expect("a frame");
    let place = frame.field("id").to_owned();
    assert_eq!(frame.raw, format!("id:{place}\n\n"));
    assert!(place.starts_with(&format!("{}:", stream.id)), "{place}");
    write("a");
    let heard = titles(&mut stream, "a");
    drop(stream);
    for title in ["b", "secret", "c"] {
        write(title);
    }
    // From nothing received, from the first of two messages of one change, and from the second.
    let second = {
        let mut stream = back(&app, &place);
        assert_eq!(stream.greeting.json(), json!({"clientId": stream.id, "resumed": true}));
        stream.subscribe(&app, "", &["posts/*", "posts"]);
        let heard = titles(&mut stream, "a");
        let rest = titles(&mut stream, "c");
        let all: Vec<_> = heard.iter().chain(&rest).map(|(_, title)| title.as_str()).collect();
        assert_eq!(all, ["a", "a", "b", "b", "c"]);
        rest[0].0.clone()
    };
    assert!(heard[0].0.ends_with(place.rsplit(':').next().unwrap_or("?")), "{heard:?} {place}");
    for (last, expected) in [(&heard[0].0, &["a", "b", "c", "d"][..]), (&second, &["b", "c", "d"])]
    {
        let mut stream = back(&app, last);
        stream.subscribe(&app, "", &["posts/*"]);
        write("d");
        let all: Vec<_> = titles(&mut stream, "d").into_iter().map(|(_, title)| title).collect();
        assert_eq!(all, expected.to_vec(), "after {last}");
        let posts = records("posts");
        let filter = format!("{posts}?filter={}", percent("title='d'"));
        let id = app.get(&filter).expect(200).text("/items/0/id");
        remove(&app, "posts", &id);
    }
}

#[test]
fn deletes_are_missed_and_told_too() {
    let Some(app) = place() else { return };
    collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    let id = make(&app, "posts", json!({"title": "a"}));
    let mut stream = Stream::open(&app, "?resume=true");
    stream.subscribe(&app, "", &["posts/*"]);
    let last = stream.next().expect("a place").field("id").to_owned();
    drop(stream);
    set(&app, "posts", &id, json!({"title": "b"}));
    remove(&app, "posts", &id);
    let mut stream = Stream::open_with(&app, "", &[("Last-Event-ID", &last)]);
    stream.subscribe(&app, "", &["posts/*", MARK]);
    assert_eq!(briefly_resumed(&app, &mut stream), ["update b", "delete b"]);
}

#[test]
fn each_life_of_a_record_is_told_with_its_own_end() {
    let Some(app) = place() else { return };
    collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    let mut stream = Stream::open(&app, "?resume=true");
    stream.subscribe(&app, "", &["posts/*"]);
    let last = stream.next().expect("a place").field("id").to_owned();
    drop(stream);
    let make = |title: &str| make(&app, "posts", json!({"id": "abcdefghijklmno", "title": title}));
    for title in ["one", "two"] {
        let id = make(title);
        remove(&app, "posts", &id);
    }
    make("three");
    let mut stream = Stream::open_with(&app, "", &[("Last-Event-ID", &last)]);
    stream.subscribe(&app, "", &["posts/*", MARK]);
    let told = ["create one", "delete one", "create two", "delete two", "create three"];
    assert_eq!(briefly_resumed(&app, &mut stream), told);
}

fn briefly_resumed(app: &TestApp, stream: &mut Stream) -> Vec<String> {
    let frames = heard(app, std::slice::from_mut(stream)).remove(0);
    let told = frames.iter().filter(|frame| !frame.field("event").is_empty());
    let brief = |frame: &purlin_tests::Frame| {
        let data = frame.json();
        let word = |value: &serde_json::Value| value.as_str().unwrap_or("?").to_owned();
        format!("{} {}", word(&data["action"]), word(&data["record"]["title"]))
    };
    told.map(brief).collect()
}

#[test]
fn positions_nobody_knows_are_said_to_be_gone() {
    let Some(app) = place() else { return };
    let stream = Stream::open(&app, "");
    let id = &stream.id;
    for last in [
        id.clone(),
        format!("{id}:"),
        format!("{id}:x"),
        format!("{id}:1,nowhere=3"),
        format!("{id}:18446744073709551615"),
        "?".to_owned(),
    ] {
        let stream = back(&app, &last);
        let said = json!({"clientId": stream.id, "resumed": false});
        assert_eq!(stream.greeting.json(), said, "{last}");
    }
}

#[test]
fn nothing_is_left_out_while_writes_go_on() {
    let Some(app) = place() else { return };
    collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    let count = 200;
    std::thread::scope(|scope| {
        let mut stream = Stream::open(&app, "?resume=true");
        stream.subscribe(&app, "", &["posts/*"]);
        let write = |number: u32| make(&app, "posts", json!({"title": number.to_string()}));
        scope.spawn(move || (0..count).for_each(|number| drop(write(number))));
        let mut next = 0;
        while next < count {
            // Some messages, then another connection.
            let mut last = String::new();
            for _ in 0..17 {
                let frame = stream.next().expect("the stream goes on");
                last = frame.field("id").to_owned();
                if frame.field("event") == "posts/*" {
                    assert_eq!(frame.json()["record"]["title"], next.to_string());
                    next += 1;
                    if next == count {
                        return;
                    }
                }
            }
            stream = back(&app, &last);
            assert_eq!(stream.greeting.json()["resumed"], true);
            stream.subscribe(&app, "", &["posts/*"]);
        }
    });
}

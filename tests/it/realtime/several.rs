//! One client that follows two datasources comes back to both.

use std::collections::BTreeMap;

use purlin_tests::{Frame, Stream};
use rusqlite::Connection;
use serde_json::json;

use super::place::*;
use crate::across::place::{World, collection as collection_in, start};

const TOPICS: [&str; 2] = ["posts/*", "notes/*"];

/// Posts in the main database, notes in the other one; `None` where that one has no log of changes.
fn world() -> Option<World> {
    let world = start();
    for (datasource, name) in [("main", "posts"), ("archive", "notes")] {
        collection_in(&world, datasource, name, json!([text("title")]));
    }
    let stream = Stream::open(&world, "");
    let answer = stream.subscribing(&world, &["notes/*"]).send();
    assert!(answer.status == 204 || answer.status == 400, "{answer}");
    (answer.status == 204).then_some(world)
}

/// Writes to both, in turns.
fn write(world: &World, title: &str) -> [String; 2] {
    ["posts", "notes"].map(|name| make(world, name, json!({"title": title})))
}

/// Comes back after the last frame that was seen.
fn back(world: &World, last: &str) -> Stream {
    let stream = Stream::open_with(world, "", &[("Last-Event-ID", last)]);
    stream.subscribe(world, "", &TOPICS);
    stream
}

/// What comes of each topic until both have said the last title: actions and titles, and the ids of
/// the frames.
fn until(stream: &mut Stream, last: &str) -> (BTreeMap<String, Vec<String>>, Vec<String>) {
    let (mut told, mut ids) = (BTreeMap::<_, Vec<_>>::new(), Vec::new());
    let mut open = TOPICS.len();
    while open > 0 {
        let frame: Frame = stream.next().expect("the stream goes on");
        ids.push(frame.field("id").to_owned());
        let topic = frame.field("event").to_owned();
        if topic.is_empty() {
            continue;
        }
        let brief = frame.brief("title").split_off(topic.len() + 1);
        open -= usize::from(brief.ends_with(&format!(" {last}")));
        told.entry(topic).or_default().push(brief);
    }
    (told, ids)
}

/// That much of both topics.
fn both(expected: &[&str]) -> BTreeMap<String, Vec<String>> {
    let expected: Vec<_> = expected.iter().map(|&text| text.to_owned()).collect();
    TOPICS.map(|topic| (topic.to_owned(), expected.clone())).into()
}

#[test]
fn what_was_missed_in_both_comes_once_and_in_order() {
    let Some(world) = world() else { return };
    let mut stream = Stream::open(&world, "?resume=true");
    stream.subscribe(&world, "", &TOPICS);
    let [post, note] = write(&world, "a");
    let (told, ids) = until(&mut stream, "a");
    assert_eq!(told, both(&["create a"]));
    drop(stream);

    for title in ["b", "c"] {
        write(&world, title);
    }
    for (name, id) in [("posts", post), ("notes", note)] {
        set(&world, name, &id, json!({"title": "d"}));
        remove(&world, name, &id);
    }
    write(&world, "e");

    // After each frame there was: of the two messages it may have seen none, one of one, or both.
    let missed = ["create b", "create c", "update d", "delete d", "create e"];
    let numbered = ids.iter().filter(|id| id.contains("archive=") && !id.contains(":archive="));
    let mut places: Vec<&String> = numbered.collect();
    places.dedup();
    assert!(places.len() >= 2, "places in both: {ids:?}");
    for (last, index) in places.iter().rev().zip(0..) {
        let mut stream = back(&world, last);
        assert_eq!(stream.greeting.json()["resumed"], true, "{last}");
        // Live ones follow, and nothing comes twice.
        let end = format!("end {index}");
        write(&world, &end);
        let (mut told, _) = until(&mut stream, &end);
        if index > 0 {
            // What it had not seen of the first messages, shown as the record was at last.
            told.values_mut().for_each(|all| all.retain(|it| it != "create d"));
        }
        let before = (0..index).map(|index| format!("create end {index}"));
        let all: Vec<_> = missed.iter().map(|&it| it.to_owned()).chain(before).collect();
        let all: Vec<_> = all.into_iter().chain([format!("create {end}")]).collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        assert_eq!(told, both(&all), "after {last}");
    }
}

#[test]
fn a_position_that_is_gone_in_one_of_them_is_gone() {
    let Some(world) = world() else { return };
    let mut stream = Stream::open(&world, "?resume=true");
    stream.subscribe(&world, "", &TOPICS);
    write(&world, "a");
    let last = until(&mut stream, "a").1.pop().unwrap_or_default();
    drop(stream);
    write(&world, "b");
    let (id, places) = last.split_once(':').expect("a place");
    let mut pieces: Vec<_> = places.split(',').collect();
    pieces.sort_by_key(|piece| piece.starts_with("archive="));
    let &[main, archive] = &pieces[..] else { panic!("two places: {last}") };
    let never = "archive=18446744073709551615";
    for (places, resumed) in [
        (format!("{main},{archive}"), true),
        (format!("{archive},{main}"), true),
        (format!("{main},{never}"), false),
        (format!("18446744073709551615,{archive}"), false),
    ] {
        let stream = back(&world, &format!("{id}:{places}"));
        assert_eq!(stream.greeting.json()["resumed"], resumed, "{places}");
    }

    // The main database, which is SQLite here, forgets what it had.
    let file = Connection::open(world.home.data().join("data.db")).expect("the file");
    let forget = "DELETE FROM `_purlin_changes` WHERE `seq` < \
                  (SELECT max(`seq`) FROM `_purlin_changes`)";
    write(&world, "c");
    assert!(file.execute(forget, []).expect(forget) > 0);
    let mut stream = back(&world, &last);
    assert_eq!(stream.greeting.json()["resumed"], false);
    // Nothing of what was missed is told, of neither: it reads anew, and hears of what is live.
    write(&world, "d");
    assert_eq!(until(&mut stream, "d").0, both(&["create d"]));
    // What is only about the other one still goes on.
    let stream = back(&world, &format!("{id}:{archive}"));
    assert_eq!(stream.greeting.json()["resumed"], true);
}

//! Two servers on one database.

use std::time::{Duration, Instant};

use purlin_tests::{RedisServer, TestApp, comes_true};
use serde_json::json;

use super::{asked, comes, count, kept};

/// How much later another server may hear of a write. The promise is 500 ms; a machine that runs tests
/// is busy.
const BOUND: Duration = Duration::from_secs(3);

const NOTES: &str = "/api/collections/notes/records";
const ONE: &str = "/api/collections/notes/records/one000000000000";

fn wait(what: &str, is_so: impl Fn() -> bool) {
    comes_true(super::PATIENCE, what, is_so);
}

/// A collection whose answers both keep.
fn notes([one, two]: &[TestApp; 2]) {
    kept(one, "notes", 600, json!([{"name": "n", "type": "number"}]));
    wait("the other knows of the collection", || two.get(NOTES).send().status == 200);
    comes(two, "notes");
}

#[test]
fn what_one_server_read_the_other_is_given() {
    let redis = RedisServer::start();
    let Some(apps) = TestApp::pair(&["--redis", &redis.url()]) else { return };
    notes(&apps);
    let [one, two] = &apps;
    one.post(NOTES).json(&json!({"id": "one000000000000", "n": 0})).expect(200);
    // Once both have heard of the write, what one reads is there for the other.
    let start = Instant::now();
    let mut n = 0;
    while count(two, "notes")["shared"] == 0 {
        assert!(start.elapsed() < super::PATIENCE, "nothing is shared: {}", count(two, "notes"));
        n += 1;
        let list = format!("{NOTES}?filter=n%3C{n}");
        let answers = [one, two].map(|app| app.get(&list).expect(200).body);
        assert_eq!(answers[0], answers[1]);
        std::thread::sleep(Duration::from_millis(20));
    }
    // Who writes is not given what was before, though it was shared.
    for n in 1..20 {
        for app in [one, two] {
            app.get(ONE).expect(200);
        }
        let writer = &apps[n % 2];
        writer.patch(ONE).json(&json!({"n": n})).expect(200);
        writer.get(ONE).expect(200).has(&format!("\"n\":{n}"));
    }
    one.delete("/api/cache").root().expect(204);
}

#[test]
fn what_one_server_is_told_to_forget_the_other_forgets() {
    let redis = RedisServer::start();
    let Some(apps) = TestApp::pair(&["--redis", &redis.url()]) else { return };
    notes(&apps);
    let [one, two] = &apps;
    kept(one, "others", 600, json!([]));
    const OTHERS: &str = "/api/collections/others/records";
    wait("the other knows of the collection", || two.get(OTHERS).send().status == 200);
    comes(two, "others");
    let entries = |name| [one, two].map(|app| count(app, name)["entries"].as_u64().unwrap_or(0));
    let fill = || {
        for app in [one, two] {
            app.get(NOTES).expect(200);
            app.get(OTHERS).expect(200);
        }
    };
    let everywhere = |name| {
        fill();
        entries(name).iter().all(|entries| *entries > 0)
    };
    wait("both keep both", || everywhere("notes") && everywhere("others"));
    one.delete("/api/cache/notes").root().expect(204);
    wait("one collection is forgotten by both", || entries("notes") == [0, 0]);
    assert!(entries("others").iter().all(|entries| *entries > 0), "the other one is not");
    fill();
    two.delete("/api/cache").root().expect(204);
    wait("all are, by both", || entries("notes") == [0, 0] && entries("others") == [0, 0]);
    // Nor is it found where nodes share.
    let before = count(one, "notes");
    one.get(NOTES).expect(200);
    let after = count(one, "notes");
    assert_eq!(after["shared"], before["shared"]);
    assert_eq!(after["misses"].as_u64(), before["misses"].as_u64().map(|misses| misses + 1));
}

#[test]
fn what_one_server_writes_the_other_forgets() {
    let Some(apps) = TestApp::pair(&[]) else { return };
    let [one, two] = &apps;
    notes(&apps);
    one.post(NOTES).json(&json!({"id": "one000000000000", "n": 0})).expect(200);
    let seen = |app: &TestApp| app.get(ONE).send().json()["n"].as_u64();
    let mut longest = Duration::ZERO;
    for n in 1..60 {
        let [here, there] = if n % 3 == 0 { [two, one] } else { [one, two] };
        seen(there);
        here.patch(ONE).json(&json!({"n": n})).expect(200);
        let wrote = Instant::now();
        // Who wrote never reads what was before, and the other not for long.
        assert_eq!(seen(here), Some(n));
        while seen(there) != Some(n) {
            assert_eq!(seen(here), Some(n));
            assert!(wrote.elapsed() < BOUND, "{n} after {:?}", wrote.elapsed());
        }
        longest = longest.max(wrote.elapsed());
        assert_eq!(seen(here), Some(n));
    }
    let hits = apps.iter().map(|app| asked(app, "notes")[0]).sum::<u64>();
    println!("a write was seen on the other server within {longest:?}, {hits} hits");
    assert!(hits > 60, "nothing was kept: {hits} hits");
}

//! Answers kept for a while: how they are used, and that nobody can tell.

mod alike;
mod nodes;
mod used;

use std::time::{Duration, Instant};

use purlin_tests::TestApp;
use serde_json::{Value, json};

/// How long something may take that happens by itself.
const PATIENCE: Duration = Duration::from_secs(20);

/// Makes a collection that everybody may do everything with, whose answers are kept for so many
/// seconds, and waits until they are.
fn kept(app: &TestApp, name: &str, ttl: u32, fields: Value) -> String {
    let body = json!({
        "name": name, "fields": fields, "cache": {"ttl": ttl}, "listRule": "", "viewRule": "",
        "createRule": "", "updateRule": "", "deleteRule": "",
    });
    let id = app.post("/api/collections").root().json(&body).expect(200).text("/id");
    comes(app, name);
    id
}

/// Waits until answers of a collection can be kept.
fn comes(app: &TestApp, name: &str) {
    let start = Instant::now();
    while !count(app, name)["hindrance"].is_null() {
        assert!(start.elapsed() < PATIENCE, "nothing is kept: {}", count(app, name));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What the cache says of a collection; null where nothing is to be kept.
fn count(app: &TestApp, name: &str) -> Value {
    let all = app.get("/api/cache").root().expect(200).json();
    let found = all["collections"].as_array().expect("a list").iter().find(|it| it["name"] == name);
    found.cloned().unwrap_or_default()
}

/// Hits and misses of a collection.
fn asked(app: &TestApp, name: &str) -> [u64; 2] {
    let count = count(app, name);
    ["hits", "misses"].map(|key| count[key].as_u64().unwrap_or_else(|| panic!("{key}: {count}")))
}

fn text(name: &str) -> Value {
    json!({"name": name, "type": "text"})
}

//! Types that one engine has: in and out, filtered, and null.

use purlin_tests::Backend;
use serde_json::{Value, json};

use super::legacy::Legacy;

const POSTGRES: &str = "
CREATE SCHEMA crm;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE crm.things (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    mood mood NOT NULL DEFAULT 'ok',
    wish mood,
    at TIMESTAMPTZ NOT NULL DEFAULT '2024-01-02 03:04:05.678+02',
    local_at TIMESTAMP,
    day DATE,
    tags TEXT[],
    price NUMERIC(12,4),
    small SMALLINT,
    weight REAL,
    extra JSONB NOT NULL,
    twice INTEGER GENERATED ALWAYS AS (small * 2) STORED,
    span INTERVAL,
    parent UUID REFERENCES crm.things (id) ON DELETE SET NULL
);
CREATE MATERIALIZED VIEW crm.moods AS SELECT id, mood FROM crm.things;
";

#[test]
fn types_of_postgresql() {
    let shop = Legacy::of(Backend::Postgres, POSTGRES);
    let tables = json!({"tables": ["crm.things", "crm.moods"]});
    shop.app.post("/api/datasources/shop/tables").root().json(&tables).expect(200);
    let before = shop.dump();
    let records = "/api/collections/things/records";
    let made = shop.app.post(records).root().json(&json!({"extra": {"a": [1]}, "small": 4}));
    let made = made.expect(200).json();
    let id = made["id"].as_str().unwrap().to_owned();
    for (field, value) in [
        ("mood", json!("ok")),
        ("wish", Value::Null),
        ("at", json!("2024-01-02 01:04:05.678Z")),
        ("local_at", Value::Null),
        ("day", Value::Null),
        ("tags", Value::Null),
        ("price", Value::Null),
        ("small", json!(4)),
        ("twice", json!(8)),
        ("span", Value::Null),
        ("parent", Value::Null),
        ("extra", json!({"a": [1]})),
    ] {
        assert_eq!(made[field], value, "{field}");
    }
    let full = json!({
        "mood": "glad", "wish": "sad", "at": "2025-05-06 07:08:09.123Z",
        "local_at": "2025-05-06 07:08:09.123Z", "day": "2025-05-06 00:00:00.000Z",
        "tags": ["a", "b,c\"d"], "price": 12.3456, "small": -3, "weight": 0.5,
        "extra": [1, "x"], "parent": id,
    });
    let second = shop.app.post(records).root().json(&full).expect(200).json();
    for (field, value) in full.as_object().unwrap() {
        assert_eq!(second[field], *value, "{field}");
    }
    for (filter, found) in [
        ("mood = 'glad'", 1),
        ("mood ~ 'gl'", 1),
        ("wish = null", 1),
        ("wish != ''", 1),
        ("at > '2025-01-01 00:00:00.000Z'", 1),
        ("at >= '2024-01-02 01:04:05.678Z'", 2),
        ("local_at = '2025-05-06 07:08:09.123Z'", 1),
        ("local_at = ''", 1),
        ("day >= '2025-05-06'", 1),
        ("price = 12.3456", 1),
        ("price > 12", 1),
        ("price = null", 1),
        ("small < 0", 1),
        ("twice = 8", 1),
        ("tags ~ 'b,c'", 1),
        ("extra.a.0 = 1", 1),
        ("parent.mood = 'ok'", 1),
        ("parent = ''", 1),
        ("things_via_parent.small ?= -3", 1),
        ("id = 'x'", 0),
        ("parent = 'x'", 0),
    ] {
        let answer = shop.app.get(records).root().query("filter", filter).expect(200);
        assert_eq!(answer.text("/totalItems"), found.to_string(), "{filter}: {answer}");
    }
    for sort in ["-mood", "at", "-local_at", "day", "price", "tags", "-extra", "parent", "span"] {
        shop.app.get(records).root().query("sort", sort).expect(200);
    }
    let one = format!("{records}/{}", second["id"].as_str().unwrap());
    let nothing = json!({
        "wish": null, "local_at": "", "day": null, "tags": null, "price": null, "small": null,
        "weight": null, "parent": "",
    });
    let cleared = shop.app.patch(&one).root().json(&nothing).expect(200).json();
    for field in nothing.as_object().unwrap().keys() {
        assert_eq!(cleared[field], Value::Null, "{field}");
    }
    for (body, field) in [
        (json!({"mood": "mad"}), "mood"),
        (json!({"mood": ""}), "mood"),
        (json!({"at": ""}), "at"),
        (json!({"extra": null}), "extra"),
        (json!({"tags": [1]}), "tags"),
        (json!({"small": 1.5}), "small"),
        (json!({"parent": "nobody"}), "parent"),
        (json!({"span": "1 day"}), "span"),
    ] {
        shop.app.patch(&one).root().json(&body).expect(400).has(&format!("\"{field}\":{{"));
    }
    // What only the database refuses is a 400, too.
    shop.app.patch(&one).root().json(&json!({"small": 70000})).expect(400);
    shop.app.patch(&one).root().json(&json!({"twice": 1})).expect(400);
    shop.run("REFRESH MATERIALIZED VIEW crm.moods");
    let moods = "/api/collections/moods/records?sort=mood";
    assert_eq!(shop.app.get(moods).root().expect(200).text("/items/1/mood"), "ok");
    shop.app.delete(&one).root().expect(204);
    shop.app.get(&format!("{records}/not-a-uuid")).root().expect(404);
    assert_eq!(shop.dump(), before);
}

//! Columns that hold what their types allow and fields would never store.

use purlin_tests::Backend;
use serde_json::{Value, json};

use super::legacy::Legacy;

/// What the records of `notes` are listed with in a field, by their ids: lists are written straight
/// from rows.
pub(super) fn expect_listed(shop: &Legacy, field: &str, expected: &[(&str, Value)]) {
    let listed = shop.app.get("/api/collections/notes/records").root().expect(200).json();
    let items = listed["items"].as_array().expect("a list");
    for (id, value) in expected {
        let item = items.iter().find(|item| item["id"] == *id).expect("it is there");
        assert_eq!(item[field], *value, "{field} of {id} in {:?}", shop.backend);
    }
}

/// The same, and what is answered where another field changes: there records are taken in whole.
fn expect(shop: &Legacy, field: &str, expected: &[(&str, Value)]) {
    expect_listed(shop, field, expected);
    for (id, value) in expected {
        let one = shop.app.patch(&format!("/api/collections/notes/records/{id}")).root();
        let changed = one.json(&json!({"note": "changed"})).expect(200).json();
        assert_eq!(changed[field], *value, "{field} of the changed {id} in {:?}", shop.backend);
    }
}

/// Adopts the table `notes`.
pub(super) fn adopt(shop: &Legacy) {
    let tables = json!({"tables": ["notes"]});
    shop.app.post("/api/datasources/shop/tables").root().json(&tables).expect(200);
}

/// Makes the lists of texts in `tags` options of a select field.
pub(super) fn choose_tags(shop: &Legacy) {
    let notes = "/api/collections/notes";
    let mut fields = shop.app.get(notes).root().expect(200).json()["fields"].take();
    let all = fields.as_array_mut().expect("fields");
    let tags = all.iter_mut().find(|field| field["name"] == "tags").expect("tags");
    let choice = json!({
        "id": tags["id"], "name": "tags", "type": "select", "values": ["a", "b"], "maxSelect": 2,
    });
    *tags = choice;
    shop.app.patch(notes).root().json(&json!({ "fields": fields })).expect(200);
}

#[test]
fn any_text_in_a_json_column_of_sqlite() {
    let notes = "CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT, extra JSON);
INSERT INTO notes (id, extra) VALUES (1, '{\"a\": [1.50]}'), (2, 'plain'), (3, ''),
        (4, '[1,'), (5, 5), (6, '{\"a\":1,\"a\":2}'), (7, NULL), (8, '\"text\"');";
    let shop = Legacy::of(Backend::Sqlite, notes);
    adopt(&shop);
    let expected = [
        ("1", json!({"a": [1.50]})),
        ("2", json!("plain")),
        ("3", json!("")),
        ("4", json!("[1,")),
        ("5", json!(5)),
        ("6", json!("{\"a\":1,\"a\":2}")),
        ("7", Value::Null),
        ("8", json!("text")),
    ];
    expect(&shop, "extra", &expected);
}

#[test]
fn odd_json_and_lists_of_postgresql() {
    let notes =
        "CREATE TABLE notes (id INT PRIMARY KEY, note TEXT, extra JSON, more JSONB, tags TEXT[]);
INSERT INTO notes (id, extra, more, tags) VALUES
        (1, '{\"a\": [1.50]}', '12345678901234567890', ARRAY['a', NULL, 'b', 'a']),
        (2, '\"plain\"', 'null', NULL),
        (3, '{\"a\":1,\"a\":2}', '1e999', '{}'), (4, '0', '0', ARRAY[['a', 'b'], ['b', 'a']])";
    let shop = Legacy::of(Backend::Postgres, notes);
    adopt(&shop);
    let lists = [("1", json!(["a", null, "b", "a"])), ("4", json!([["a", "b"], ["b", "a"]]))];
    expect_listed(&shop, "tags", &lists);
    choose_tags(&shop);
    expect(&shop, "tags", &[("1", json!(["a", "b"])), ("3", json!([]))]);
    // No list of options, but a list of texts still.
    expect_listed(&shop, "tags", &[("4", json!(["[[\"a\",\"b\"],[\"b\",\"a\"]]"]))]);
    let extra =
        [("1", json!({"a": [1.50]})), ("2", json!("plain")), ("3", json!("{\"a\":1,\"a\":2}"))];
    expect(&shop, "extra", &extra);
    let large = format!("1{}", "0".repeat(999));
    let more =
        [("1", json!(12_345_678_901_234_567_890_u64)), ("2", Value::Null), ("3", json!(large))];
    expect(&shop, "more", &more);
}

#[test]
fn json_of_mysql() {
    let notes = "CREATE TABLE notes (id INT PRIMARY KEY, note TEXT, extra JSON);
INSERT INTO notes (id, extra) VALUES (1, '{\"a\": [1.50]}'), (2, '\"plain\"'),
        (3, '12345678901234567890'), (4, NULL), (5, 'null')";
    let shop = Legacy::of(Backend::Mysql, notes);
    adopt(&shop);
    let expected = [
        ("1", json!({"a": [1.50]})),
        ("2", json!("plain")),
        ("3", json!(12_345_678_901_234_567_890_u64)),
        ("4", Value::Null),
        ("5", Value::Null),
    ];
    expect(&shop, "extra", &expected);
}

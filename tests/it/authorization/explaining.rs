//! Explanations say what the gate does, and by which lines.

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::place::{collection, id, lines, make, member};

fn place() -> TestApp {
    let app = TestApp::start();
    let fields = json!([{"name": "title", "type": "text"}, {"name": "fee", "type": "number"},
        {"name": "owner", "type": "text"}]);
    collection(&app, "posts", json!({"viewRule": "title = 'open'"}), fields);
    for (name, title) in [("open", "open"), ("own", "mine")] {
        let body = json!({"id": id(name), "title": title, "fee": 5, "owner": id("ann")});
        make(&app, "posts", body);
    }
    member(&app, "users", "ann");
    member(&app, "users", "bob");
    lines(
        &app,
        &[
            "users/ann is role:chief",
            "role:chief is role:editor",
            "allow role:editor view posts where owner = @request.auth.id",
            "deny * view posts [fee] where title = 'mine'",
            "allow @auth update posts [title]",
        ],
    );
    app
}

fn explained(app: &TestApp, who: &str, action: &str, record: Option<&str>, data: Value) -> Value {
    let auth = match who {
        "" => Value::Null,
        who => json!({"collection": "users", "id": id(who)}),
    };
    let body = json!({"auth": auth, "collection": "posts", "action": action,
        "record": record.map(id), "data": data});
    app.post("/api/authz/explain").root().json(&body).expect(200).json()
}

#[test]
fn decisions() {
    let app = place();
    for (who, action, record, data, decision, unreadable) in [
        ("", "view", Some("open"), Value::Null, "allow", vec![]),
        ("", "view", Some("own"), Value::Null, "deny", vec!["id", "title", "fee", "owner"]),
        ("", "view", None, Value::Null, "conditional", vec![]),
        ("ann", "view", Some("own"), Value::Null, "allow", vec!["fee"]),
        ("bob", "view", Some("own"), Value::Null, "deny", vec!["id", "title", "fee", "owner"]),
        ("bob", "list", None, Value::Null, "deny", vec!["id", "title", "fee", "owner"]),
        ("bob", "update", Some("own"), json!({"title": "x"}), "allow", vec!["fee", "owner"]),
        ("bob", "update", Some("own"), json!({"fee": 1}), "deny", vec!["fee", "owner"]),
        ("", "delete", Some("own"), Value::Null, "deny", vec!["id", "title", "fee", "owner"]),
    ] {
        let said = explained(&app, who, action, record, data);
        let case = format!("{who} {action} {record:?}: {said}");
        assert_eq!(said["decision"], decision, "{case}");
        assert_eq!(said["fields"]["unreadable"], json!(unreadable), "{case}");
        assert!(said["reason"].as_str().is_some_and(|reason| reason.ends_with('.')), "{case}");
    }
}

#[test]
fn lines_say_how_they_came_and_what_they_ask() {
    let app = place();
    let said = explained(&app, "ann", "view", Some("own"), Value::Null);
    let (ann, line) = (format!("users/{}", id("ann")), &said["lines"][1]);
    assert_eq!(said["lines"].as_array().map(Vec::len), Some(3), "{said}");
    assert_eq!(said["lines"][0]["source"], "collection", "{said}");
    assert_eq!(said["lines"][0]["holds"], false, "{said}");
    assert_eq!(line["via"], json!([ann, "role:chief", "role:editor"]), "{said}");
    assert_eq!(line["bound"], format!("owner = \"{}\"", id("ann")), "{said}");
    assert_eq!(line["holds"], true, "{said}");
    assert_eq!(said["lines"][2]["effect"], "deny", "{said}");
    let filter = said["filter"].as_str().unwrap_or_default();
    assert!(filter.contains(&format!("owner = \"{}\"", id("ann"))), "{said}");
    let text = said["statement"]["text"].as_str().unwrap_or_default();
    assert!(text.contains("posts") && !said["statement"]["engine"].is_null(), "{said}");
}

#[test]
fn what_is_not_there_is_named() {
    let app = place();
    for (body, key) in [
        (json!({"collection": "nowhere", "action": "view"}), "collection"),
        (json!({"collection": "posts", "action": "look"}), "action"),
        (json!({"collection": "posts"}), "action"),
        (json!({"collection": "posts", "action": "view", "record": id("none")}), "record"),
        (json!({"collection": "posts", "action": "view", "auth": 5}), "auth"),
        (
            json!({"collection": "posts", "action": "view",
                "auth": {"collection": "users", "id": "x"}}),
            "auth",
        ),
        (json!({"collection": "posts", "action": "create", "data": []}), "data"),
    ] {
        let said: Value = app.post("/api/authz/explain").root().json(&body).expect(400).json();
        assert!(said["data"].get(key).is_some(), "{body}: {said}");
    }
    app.post("/api/authz/explain").json(&json!({})).expect(401);
}

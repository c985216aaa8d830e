//! Which fields may be written.

use purlin_tests::{Answer, TestApp};
use serde_json::{Value, json};

use super::place::{collection, id, lines, make, record, records, relation};

const CLOSED: &str = "deny * * posts [secret] where kind = 'closed'";
const OPENED: &str = "allow * * posts [secret] where kind = 'open'";
const TITLE: &str = "allow * * posts [title,kind]";
const TAGGED: &str = "deny * update posts [secret] where tags.name ?= 'red'";

/// Lines, the post that is changed (`o` is open, `c` closed and red), what is submitted, and the
/// status with the names that are refused.
const UPDATES: &[(&[&str], &str, &str, u16, &str)] = &[
    (&["allow * update posts"], "o", r#"{"secret": "x"}"#, 200, ""),
    (&[TITLE], "o", r#"{"title": "x"}"#, 200, ""),
    (&[TITLE], "o", r#"{"title": "x", "secret": "y"}"#, 403, "secret"),
    (&[TITLE], "o", r#"{"secret": "s"}"#, 403, "secret"),
    (&[TITLE], "o", r#"{"secret": "y", "score": 1, "title": "x"}"#, 403, "score secret"),
    (&[TITLE], "o", r#"{"score+": 1}"#, 403, "score"),
    (&[TITLE], "o", r#"{"score-": 1}"#, 403, "score"),
    (&[TITLE], "o", r#"{"tags+": "red000000000000"}"#, 403, "tags"),
    (&[TITLE], "o", r#"{"+tags": "red000000000000"}"#, 403, "tags"),
    (&[TITLE], "c", r#"{"tags-": "red000000000000"}"#, 403, "tags"),
    (&[TITLE], "o", r#"{"tags": []}"#, 403, "tags"),
    (&[TITLE], "o", r#"{"secret:autogenerate": ""}"#, 403, "secret"),
    (&[TITLE], "o", r#"{"secret": null}"#, 403, "secret"),
    (&[TITLE], "o", r#"{"score": "many"}"#, 403, "score"),
    (&[TITLE], "o", r#"{"files": ["none.txt"]}"#, 403, "files"),
    (&[TITLE], "o", r#"{"files-": ["none.txt"]}"#, 403, "files"),
    (&[TITLE], "o", r#"{"title": "x", "nothing": 1}"#, 200, ""),
    (&[TITLE], "o", r#"{"title": "x", "buried": "y"}"#, 200, ""),
    (&[TITLE], "o", r#"{"title": "x", "changed": "2020-01-01 00:00:00.000Z"}"#, 200, ""),
    (
        &["allow * update posts", "deny * update posts [secret]"],
        "o",
        r#"{"secret": "y"}"#,
        403,
        "secret",
    ),
    (
        &["allow * update posts", "deny @auth update posts [secret]"],
        "o",
        r#"{"secret": "y"}"#,
        200,
        "",
    ),
    (&["allow * update posts", "deny * create posts [secret]"], "o", r#"{"secret": "y"}"#, 200, ""),
    (&["allow * update posts", CLOSED], "o", r#"{"secret": "y"}"#, 200, ""),
    (&["allow * update posts", CLOSED], "c", r#"{"secret": "y"}"#, 403, "secret"),
    (&["allow * update posts", CLOSED], "c", r#"{"secret": "y", "kind": "open"}"#, 403, "secret"),
    (&["allow * update posts", TAGGED], "o", r#"{"secret": "y"}"#, 200, ""),
    (&["allow * update posts", TAGGED], "c", r#"{"secret": "y"}"#, 403, "secret"),
    (&[TITLE, OPENED], "o", r#"{"secret": "y", "title": "x"}"#, 200, ""),
    (&[TITLE, OPENED], "c", r#"{"secret": "y", "title": "x"}"#, 403, "secret"),
    (&[OPENED], "c", r#"{"secret": "y"}"#, 404, ""),
    (&[OPENED], "o", r#"{"title": "y"}"#, 403, "title"),
    (&[], "o", r#"{"title": "y"}"#, 403, ""),
    (
        &["allow * update posts where @request.body.secret:isset = false"],
        "o",
        r#"{"secret": "y"}"#,
        404,
        "",
    ),
    (
        &["allow * update posts where @request.body.secret:isset = false"],
        "o",
        r#"{"title": "y"}"#,
        200,
        "",
    ),
];

/// The same for creates.
const CREATES: &[(&[&str], &str, u16, &str)] = &[
    (&["allow * create posts"], r#"{"secret": "y"}"#, 200, ""),
    (&[TITLE], r#"{"title": "x", "id": "new000000000000"}"#, 200, ""),
    (&[TITLE], r#"{}"#, 200, ""),
    (&[TITLE], r#"{"title": "x", "secret": "y"}"#, 403, "secret"),
    (&[TITLE], r#"{"secret": ""}"#, 403, "secret"),
    (&[TITLE], r#"{"score+": 1}"#, 403, "score"),
    (&[TITLE], r#"{"score": "many"}"#, 403, "score"),
    (&[TITLE], r#"{"buried": "y"}"#, 200, ""),
    (&[TITLE, OPENED], r#"{"secret": "y", "kind": "open"}"#, 200, ""),
    (&[TITLE, OPENED], r#"{"secret": "y", "kind": "closed"}"#, 403, "secret"),
    (&["allow * create posts", CLOSED], r#"{"secret": "y", "kind": "open"}"#, 200, ""),
    (&["allow * create posts", CLOSED], r#"{"secret": "y", "kind": "closed"}"#, 403, "secret"),
    (&[OPENED], r#"{"secret": "y", "kind": "closed"}"#, 400, ""),
    (&[OPENED], r#"{"secret": "y", "kind": "open"}"#, 403, "kind"),
    (
        &["allow * create posts", "deny * write posts [score,secret]"],
        r#"{"score": 1, "secret": "y"}"#,
        403,
        "score secret",
    ),
    (&["allow * update posts"], r#"{"title": "x"}"#, 403, ""),
];

fn place() -> TestApp {
    let app = TestApp::start();
    let text = |name: &str| json!({"name": name, "type": "text"});
    let tags = collection(&app, "tags", json!({}), json!([text("name")]));
    let fields = json!([
        text("title"),
        text("kind"),
        {"name": "secret", "type": "text", "autogeneratePattern": "[a-z]{9}"},
        {"name": "buried", "type": "text", "hidden": true},
        {"name": "score", "type": "number"},
        {"name": "files", "type": "file", "maxSelect": 3},
        {"name": "changed", "type": "autodate", "onCreate": true},
        relation("tags", &tags, 9),
    ]);
    collection(&app, "posts", json!({}), fields);
    make(&app, "tags", json!({"id": id("red"), "name": "red"}));
    for (name, kind, tags) in [("o", "open", vec![]), ("c", "closed", vec![id("red")])] {
        let body = json!({
            "id": id(name), "title": name, "kind": kind, "secret": "s", "score": 5, "tags": tags,
        });
        make(&app, "posts", body);
    }
    app
}

/// Everything there is, as the superuser sees it.
fn everything(app: &TestApp) -> Value {
    app.get(&records("posts")).root().expect(200).json()
}

/// The names a refusal gives, each with the code of such a refusal.
fn refused(json: &Value) -> String {
    let data = json["data"].as_object().expect("data");
    for (key, fault) in data {
        assert_eq!(fault["code"], "authorization_field_denied", "{key}: {json}");
        assert!(fault["message"].as_str().is_some_and(|text| !text.is_empty()), "{key}: {json}");
    }
    let mut names: Vec<&str> = data.keys().map(String::as_str).collect();
    names.sort_unstable();
    names.join(" ")
}

fn hold(what: &str, answer: &Answer, status: u16, names: &str) {
    assert_eq!(answer.status, status, "{what}: {answer}");
    if status == 403 {
        assert_eq!(refused(&answer.json()), names, "{what}: {answer}");
    }
}

fn body(text: &str) -> Value {
    serde_json::from_str(text).expect(text)
}

#[test]
fn an_update_writes_what_lines_let_it() {
    let app = place();
    let before = everything(&app);
    for (texts, name, sent, status, names) in UPDATES {
        lines(&app, texts);
        let path = record("posts", name);
        let answer = app.patch(&path).json(&body(sent)).send();
        let what = format!("{texts:?} {name} {sent}");
        hold(&what, &answer, *status, names);
        let after = app.get(&path).root().expect(200).json();
        assert_eq!(after["buried"], "", "{what}");
        match status {
            200 => {
                let back = json!({"title": name, "secret": "s"});
                app.patch(&path).root().json(&back).expect(200);
            }
            _ => assert_eq!(everything(&app), before, "{what}"),
        }
    }
    assert_eq!(everything(&app), before);
}

#[test]
fn a_create_writes_what_lines_let_it() {
    let app = place();
    let before = everything(&app);
    for (texts, sent, status, names) in CREATES {
        lines(&app, texts);
        let answer = app.post(&records("posts")).json(&body(sent)).send();
        let what = format!("{texts:?} {sent}");
        hold(&what, &answer, *status, names);
        if *status == 200 {
            let made = format!("{}/{}", records("posts"), answer.text("/id"));
            assert_eq!(app.get(&made).root().expect(200).json()["buried"], "", "{what}");
            app.delete(&made).root().expect(204);
        }
        assert_eq!(everything(&app), before, "{what}");
    }
}

#[test]
fn forms_are_held_to_the_same() {
    let app = place();
    lines(&app, &[TITLE]);
    let part = |name: &str, value: &str| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file =
        "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\na\r\n";
    for (parts, names) in [
        (part("title", "x") + &part("secret", "y"), "secret"),
        (part("@jsonPayload", r#"{"score": 1}"#), "score"),
        (file.to_owned(), "files"),
    ] {
        let form = parts + "--x--\r\n";
        let asking = app.patch(&record("posts", "o")).raw("multipart/form-data; boundary=x", form);
        hold(names, &asking.send(), 403, names);
    }
}

#[test]
fn a_batch_writes_all_or_nothing() {
    let app = place();
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    let before = everything(&app);
    lines(&app, &[TITLE, OPENED]);
    let sound = json!({"method": "PATCH", "url": record("posts", "o"), "body": {"title": "x"}});
    for (request, names) in [
        (
            json!({"method": "PATCH", "url": record("posts", "c"), "body": {"secret": "y"}}),
            "secret",
        ),
        (json!({"method": "POST", "url": records("posts"), "body": {"score": 1}}), "score"),
        (
            json!({"method": "PUT", "url": records("posts"), "body": {"id": id("c"), "secret": "y"}}),
            "secret",
        ),
        (
            json!({"method": "PUT", "url": records("posts"), "body": {"id": id("n"), "tags": []}}),
            "tags",
        ),
    ] {
        let answer =
            app.post("/api/batch").json(&json!({"requests": [sound, request]})).expect(400);
        let inner = &answer.json()["data"]["requests"]["1"]["response"];
        assert_eq!(inner["status"], 403, "{answer}");
        assert_eq!(refused(inner), names, "{answer}");
        assert_eq!(everything(&app), before, "{request}");
    }
    app.post("/api/batch").json(&json!({"requests": [sound]})).expect(200);
}

#[test]
fn superusers_write_whatever_lines_say() {
    let app = place();
    lines(&app, &["deny * * posts", "deny * * * [secret,title]"]);
    let change = json!({"secret": "y", "title": "x", "buried": "z"});
    app.patch(&record("posts", "c")).root().json(&change).expect(200).has("\"buried\":\"z\"");
    app.post(&records("posts")).root().json(&change).expect(200);
    app.delete(&record("posts", "c")).root().expect(204);
}

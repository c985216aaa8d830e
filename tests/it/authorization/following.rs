//! Lines keep to what they name when it is called otherwise, and changes of lines are in force at
//! once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::place::{POLICIES, ROLES, collection, id, lines, make, member, record, records, saving};

fn place() -> TestApp {
    let app = TestApp::start();
    let text = |name: &str| json!({"name": name, "type": "text"});
    let open = json!({"listRule": "", "viewRule": ""});
    let fields = json!([text("title"), text("secret"), text("kind")]);
    collection(&app, "posts", open, fields);
    collection(&app, "posts_2", json!({}), json!([text("title")]));
    make(&app, "posts", json!({"id": id("one"), "title": "one", "secret": "mango", "kind": "a"}));
    app
}

fn call(app: &TestApp, now: &str, then: &str) {
    let path = format!("/api/collections/{now}");
    app.patch(&path).root().json(&json!({"name": then})).expect(200);
}

/// Calls a field of `posts` otherwise.
fn call_field(app: &TestApp, now: &str, then: &str) {
    let path = "/api/collections/posts";
    let mut posts = app.get(path).root().expect(200).json();
    let fields = posts["fields"].as_array_mut().expect("fields");
    let field = fields.iter_mut().find(|field| field["name"] == now).expect("the field");
    field["name"] = Value::from(then);
    app.patch(path).root().json(&posts).expect(200);
}

/// Every line there is: whom, what of, which fields.
fn kept(app: &TestApp) -> Vec<String> {
    let mut kept = Vec::new();
    for path in [POLICIES, ROLES] {
        let page = app.get(&format!("{path}?perPage=200")).root().expect(200).json();
        for item in page["items"].as_array().expect("items") {
            let who = item["subject"].as_str().or(item["member"].as_str()).unwrap_or("");
            let what = item["object"].as_str().or(item["role"].as_str()).unwrap_or("");
            kept.push(format!("{} {what} {}", who.replace("000000000000", ""), item["fields"]));
        }
    }
    kept
}

#[test]
fn lines_follow_new_names() {
    let app = place();
    let ann = member(&app, "users", "ann");
    lines(
        &app,
        &[
            "deny * read posts [secret,title]",
            "allow users/ann read posts",
            "allow users/* read posts_2",
            "deny role:posts read * [secret]",
            "users/ann is role:posts",
            "users/* is role:users",
        ],
    );
    call(&app, "posts", "letters");
    call(&app, "users", "people");
    assert_eq!(
        kept(&app),
        [
            r#"* letters ["secret","title"]"#,
            "people/ann letters []",
            "people/* posts_2 []",
            r#"role:posts * ["secret"]"#,
            "people/ann role:posts null",
            "people/* role:users null",
        ]
    );
    app.get(&record("letters", "one")).bearer(&ann).expect(200).lacks("mango").lacks("title");
    app.get(&records("posts_2")).bearer(&ann).expect(200);
    call(&app, "letters", "posts");
    call_field(&app, "secret", "hush");
    assert_eq!(kept(&app)[0], r#"* posts ["hush","title"]"#);
    app.get(&record("posts", "one")).expect(200).lacks("mango").has("\"kind\"");
    call_field(&app, "kind", "secret");
    app.get(&record("posts", "one")).expect(200).lacks("mango").has("\"secret\":\"a\"");
}

#[test]
fn names_that_change_places_take_their_lines_along() {
    let app = place();
    lines(&app, &["deny * read posts [secret]", "allow * read posts_2 [title]"]);
    let export = |name: &str, then: &str| {
        let mut one = app.get(&format!("/api/collections/{name}")).root().expect(200).json();
        one["name"] = Value::from(then);
        one
    };
    call(&app, "posts_2", "between");
    call(&app, "posts", "posts_2");
    call(&app, "between", "posts");
    assert_eq!(kept(&app), [r#"* posts_2 ["secret"]"#, r#"* posts ["title"]"#]);
    let body = json!({"collections": [export("posts_2", "letters"), export("posts", "notes")]});
    app.ask("PUT", "/api/collections/import").root().json(&body).expect(204);
    assert_eq!(kept(&app), [r#"* letters ["secret"]"#, r#"* notes ["title"]"#]);
    app.get(&record("letters", "one")).expect(200).lacks("mango");
}

#[test]
fn a_change_is_in_force_for_the_next_request() {
    let app = place();
    let path = record("posts", "one");
    app.get(&path).expect(200).has("mango");
    let line = saving(&app, "deny * view posts [secret]").expect(200).text("/id");
    let line = format!("{POLICIES}/{line}");
    for (change, shows) in [
        (json!({"fields": ["title"]}), true),
        (json!({"fields": ["secret"]}), false),
        (json!({"subject": "@auth"}), true),
        (json!({"subject": "@guest"}), false),
        (json!({"rule": "kind = 'b'"}), true),
        (json!({"rule": "kind = 'a'"}), false),
        (json!({"action": "list"}), true),
        (json!({"action": "read"}), false),
        (json!({"object": "posts_2", "fields": [], "rule": ""}), true),
        (json!({"object": "*", "fields": ["secret"]}), false),
        (json!({"effect": "allow"}), true),
        (json!({"effect": "deny", "subject": "role:a"}), true),
        (json!({"subject": "*"}), false),
    ] {
        app.patch(&line).root().json(&change).expect(200);
        let answer = app.get(&path).expect(200);
        assert_eq!(answer.json()["secret"] == "mango", shows, "{change}: {answer}");
    }
    app.delete(&line).root().expect(204);
    app.get(&path).expect(200).has("mango");
    let ann = member(&app, "users", "ann");
    lines(&app, &["deny role:out view posts [secret]"]);
    app.get(&path).bearer(&ann).expect(200).has("mango");
    let role = saving(&app, "users/ann is role:out").expect(200).text("/id");
    app.get(&path).bearer(&ann).expect(200).lacks("mango");
    app.delete(&format!("{ROLES}/{role}")).root().expect(204);
    app.get(&path).bearer(&ann).expect(200).has("mango");
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    let request = json!({"method": "POST", "url": POLICIES, "body":
        {"subject": "*", "object": "posts", "action": "view", "effect": "deny", "fields": ["secret"]}});
    app.post("/api/batch").root().json(&json!({"requests": [request]})).expect(200);
    app.get(&path).expect(200).lacks("mango");
    app.delete("/api/collections/_policies/truncate").root().expect(204);
    app.get(&path).expect(200).has("mango");
}

/// While names change, nobody sees for a moment what no line lets it see.
#[test]
fn nothing_shows_while_names_change() {
    let app = place();
    let path = app.get("/api/collections/posts").root().expect(200).text("/id");
    let path = format!("{}?filter={}", records(&path), "title='one'");
    lines(&app, &["deny * * posts [secret]"]);
    let (done, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let answer = app.get(&path).expect(200);
                    answer.lacks("mango");
                    // A document database may find nothing where a collection was a moment ago.
                    let found = answer.text("/totalItems") == "1";
                    seen.fetch_add(usize::from(found), Ordering::Relaxed);
                }
            });
        }
        for _ in 0..10 {
            call(&app, "posts", "letters");
            call(&app, "letters", "posts");
            call_field(&app, "secret", "hush");
            call_field(&app, "hush", "secret");
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(seen.into_inner() > 10, "nobody looked");
}

#[test]
fn lines_go_with_whom_they_name() {
    let app = place();
    app.post("/api/collections")
        .root()
        .json(&json!({"name": "users_2", "type": "auth"}))
        .expect(200);
    app.post("/api/collections")
        .root()
        .json(&json!({"name": "usersX2", "type": "auth"}))
        .expect(200);
    for name in ["ann", "bob"] {
        member(&app, "users", name);
    }
    let kept = |expected: &[&str]| {
        let mut found: Vec<String> = Vec::new();
        for (path, key) in [(POLICIES, "subject"), (ROLES, "member")] {
            let page = app.get(&format!("{path}?perPage=200")).root().expect(200).json();
            for item in page["items"].as_array().expect("items") {
                let object = item["object"].as_str().unwrap_or("");
                let who = item[key].as_str().unwrap_or("");
                found.push(
                    format!("{} {object}", who.replace("000000000000", "")).trim().to_owned(),
                );
            }
        }
        assert_eq!(found, expected);
    };
    lines(
        &app,
        &[
            "allow users/ann read posts",
            "allow users/bob read posts",
            "allow users/* read posts",
            "allow users_2/* read posts",
            "allow usersX2/* read posts",
            "allow * read users_2",
            "allow * read *",
            "users/ann is role:a",
            "users/bob is role:a",
            "users_2/* is role:a",
            "role:a is role:b",
        ],
    );
    app.delete(&format!("{}/{}", records("users"), id("ann"))).root().expect(204);
    kept(&[
        "users/bob posts",
        "users/* posts",
        "users_2/* posts",
        "usersX2/* posts",
        "* users_2",
        "* *",
        "users/bob",
        "users_2/*",
        "role:a",
    ]);
    app.delete("/api/collections/users_2").root().expect(204);
    kept(&["users/bob posts", "users/* posts", "usersX2/* posts", "* *", "users/bob", "role:a"]);
    app.delete("/api/collections/posts").root().expect(204);
    kept(&["* *", "users/bob", "role:a"]);
    app.delete("/api/collections/users/truncate").root().expect(204);
    kept(&["* *", "role:a"]);
}

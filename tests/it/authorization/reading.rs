//! Which fields show, on each way a record takes to a caller.

use purlin_tests::{Backend, TestApp};
use serde_json::{Value, json};

use super::place::{collection, id, lines, make, record, records, relation, rules, with};

/// Lines, and which of `kind`, `secret` and `title` show of the open post and of the closed one;
/// `-` where the row does not.
const SHOWN: &[(&[&str], &str, &str)] = &[
    (&["allow * * posts"], "kind secret title", "kind secret title"),
    (&["allow * * posts [title,author]"], "title", "title"),
    (&["allow * * posts [title]", "allow * * posts [author,kind]"], "kind title", "kind title"),
    (&["allow * * posts", "deny * * posts [secret]"], "kind title", "kind title"),
    (&["allow * * posts", "deny * * posts [secret,title]"], "kind", "kind"),
    (
        &["allow * * posts", "deny * * posts [secret] where kind = 'closed'"],
        "kind secret title",
        "kind title",
    ),
    (
        &["allow * * posts", "deny * * posts [secret] where comments_via_post.text ?= 'lock'"],
        "kind secret title",
        "kind title",
    ),
    (&["allow * * posts [author]", "allow * * posts [secret] where kind = 'closed'"], "", "secret"),
    (
        &[
            "allow * * posts [author,title]",
            "allow * * posts [secret] where kind = 'open'",
            "allow * * posts [kind] where kind = 'closed'",
        ],
        "secret title",
        "kind title",
    ),
    (
        &[
            "allow * * posts [author]",
            "allow * * posts [secret]",
            "deny * * posts [secret] where kind = 'open'",
            "deny * * posts [secret] where title = 'c'",
        ],
        "",
        "",
    ),
    (&["allow * * posts", "deny * * posts where kind = 'closed'"], "kind secret title", "-"),
    (&["allow * * posts where kind = 'open'"], "kind secret title", "-"),
    (&["allow * * posts [author,title] where kind = 'closed'"], "-", "title"),
    (&["allow * * posts [author]", "deny * * * [secret]"], "", ""),
    (&["allow @guest * posts [author]", "allow @auth * posts"], "", ""),
    (&["allow * * posts", "deny * * posts [id]"], "kind secret title", "kind secret title"),
];

fn place() -> TestApp {
    let app = TestApp::start();
    let text = |name: &str| json!({"name": name, "type": "text"});
    let open = || json!({"listRule": "", "viewRule": ""});
    let people = collection(&app, "people", open(), json!([text("name")]));
    let fields =
        json!([text("title"), text("kind"), text("secret"), relation("author", &people, 1)]);
    let posts = collection(&app, "posts", json!({}), fields);
    collection(&app, "comments", open(), json!([text("text"), relation("post", &posts, 1)]));
    collection(&app, "bundles", open(), json!([relation("posts", &posts, 9)]));
    make(&app, "people", json!({"id": id("ann"), "name": "Ann"}));
    for (name, kind, text) in [("o", "open", "free"), ("c", "closed", "lock")] {
        let body = json!({
            "id": id(name), "title": name, "kind": kind, "secret": "s", "author": id("ann"),
        });
        make(&app, "posts", body);
        make(&app, "comments", json!({"id": id(name), "text": text, "post": id(name)}));
    }
    make(&app, "bundles", json!({"id": id("b"), "posts": [id("o"), id("c")]}));
    app
}

/// Every post anywhere in a value.
fn posts_in<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| posts_in(item, found)),
        Value::Object(members) => {
            if value["collectionName"] == "posts" {
                found.push(value);
            }
            members.values().for_each(|member| posts_in(member, found));
        }
        _ => {}
    }
}

/// Which of the three fields a post shows.
fn keys(post: &Value) -> String {
    let shown = ["kind", "secret", "title"].into_iter().filter(|key| !post[key].is_null());
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn fields_show_where_lines_say() {
    let app = place();
    let ways = [
        ("list", records("posts"), 1),
        ("list with fields", with(&records("posts"), &[("fields", "*")]), 1),
        ("sorted", with(&records("posts"), &[("sort", "-id"), ("skipTotal", "1")]), 1),
        ("forward", with(&records("comments"), &[("expand", "post")]), 1),
        ("several", with(&records("bundles"), &[("expand", "posts")]), 1),
        ("one", with(&record("bundles", "b"), &[("expand", "posts")]), 1),
        ("back", with(&records("people"), &[("expand", "posts_via_author")]), 1),
        (
            "there and back",
            with(
                &record("bundles", "b"),
                &[("expand", "posts.author.posts_via_author.comments_via_post.post")],
            ),
            2,
        ),
    ];
    for (texts, open, closed) in SHOWN {
        lines(&app, texts);
        for (name, expected) in [("o", open), ("c", closed)] {
            let viewed = app.get(&record("posts", name)).send();
            match *expected {
                "-" => assert_eq!(viewed.status, 404, "{texts:?}: {viewed}"),
                _ => {
                    assert_eq!(viewed.status, 200, "{texts:?}: {viewed}");
                    assert_eq!(keys(&viewed.json()), *expected, "{texts:?}: {viewed}");
                    for key in ["id", "collectionId", "collectionName"] {
                        assert!(viewed.json()[key].is_string(), "{key}: {viewed}");
                    }
                }
            }
            for (way, path, times) in &ways {
                let answer = app.get(path).expect(200);
                let json = answer.json();
                let mut found = Vec::new();
                posts_in(&json, &mut found);
                found.retain(|post| post["id"] == id(name).as_str());
                assert!(
                    found.iter().all(|post| keys(post) == *expected),
                    "{texts:?}, {way}: {answer}"
                );
                let least = if *expected == "-" { 0 } else { *times };
                assert!(found.len() >= least, "{texts:?}, {way}: {answer}");
                assert!(least > 0 || found.is_empty(), "{texts:?}, {way}: {answer}");
            }
        }
    }
}

#[test]
fn answers_to_writes_show_what_may_be_read() {
    let app = place();
    for (texts, kept, shown) in [
        (&["allow * write posts"][..], "o", "kind secret title"),
        (&["allow * write posts", "allow * read posts [title]"], "o", "title"),
        (&["allow * write posts", "deny * read posts [secret]"], "o", "kind title"),
        (
            &["allow * write posts", "deny * view posts [secret] where kind = 'open'"],
            "o",
            "kind title",
        ),
        (
            &["allow * write posts", "deny * view posts [secret] where kind = 'open'"],
            "c",
            "kind secret title",
        ),
        (
            &[
                "allow * write posts",
                "allow * view posts [title]",
                "allow * view posts where kind = 'closed'",
            ],
            "o",
            "title",
        ),
        (
            &[
                "allow * write posts",
                "allow * view posts [title]",
                "allow * view posts where kind = 'closed'",
            ],
            "c",
            "kind secret title",
        ),
        (&["allow * write posts", "deny * view posts"], "o", ""),
    ] {
        lines(&app, texts);
        let kind = if kept == "o" { "open" } else { "closed" };
        let body = json!({"kind": kind, "title": kept, "secret": "s"});
        let updated = app.patch(&record("posts", kept)).json(&body).expect(200);
        assert_eq!(keys(&updated.json()), shown, "{texts:?}: {updated}");
        let created = app.post(&records("posts")).json(&body).expect(200);
        assert_eq!(keys(&created.json()), shown, "{texts:?}: {created}");
        let expanded =
            app.patch(&with(&record("posts", kept), &[("expand", "author.posts_via_author")]));
        let expanded = expanded.json(&body).expect(200);
        assert_eq!(keys(&expanded.json()), shown, "{texts:?}: {expanded}");
        app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
        let requests = [
            json!({"method": "PATCH", "url": record("posts", kept), "body": body}),
            json!({"method": "POST", "url": records("posts"), "body": body}),
        ];
        let answer = app.post("/api/batch").json(&json!({"requests": requests})).expect(200);
        for item in answer.json().as_array().expect("answers") {
            assert_eq!(keys(&item["body"]), shown, "{texts:?}: {answer}");
        }
    }
}

/// A view has lines of its own, whatever those of what it is made of say.
#[test]
fn views_have_lines_of_their_own() {
    let app = place();
    let query = match Backend::chosen() {
        Backend::Mongodb => {
            r#"{"from": "posts", "pipeline": [{"$project": {"title": 1, "kind": 1, "secret": 1}}]}"#
        }
        _ => "SELECT id, title, kind, secret FROM posts",
    };
    let body = json!({"name": "shown", "type": "view", "viewQuery": query});
    app.post("/api/collections").root().json(&body).expect(200);
    lines(&app, &["allow * read posts"]);
    app.get(&records("shown")).expect(403);
    let deny = "deny * read shown [secret] where kind = 'closed'";
    lines(&app, &["allow * read shown", deny, "deny * * posts"]);
    for (name, shows) in [("o", true), ("c", false)] {
        let viewed = app.get(&record("shown", name)).expect(200).json();
        assert_eq!(viewed["secret"] == "s", shows, "{viewed}");
        assert_eq!(viewed["title"], name);
        let found =
            with(&records("shown"), &[("filter", &format!("secret = 's' && title = '{name}'"))]);
        let total = app.get(&found).expect(200).text("/totalItems");
        assert_eq!(total == "1", shows, "{name}");
    }
    rules(&app, "shown", json!({"listRule": "kind = 'closed'"}));
    lines(&app, &["allow * read * [title]"]);
    app.get(&record("shown", "o")).expect(200).lacks("secret");
    let listed = app.get(&records("shown")).expect(200).json();
    let secrets: Vec<bool> = listed["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["secret"] == "s")
        .collect();
    assert_eq!((secrets.len(), secrets.iter().filter(|it| **it).count()), (2, 1), "{listed}");
}

//! Whom lines speak of, what of and what they let be done.

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::place::{collection, id, lines, make, member, record, records, rules};

/// Lines about viewing `posts`, and who may then.
const SUBJECTS: &[(&[&str], &str)] = &[
    (&[], ""),
    (&["allow * read posts"], "guest ann bob cat"),
    (&["allow @guest read posts"], "guest"),
    (&["allow @auth read posts"], "ann bob cat"),
    (&["allow users/ann read posts"], "ann"),
    (&["allow users/cat read posts"], ""),
    (&["allow users/* read posts"], "ann bob"),
    (&["allow staff/* read posts"], "cat"),
    (&["allow role:editor read posts"], ""),
    (&["allow role:editor read posts", "users/ann is role:editor"], "ann"),
    (&["allow role:editor read posts", "users/* is role:editor"], "ann bob"),
    (&["allow role:editor read posts", "users/ann is role:Editor"], ""),
    (
        &["allow role:c read posts", "users/bob is role:a", "role:a is role:b", "role:b is role:c"],
        "bob",
    ),
    (&["allow role:a read posts", "users/bob is role:b", "role:a is role:b"], ""),
    (
        &[
            "allow role:a read posts",
            "allow role:b read posts",
            "users/ann is role:a",
            "staff/* is role:b",
        ],
        "ann cat",
    ),
    (&["allow * read posts", "deny users/bob read posts"], "guest ann cat"),
    (&["deny users/bob read posts", "allow users/bob read posts"], ""),
    (&["allow * read posts", "deny @auth read posts"], "guest"),
    (&["allow * read posts", "deny @guest * posts"], "ann bob cat"),
    (
        &["allow @auth * *", "deny role:b view posts", "users/ann is role:a", "role:a is role:b"],
        "bob cat",
    ),
    (&["deny @guest read posts"], ""),
    (&["allow * read *"], "guest ann bob cat"),
    (&["allow * list posts"], ""),
    (&["allow * write posts"], ""),
    (&["allow * manage posts"], ""),
    (&["allow * view posts"], "guest ann bob cat"),
    (&["allow * * posts"], "guest ann bob cat"),
    (
        &["allow * read posts where @request.auth.roles ?= 'editor'", "users/ann is role:editor"],
        "ann",
    ),
    (
        &[
            "allow * read posts where @request.auth.roles:each ?= 'b'",
            "users/ann is role:a",
            "role:a is role:b",
        ],
        "ann",
    ),
    (
        &[
            "allow * read posts where @request.auth.roles:length = 2",
            "users/ann is role:a",
            "role:a is role:b",
            "users/bob is role:b",
        ],
        "ann",
    ),
    (
        &["allow * read posts where @request.auth.roles:length = 0", "users/* is role:b"],
        "guest cat",
    ),
    (&["allow * read posts where @request.auth.roles ?= 'role:a'", "users/* is role:a"], ""),
    (
        &[
            "allow * read posts where @request.auth.roles = 'a'",
            "users/* is role:a",
            "users/bob is role:b",
        ],
        "ann",
    ),
    (&["allow * read posts where @request.auth.id = ''"], "guest"),
    (&["allow * read posts where @request.auth.collectionName = 'staff'"], "cat"),
];

/// Everybody there is, with a token.
fn everybody(app: &TestApp) -> [(&'static str, String); 4] {
    let staff = json!({"name": "staff", "type": "auth"});
    app.post("/api/collections").root().json(&staff).expect(200);
    let text = json!([{"name": "title", "type": "text"}]);
    collection(app, "posts", json!({}), text.clone());
    collection(app, "notes", json!({}), text);
    for name in ["posts", "notes"] {
        make(app, name, json!({"id": id("one"), "title": "one"}));
    }
    [
        ("guest", String::new()),
        ("ann", member(app, "users", "ann")),
        ("bob", member(app, "users", "bob")),
        ("cat", member(app, "staff", "cat")),
    ]
}

#[test]
fn lines_speak_of_whom_they_name() {
    let app = TestApp::start();
    let everybody = everybody(&app);
    for (texts, expected) in SUBJECTS {
        lines(&app, texts);
        let may = |(name, token): &(&'static str, String)| {
            let answer = app.get(&record("posts", "one")).bearer(token).send();
            // A rule that does not hold hides the row, no line at all refuses.
            assert!([200, 403, 404].contains(&answer.status), "{texts:?}: {answer}");
            (answer.status == 200).then_some(*name)
        };
        let found: Vec<&str> = everybody.iter().filter_map(may).collect();
        assert_eq!(found.join(" "), *expected, "{texts:?}");
    }
}

/// An action as a line names it, and what may be done then.
const DEEDS: &[(&str, &str)] = &[
    ("list", "list"),
    ("view", "view"),
    ("create", "create"),
    ("update", "update"),
    ("delete", "delete"),
    ("manage", ""),
    ("read", "list view"),
    ("write", "create update delete"),
    ("*", "list view create update delete"),
];

/// What is done, in this order, and its status where it may be and where it may not.
fn deeds(app: &TestApp, place: &str) -> Vec<&'static str> {
    let one = record(place, "one");
    let title = json!({"title": "two"});
    let asked = [
        ("list", app.get(&records(place)), 200),
        ("view", app.get(&one), 200),
        ("create", app.post(&records(place)).json(&title), 200),
        ("update", app.patch(&one).json(&title), 200),
        ("delete", app.delete(&one), 204),
    ];
    let mut done = Vec::new();
    for (deed, asking, status) in asked {
        let answer = asking.send();
        assert!([status, 403].contains(&answer.status), "{deed}: {answer}");
        if answer.status == status {
            done.push(deed);
        }
    }
    if done.contains(&"delete") {
        make(app, place, json!({"id": id("one"), "title": "one"}));
    }
    done
}

#[test]
fn lines_let_be_done_what_they_name() {
    let app = TestApp::start();
    let _ = everybody(&app);
    for (action, expected) in DEEDS {
        lines(&app, &[&format!("allow * {action} posts")]);
        assert_eq!(deeds(&app, "posts").join(" "), *expected, "{action}");
        assert_eq!(deeds(&app, "notes"), Vec::<&str>::new(), "another collection: {action}");
        lines(&app, &[&format!("allow * {action} *")]);
        assert_eq!(deeds(&app, "notes").join(" "), *expected, "{action} of all");
        lines(&app, &["allow * * *", &format!("deny * {action} notes")]);
        let left = ["list", "view", "create", "update", "delete"];
        let left = left.into_iter().filter(|deed| !expected.split(' ').any(|it| it == *deed));
        let left: Vec<&str> = left.collect();
        let found: Vec<&str> = deeds_under_deny(&app, "notes");
        assert_eq!(found, left, "deny {action}");
    }
}

/// As [`deeds`], where a deny of rows answers as a rule does that does not hold.
fn deeds_under_deny(app: &TestApp, place: &str) -> Vec<&'static str> {
    let one = record(place, "one");
    let title = json!({"title": "two"});
    let listed = app.get(&records(place)).expect(200);
    let mut done = Vec::new();
    if listed.text("/totalItems") != "0" {
        done.push("list");
    }
    for (deed, asking, statuses) in [
        ("view", app.get(&one), [200, 404]),
        ("create", app.post(&records(place)).json(&title), [200, 400]),
        ("update", app.patch(&one).json(&title), [200, 404]),
        ("delete", app.delete(&one), [204, 404]),
    ] {
        let answer = asking.send();
        assert!(statuses.contains(&answer.status), "{deed}: {answer}");
        if answer.status == statuses[0] {
            done.push(deed);
        }
    }
    if done.contains(&"delete") {
        make(app, place, json!({"id": id("one"), "title": "one"}));
    }
    done
}

#[test]
fn lines_about_all_are_not_about_system_collections() {
    let app = TestApp::start();
    let ann = member(&app, "users", "ann");
    lines(&app, &["allow * * *"]);
    let system =
        ["_policies", "_roles", "_superusers", "_externalAuths", "_mfas", "_otps", "_authOrigins"];
    for name in system {
        for token in ["", &ann] {
            let listed = app.get(&records(name)).bearer(token).send();
            let none = listed.status == 403 || listed.text("/totalItems") == "0";
            assert!(none, "{listed}");
            app.post(&records(name)).bearer(token).json(&json!({})).expect(403);
        }
    }
    app.get(&records("users")).expect(200).has("\"totalItems\":1");
    // Named, one is.
    lines(&app, &["allow users/* read _policies [note,subject]"]);
    let listed = app.get(&records("_policies")).bearer(&ann).expect(200);
    listed.has("\"subject\":\"users/*\"").lacks("\"effect\"");
    app.get(&records("_policies")).expect(403);
}

/// The rule of the collection itself, a line about viewing, and whether the record titled `one`
/// shows.
const TOGETHER: &[(Option<&str>, &[&str], bool)] = &[
    (None, &[], false),
    (None, &["allow * view posts where title = 'one'"], true),
    (None, &["allow * view posts where title = 'two'"], false),
    (Some(""), &[], true),
    (Some("title = 'two'"), &[], false),
    (Some("title = 'two'"), &["allow * view posts where title = 'one'"], true),
    (Some("title = 'one'"), &["allow * view posts where title = 'two'"], true),
    (Some("title = 'two'"), &["allow * view posts"], true),
    (Some(""), &["deny * view posts where title = 'one'"], false),
    (Some(""), &["deny * view posts where title = 'two'"], true),
    (Some("title = 'one'"), &["deny * view posts"], false),
    (Some(""), &["deny * view posts [title]"], true),
    (Some(""), &["deny @auth view posts"], true),
];

#[test]
fn the_rule_of_a_collection_is_a_line() {
    let app = TestApp::start();
    let _ = everybody(&app);
    for (own, texts, shows) in TOGETHER {
        let own = own.map_or(Value::Null, Value::from);
        rules(&app, "posts", json!({"viewRule": own}));
        lines(&app, texts);
        let answer = app.get(&record("posts", "one")).send();
        assert_eq!(answer.status == 200, *shows, "{own} with {texts:?}: {answer}");
        let refused = if own.is_null() && texts.is_empty() { 403 } else { 404 };
        assert!(*shows || answer.status == refused, "{own} with {texts:?}: {answer}");
    }
}

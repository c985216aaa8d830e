//! What rules of lines may ask of the request, and what a caller is told of names it may not use.

use purlin_tests::TestApp;
use serde_json::json;

use super::place::{collection, id, lines, make, record, records, relation, said, with};

fn place() -> TestApp {
    let app = TestApp::start();
    let text = |name: &str| json!({"name": name, "type": "text"});
    let hidden = json!({"name": "buried", "type": "text", "hidden": true});
    let posts =
        collection(&app, "posts", json!({}), json!([text("title"), text("secret"), hidden]));
    let open = json!({"listRule": "", "viewRule": ""});
    collection(&app, "notes", open, json!([relation("post", &posts, 1)]));
    make(&app, "posts", json!({"id": id("one"), "title": "one", "secret": "mango"}));
    make(&app, "notes", json!({"id": id("one"), "post": id("one")}));
    app
}

#[test]
fn rules_of_lines_ask_what_rules_ask() {
    let app = place();
    let one = record("posts", "one");
    let with_key = with(&one, &[("key", "k")]);
    for (rule, path, key, status) in [
        ("@request.headers.x_key = 'k'", &one, "k", 200),
        ("@request.headers.x_key = 'k'", &one, "l", 404),
        ("@request.query.key = 'k'", &with_key, "", 200),
        ("@request.query.key = 'k'", &one, "", 404),
        ("@request.method = 'GET'", &one, "", 200),
        ("@request.method = 'POST'", &one, "", 404),
        ("@request.context = 'default'", &one, "", 200),
        ("@now > '2020-01-01'", &one, "", 200),
        ("@now < '2020-01-01'", &one, "", 404),
    ] {
        lines(&app, &[&format!("allow * view posts where {rule}")]);
        app.get(path).header("X-Key", key).expect(status);
    }
    // Only as a part of another record.
    lines(&app, &["allow * view posts where @request.context = 'expand'"]);
    app.get(&one).expect(404);
    app.get(&with(&record("notes", "one"), &[("expand", "post")])).expect(200).has("mango");
}

/// A rule about all collections asks of each what it has; where it does not, an allow is none and a
/// deny is one.
#[test]
fn a_rule_about_all_holds_where_it_can_be_asked() {
    let app = place();
    let seen = |place: &str| app.get(&record(place, "one")).send().status == 200;
    for (texts, posts, notes) in [
        (&["allow * view * where title = 'one'"][..], true, true),
        (&["allow * view posts", "deny * view * where title = 'one'"], false, false),
        (&["allow * view posts", "deny * view * where title = 'two'"], true, false),
        (&["allow * view posts", "deny * view * where post = ''"], false, true),
    ] {
        lines(&app, texts);
        assert_eq!((seen("posts"), seen("notes")), (posts, notes), "{texts:?}");
    }
}

/// A field that may be read nowhere is told of as one that is not there, and as a hidden one.
#[test]
fn what_may_be_read_nowhere_is_not_there() {
    let app = place();
    lines(&app, &["allow * read posts", "deny * read posts [secret]"]);
    for shape in [
        "NAME = 'x'",
        "NAME ~ 'x'",
        "NAME ?!= 'x'",
        "'x' = NAME",
        "NAME:lower = 'x'",
        "NAME:length = 1",
        "NAME:each = 'x'",
        "NAME.x = 1",
        "title = NAME",
        "id = '' || NAME = 1",
        "strftime('%Y', NAME) = '1'",
        "geoDistance(NAME, 1, 2, 3) < 4",
    ] {
        for (place, way) in [("posts", ""), ("notes", "post."), ("posts", "notes_via_post.post.")] {
            let told = ["secret", "nothing", "buried"].map(|name| {
                let filter = shape.replace("NAME", &format!("{way}{name}"));
                said(&app.get(&with(&records(place), &[("filter", &filter)])).expect(400))
            });
            assert!(told[0] == told[1] && told[0] == told[2], "{way} {shape}: {told:?}");
        }
    }
    for (place, way) in [("posts", ""), ("notes", "post."), ("notes", "-post.")] {
        let told = ["secret", "nothing", "buried"].map(|name| {
            let sort = format!("{way}{name}");
            said(&app.get(&with(&records(place), &[("sort", &sort)])).expect(400))
        });
        assert!(told[0] == told[1] && told[0] == told[2], "{way}: {told:?}");
    }
}

/// A record that no line lets be reached is told of as one that is not there.
#[test]
fn a_row_out_of_reach_is_not_there() {
    let app = place();
    make(&app, "posts", json!({"id": id("two"), "title": "two"}));
    lines(&app, &["allow * * posts", "deny * * posts where title = 'one'"]);
    let told = |name: &str| {
        let path = record("posts", name);
        let change = json!({"secret": "x"});
        let found = with(&records("posts"), &[("filter", &format!("id = '{}'", id(name)))]);
        let upward = with(&path, &[("expand", "notes_via_post")]);
        let answers = [
            app.get(&path),
            app.get(&upward),
            app.patch(&path).json(&change),
            app.patch(&path).json(&json!({"title": 5})),
            app.delete(&path),
            app.get(&found),
        ];
        answers.map(|asking| said(&asking.send()))
    };
    assert_eq!(told("one"), told("none"));
    assert_ne!(told("two"), told("none"));
    let noted = with(&record("notes", "one"), &[("expand", "post")]);
    app.get(&noted).expect(200).has("\"post\"").lacks("mango");
}

/// As many lines as a large installation has.
#[test]
fn many_lines_are_no_burden() {
    const MANY: usize = 1500;
    let app = place();
    let limits = json!({"batch": {"enabled": true, "maxRequests": MANY, "timeout": 120}});
    app.patch("/api/settings").root().json(&limits).expect(200);
    let line = |number: usize| {
        let body = json!({
            "subject": "*", "object": "posts", "action": "read",
            "rule": format!("title = 'no{number}' || secret ~ 'no{number}'"),
            "effect": if number.is_multiple_of(3) { "deny" } else { "allow" },
        });
        json!({"method": "POST", "url": records("_policies"), "body": body})
    };
    let requests: Vec<_> = (0..MANY).map(line).collect();
    app.post("/api/batch").root().json(&json!({"requests": requests})).expect(200);
    make(&app, "posts", json!({"id": id("two"), "title": "no1001"}));
    make(&app, "posts", json!({"id": id("three"), "title": "no1002"}));
    app.get(&records("posts")).expect(200).has("no1001").has("\"totalItems\":1");
    app.get(&record("posts", "one")).expect(404);
    let found = with(&records("notes"), &[("filter", "post.secret = 'mango'")]);
    app.get(&found).expect(200).has("\"totalItems\":0");
}

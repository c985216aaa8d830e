//! Who hears of what: rules, filters, policies, fields.

use serde_json::{Value, json};

use super::place::*;

#[test]
fn everybody_hears_of_what_it_may_see() {
    let Some(app) = place() else { return };
    let (ann, ann_token) = user(&app, "ann");
    let (bob, bob_token) = user(&app, "bob");
    let teams =
        collection(&app, "teams", json!({}), json!([text("name"), relation("lead", USERS)]));
    let fields = json!([text("title"), relation("owner", USERS), relation("team", &teams)]);
    collection(&app, "posts", json!({}), fields);
    let (root, guest) = (app.token.clone(), String::new());
    let everybody = [&guest, &ann_token, &bob_token, &root];
    let team = make(&app, "teams", json!({"lead": bob}));
    // Who of everybody hears of a record by its list rule, of one that belongs to ann and bob's team.
    let table: &[(Value, [bool; 4])] = &[
        (json!(null), [false, false, false, true]),
        (json!(""), [true, true, true, true]),
        (json!("owner = @request.auth.id"), [false, true, false, true]),
        (json!("@request.auth.id != ''"), [false, true, true, true]),
        (json!("title ~ 'secret'"), [false, false, false, true]),
        (json!("owner.name = 'ann'"), [true, true, true, true]),
        (json!("team.lead = @request.auth.id"), [false, false, true, true]),
        (json!("team.lead.name = 'ann'"), [false, false, false, true]),
        (json!("@collection.teams.lead ?= @request.auth.id"), [false, false, true, true]),
        (
            json!("@request.context = 'realtime' && @request.method = 'GET'"),
            [true, true, true, true],
        ),
        (json!("@now > '2020-01-01 00:00:00.000Z'"), [true, true, true, true]),
        (
            json!("@now < '2020-01-01 00:00:00.000Z' || owner = @request.auth.id"),
            [false, true, false, true],
        ),
    ];
    let mut streams: Vec<_> =
        everybody.iter().map(|token| subscriber(&app, token, &["posts/*"])).collect();
    for (rule, expected) in table {
        change(&app, "posts", json!({"listRule": rule}));
        let mut id = String::new();
        for action in ["create", "update", "delete"] {
            match action {
                "create" => {
                    let body = json!({"title": "a", "owner": ann, "team": team});
                    id = make(&app, "posts", body);
                }
                "update" => set(&app, "posts", &id, json!({"title": "b"})),
                _ => remove(&app, "posts", &id),
            }
            for (index, frames) in heard(&app, &mut streams).into_iter().enumerate() {
                let heard: Vec<_> =
                    frames.iter().map(|frame| frame.json()["action"].clone()).collect();
                let all = if expected[index] { vec![json!(action)] } else { vec![] };
                assert_eq!(heard, all, "{rule} by caller {index}");
            }
        }
    }
}

#[test]
fn one_record_goes_by_the_view_rule() {
    let Some(app) = place() else { return };
    let rules = json!({"listRule": null, "viewRule": "title != 'hidden'"});
    collection(&app, "posts", rules, json!([text("title")]));
    let id = make(&app, "posts", json!({"title": "a"}));
    let mut stream = subscriber(&app, "", &["posts/*", &format!("posts/{id}")]);
    let other = make(&app, "posts", json!({"title": "b"}));
    for (title, expected) in [("c", true), ("hidden", false), ("d", true)] {
        set(&app, "posts", &id, json!({"title": title}));
        set(&app, "posts", &other, json!({"title": title}));
        let all = [format!("posts/{id} update {title}")];
        let expected = if expected { &all[..] } else { &[] };
        assert_eq!(briefly(&app, &mut stream, "title"), expected, "{title}");
    }
    remove(&app, "posts", &id);
    assert_eq!(briefly(&app, &mut stream, "title"), [format!("posts/{id} delete d")]);
}

#[test]
fn options_narrow_and_shape() {
    let Some(app) = place() else { return };
    let (ann, _) = user(&app, "ann");
    change(&app, "users", json!({"viewRule": "", "listRule": ""}));
    let fields = json!([text("title"), relation("owner", USERS)]);
    let rules = json!({"listRule": "@request.query.key != 'no' && @request.headers.x_key != 'no'"});
    collection(&app, "posts", rules, fields);
    let record = |frame: &purlin_tests::Frame| frame.json()["record"].clone();
    let table: &[(Value, Option<Value>)] = &[
        (
            json!({"query": {"filter": "title = 'a'", "fields": "title"}}),
            Some(json!({"title": "a"})),
        ),
        (json!({"query": {"filter": "title = 'z'"}}), None),
        (
            json!({"query": {"filter": "owner.name = 'ann'", "fields": "title"}}),
            Some(json!({"title": "a"})),
        ),
        (json!({"query": {"filter": "title = "}}), None),
        (json!({"query": {"filter": "@request.auth.id = ''"}}), None),
        (json!({"query": {"key": "no"}}), None),
        (json!({"headers": {"X-Key": "no"}}), None),
        (
            json!({"headers": {"X-Key": "yes"}, "query": {"fields": "title"}}),
            Some(json!({"title": "a"})),
        ),
        (
            json!({"query": {"expand": "owner", "fields": "title,expand.owner.name"}}),
            Some(json!({"title": "a", "expand": {"owner": {"name": "ann"}}})),
        ),
    ];
    for (options, expected) in table {
        let topic = format!("posts/*?options={}", purlin_tests::percent(&options.to_string()));
        let mut stream = subscriber(&app, "", &[&topic]);
        make(&app, "posts", json!({"title": "a", "owner": ann}));
        let frames = heard(&app, std::slice::from_mut(&mut stream)).remove(0);
        assert!(frames.iter().all(|frame| frame.field("event") == topic));
        let records: Vec<Value> = frames.iter().map(record).collect();
        assert_eq!(records.first(), expected.as_ref(), "{options}");
    }
}

#[test]
fn fields_that_may_not_be_read_stay_out() {
    let Some(app) = place() else { return };
    let hidden = json!({"name": "cost", "type": "number", "hidden": true});
    collection(
        &app,
        "posts",
        json!({"listRule": ""}),
        json!([text("title"), text("secret"), hidden]),
    );
    change(&app, "users", json!({"listRule": ""}));
    let (_, ann_token) = user(&app, "ann");
    let policy = json!({"effect": "deny", "subject": "*", "action": "read", "object": "posts",
        "fields": ["secret"], "rule": "title = 'locked'"});
    app.post(&records("_policies")).root().json(&policy).expect(200);
    let root = app.token.clone();
    let tokens = ["", &ann_token, &root];
    let mut streams: Vec<_> =
        tokens.iter().map(|token| subscriber(&app, token, &["posts/*", "users/*"])).collect();
    for title in ["open", "locked"] {
        make(&app, "posts", json!({"title": title, "secret": "mango", "cost": 5}));
    }
    make(
        &app,
        "users",
        json!({"email": "x@example.com", "password": "12345678",
        "passwordConfirm": "12345678"}),
    );
    let shows = heard(&app, &mut streams).into_iter().map(|frames| {
        let members = ["secret", "cost", "email"];
        let shown = |frame: &purlin_tests::Frame| {
            let record = &frame.json()["record"];
            members.iter().filter(|name| !record[**name].is_null()).copied().collect::<Vec<_>>()
        };
        frames.iter().map(shown).collect::<Vec<_>>()
    });
    let others = vec![vec!["secret"], vec![], vec![]];
    let root = vec![vec!["secret", "cost"], vec!["secret", "cost"], vec!["email"]];
    assert_eq!(shows.collect::<Vec<_>>(), [others.clone(), others, root]);
}

#[test]
fn policies_and_roles_decide_at_once() {
    let Some(app) = place() else { return };
    let (ann, token) = user(&app, "ann");
    collection(&app, "posts", json!({}), json!([text("title")]));
    let mut stream = subscriber(&app, &token, &["posts/*"]);
    let mut hears = |title: &str, expected: bool| {
        make(&app, "posts", json!({"title": title}));
        let heard = briefly(&app, &mut stream, "title");
        let all = [format!("posts/* create {title}")];
        assert_eq!(heard, if expected { &all[..] } else { &[] }, "{title}");
    };
    hears("before", false);
    let allow = json!({"effect": "allow", "subject": "role:reader", "action": "read",
        "object": "posts"});
    let allow = app.post(&records("_policies")).root().json(&allow).expect(200).text("/id");
    hears("without the role", false);
    let role = json!({"member": format!("users/{ann}"), "role": "role:reader"});
    let role = app.post(&records("_roles")).root().json(&role).expect(200).text("/id");
    hears("with the role", true);
    set(&app, "_policies", &allow, json!({"rule": "title != 'spam'"}));
    hears("spam", false);
    hears("ham", true);
    remove(&app, "_roles", &role);
    hears("after", false);
}

#[test]
fn what_follows_from_a_write_is_heard_too() {
    let Some(app) = place() else { return };
    let posts = collection(&app, "posts", json!({"listRule": ""}), json!([text("title")]));
    let weak = json!({"name": "about", "type": "relation", "collectionId": posts, "maxSelect": 1});
    let rules = json!({"listRule": "", "createRule": ""});
    collection(&app, "comments", rules.clone(), json!([text("title"), relation("post", &posts)]));
    collection(&app, "notes", rules, json!([text("title"), weak]));
    let post = make(&app, "posts", json!({"title": "p"}));
    make(&app, "comments", json!({"title": "c", "post": post}));
    make(&app, "notes", json!({"title": "n", "about": post}));
    let topics = ["posts/*", "comments/*", "notes/*"];
    let mut stream = subscriber(&app, "", &topics);
    remove(&app, "posts", &post);
    let mut heard = briefly(&app, &mut stream, "title");
    heard.sort();
    assert_eq!(heard, ["comments/* delete c", "notes/* update n", "posts/* delete p"]);
    // What is undone was never there.
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    let wish =
        |title: &str| json!({"method": "POST", "url": records("notes"), "body": {"title": title}});
    let bad = json!({"method": "POST", "url": records("notes"), "body": {"about": "nobody"}});
    let batch = |requests: Value| app.post("/api/batch").json(&json!({"requests": requests}));
    batch(json!([wish("x")])).expect(200);
    batch(json!([wish("never"), bad])).expect(400);
    batch(json!([wish("y"), wish("z")])).expect(200);
    let expected = ["x", "y", "z"].map(|title| format!("notes/* create {title}"));
    assert_eq!(briefly(&app, &mut stream, "title"), expected);
}

#[test]
fn subscriptions_follow_the_schema() {
    let Some(app) = place() else { return };
    let mut stream = subscriber(&app, "", &["later/*"]);
    let rules = json!({"listRule": ""});
    collection(&app, "later", rules.clone(), json!([text("title")]));
    make(&app, "later", json!({"title": "a"}));
    assert_eq!(briefly(&app, &mut stream, "title"), ["later/* create a"]);
    let fields = json!([text("more"), text("title")]);
    change(&app, "later", json!({"fields": fields}));
    make(&app, "later", json!({"title": "b", "more": "c"}));
    assert_eq!(briefly(&app, &mut stream, "more"), ["later/* create c"]);
    change(&app, "later", json!({"name": "renamed"}));
    make(&app, "renamed", json!({"title": "d"}));
    assert!(briefly(&app, &mut stream, "title").is_empty());
    app.delete("/api/collections/renamed").root().expect(204);
    collection(&app, "later", rules, json!([text("title")]));
    make(&app, "later", json!({"title": "e"}));
    assert_eq!(briefly(&app, &mut stream, "title"), ["later/* create e"]);
}

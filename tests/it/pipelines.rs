//! View collections over pipelines of MongoDB.

use purlin_tests::{Backend, TestApp};
use serde_json::{Value, json};

const BY_AUTHOR: &str = "/api/collections/by_author/records";

fn define(app: &TestApp, body: &Value) -> Value {
    app.post("/api/collections").root().json(body).expect(200).json()
}

/// Three authors, their posts, and a view that counts the posts of each.
fn world() -> TestApp {
    let app = TestApp::on(Backend::Mongodb);
    let fields = json!([{"name": "name", "type": "text"}, {"name": "more", "type": "json"}]);
    let authors =
        define(&app, &json!({"name": "authors", "listRule": "", "viewRule": "", "fields": fields}));
    let fields = json!([
        {"name": "author", "type": "relation", "collectionId": authors["id"]},
        {"name": "words", "type": "number"},
    ]);
    define(&app, &json!({"name": "posts", "fields": fields}));
    for (number, (name, posts)) in [("Ann", 3), ("Bob", 1), ("Cid", 2)].into_iter().enumerate() {
        let id = format!("author{number:09}");
        let author = json!({"id": id, "name": name, "more": {"city": name.to_lowercase()}});
        app.post("/api/collections/authors/records").root().json(&author).expect(200);
        for _ in 0..posts {
            let post = json!({"author": id, "words": 100 + number});
            app.post("/api/collections/posts/records").root().json(&post).expect(200);
        }
    }
    let pipeline = json!([
        {"$group": {"_id": "$author", "posts": {"$sum": 1}, "words": {"$sum": "$words"}}},
        {"$lookup": {"from": "authors", "localField": "_id", "foreignField": "_id", "as": "who"}},
        {"$set": {"author": "$_id", "name": {"$first": "$who.name"}}},
        {"$unset": "who"},
    ]);
    let query = json!({"from": "posts", "pipeline": pipeline}).to_string();
    let view = json!({"name": "by_author", "type": "view", "listRule": "", "viewQuery": query});
    define(&app, &view);
    app
}

#[test]
fn views_are_listed_filtered_and_sorted() {
    let app = world();
    let names = |query: &[(&str, &str)]| {
        let asking = app.get(BY_AUTHOR);
        let asking = query.iter().fold(asking, |asking, (name, value)| asking.query(name, value));
        let page = asking.expect(200).json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let name = |item: &Value| item["name"].as_str().unwrap_or("?").to_owned();
        (items.iter().map(name).collect::<Vec<_>>().join(" "), page["totalItems"].clone())
    };
    for (query, expected, total) in [
        (&[("sort", "-posts")][..], "Ann Cid Bob", 3),
        (&[("sort", "name")], "Ann Bob Cid", 3),
        (&[("sort", "posts"), ("filter", "posts > 1")], "Cid Ann", 2),
        (&[("filter", "name ~ 'b'")], "Bob", 1),
        (&[("filter", "words = 204")], "Cid", 1),
        (&[("filter", "id = 'author000000000'")], "Ann", 1),
        (&[("sort", "name"), ("perPage", "1"), ("page", "2")], "Bob", 3),
    ] {
        assert_eq!(names(query), (expected.to_owned(), json!(total)), "{query:?}");
    }
    app.get(&format!("{BY_AUTHOR}/author000000001")).root().expect(200).has("\"posts\":1");
    app.post(BY_AUTHOR).root().json(&json!({})).expect(400);
}

#[test]
fn what_may_not_be_in_a_view_is_refused() {
    let app = world();
    for query in [
        "SELECT id FROM posts",
        r#"{"from": "posts", "pipeline": [{"$out": "gone"}]}"#,
        r#"{"from": "posts", "pipeline": [{"$nowhere": 1}]}"#,
        r#"{"from": "posts", "pipeline": [{"$project": {"_id": null}}]}"#,
        r#"{"from": "posts", "more": 1}"#,
    ] {
        let body = json!({"name": "odd", "type": "view", "viewQuery": query});
        app.post("/api/collections").root().json(&body).expect(400);
    }
}

/// More views: posts with their author, and authors with their json, which is kept, renamed, taken
/// along by a group, found by a look-up, and replaced by a text.
fn looking() -> TestApp {
    let app = world();
    let lookup = json!({"$lookup": {
        "from": "authors", "localField": "author", "foreignField": "_id", "as": "who",
    }});
    let views = [
        ("plain", "posts", json!([{"$project": {"author": 1}}])),
        ("kept", "authors", json!([{"$project": {"more": 1}}])),
        ("called", "authors", json!([{"$project": {"more": "$more"}}])),
        ("whole", "authors", json!([])),
        ("grouped", "authors", json!([{"$group": {"_id": "$_id", "more": {"$first": "$more"}}}])),
        ("replaced", "authors", json!([{"$set": {"more": {"$cond": [true, "12", 3]}}}])),
        (
            "found",
            "posts",
            json!([
                lookup,
                {"$set": {"more": {"$first": "$who.more"}}},
                {"$group": {"_id": "$author", "more": {"$last": "$more"}}},
            ]),
        ),
    ];
    for (name, from, pipeline) in views {
        let query = json!({"from": from, "pipeline": pipeline}).to_string();
        let mut view = json!({"name": name, "type": "view", "viewQuery": query});
        (view["listRule"], view["viewRule"]) = (json!(""), json!(""));
        define(&app, &view);
    }
    app
}

#[test]
fn relations_of_views_are_expanded_and_followed() {
    let app = looking();
    let all = app.get("/api/collections/plain/records").query("expand", "author");
    let all = all.query("filter", "author.name != 'Ann'").query("sort", "author.name");
    let page = all.expect(200).json();
    let name = |item: &Value| item["expand"]["author"]["name"].clone();
    let names: Vec<Value> = page["items"].as_array().into_iter().flatten().map(name).collect();
    assert_eq!(names, ["Bob", "Cid", "Cid"], "{page}");
    let back = app.get("/api/collections/authors/records").query("sort", "name");
    let page = back.query("expand", "plain_via_author").expect(200).json();
    let expanded = |at: usize| page["items"][at]["expand"]["plain_via_author"].as_array();
    let counts: Vec<_> = (0..3).map(|at| expanded(at).map_or(0, Vec::len)).collect();
    assert_eq!(counts, [3, 1, 2], "{page}");
}

#[test]
fn json_in_views_is_looked_into() {
    let app = looking();
    let ids = |view: &str, filter: &str| {
        let asking = app.get(&format!("/api/collections/{view}/records")).query("filter", filter);
        let page = asking.query("sort", "-id").expect(200).json();
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let id = |item: &Value| item["id"].as_str().unwrap_or("?")[14..].to_owned();
        items.iter().map(id).collect::<String>()
    };
    for view in ["kept", "called", "whole", "grouped", "found"] {
        for (filter, expected) in [
            ("more.city = 'bob'", "1"),
            ("more.city != 'bob'", "20"),
            ("more ~ 'cit'", "210"),
            ("more.none = null", "210"),
        ] {
            assert_eq!(ids(view, filter), expected, "{view}: {filter}");
        }
        let page = app.get(&format!("/api/collections/{view}/records")).query("sort", "-more.city");
        page.expect(200).has(r#"{"city":"cid"}"#).lacks(":tree");
    }
    for (filter, expected) in [("more = 12", "210"), ("more.city = 'bob'", ""), ("more > 12", "")] {
        assert_eq!(ids("replaced", filter), expected, "{filter}");
    }
}

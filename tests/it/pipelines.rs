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

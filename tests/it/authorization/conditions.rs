//! Rules of lines mean what the same rules of a collection mean; a deny takes what its rule holds
//! for.

use std::collections::BTreeSet;

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::place::{collection, id, lines, make, records, relation, rules};

/// Each holds for some posts and not for others.
const RULES: &[&str] = &[
    "title = 'a'",
    "title != 'a'",
    "score > 2",
    "meta.level > 2",
    "meta.level <= 2",
    "meta.level != 3",
    "author.name = 'Ann'",
    "author.name != 'Ann'",
    "author.name = ''",
    "tags.name = 'red'",
    "tags.name != 'red'",
    "tags.name ?= 'red'",
    "tags.name ?!= 'red'",
    "tags.name = ''",
    "tags.name ~ 'r'",
    "tags:length = 2",
    "tags:length > 0",
    "tags:each = 'red000000000000'",
    "tags:each ?= 'red000000000000'",
    "labels:each = 'x'",
    "labels:each ?!= 'x'",
    "labels:length = 0",
    "comments_via_post.text = 'hi'",
    "comments_via_post.text ?= 'hi'",
    "comments_via_post.text != 'hi'",
    "comments_via_post.text ?!= 'hi'",
    "comments_via_post.id = ''",
    "tags.name ?= 'red' && tags.id ?= 'red000000000000'",
    "tags.name ?= 'red' || author.name = 'Bob'",
    "tags.name = 'red' && comments_via_post.text ?= 'hi'",
    "author.posts_via_author.title ?= 'a'",
    "@collection.comments.text ?= title",
    "@collection.comments.text ?= title && @collection.comments.post ?= id",
    "title ?= comments_via_post.text",
];

/// Title, author, tags, `meta` and labels.
type Post = (&'static str, &'static str, &'static [&'static str], Value, &'static [&'static str]);

fn place() -> TestApp {
    let app = TestApp::start();
    let text = |name: &str| json!({"name": name, "type": "text"});
    let people = collection(&app, "people", json!({}), json!([text("name")]));
    let tags = collection(&app, "tags", json!({}), json!([text("name")]));
    let fields = json!([
        text("title"),
        {"name": "score", "type": "number"},
        {"name": "meta", "type": "json"},
        {"name": "labels", "type": "select", "values": ["x", "y"], "maxSelect": 2},
        relation("author", &people, 1),
        relation("tags", &tags, 9),
    ]);
    let posts = collection(&app, "posts", json!({}), fields);
    let fields = json!([text("text"), relation("post", &posts, 1)]);
    collection(&app, "comments", json!({}), fields);
    for name in ["Ann", "Bob"] {
        make(&app, "people", json!({"id": id(&name.to_lowercase()), "name": name}));
    }
    for name in ["red", "blue", "green"] {
        make(&app, "tags", json!({"id": id(name), "name": name}));
    }
    let posts: [Post; 6] = [
        ("a", "ann", &["red"], json!({"level": 3}), &["x"]),
        ("b", "bob", &["red", "blue"], json!({"level": 1}), &["x", "y"]),
        ("c", "", &[], Value::Null, &[]),
        ("d", "ann", &["green"], json!({"level": "4"}), &["y"]),
        ("e", "bob", &["blue", "green"], json!({"other": 1}), &[]),
        ("f", "", &["red", "green", "blue"], json!([1]), &["x"]),
    ];
    for (score, (name, author, tags, meta, labels)) in posts.into_iter().enumerate() {
        let tags: Vec<String> = tags.iter().map(|name| id(name)).collect();
        let author = if author.is_empty() { String::new() } else { id(author) };
        let body = json!({
            "id": id(name), "title": name, "score": score, "author": author, "tags": tags,
            "meta": meta, "labels": labels,
        });
        make(&app, "posts", body);
    }
    for (name, text, post) in
        [("1", "hi", "a"), ("2", "hi", "b"), ("3", "ho", "b"), ("4", "d", "d")]
    {
        make(&app, "comments", json!({"id": id(name), "text": text, "post": id(post)}));
    }
    app
}

/// The titles of what a guest may list.
fn listed(app: &TestApp) -> BTreeSet<String> {
    let page = app.get(&records("posts")).expect(200).json();
    let items = page["items"].as_array().expect("items");
    assert_eq!(page["totalItems"], items.len(), "{page}");
    items.iter().map(|item| item["title"].as_str().unwrap_or("-").to_owned()).collect()
}

#[test]
fn rules_of_lines_mean_what_rules_of_collections_mean() {
    let app = place();
    let all: BTreeSet<String> = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).into();
    let mut faults = Vec::new();
    for rule in RULES {
        lines(&app, &[]);
        rules(&app, "posts", json!({"listRule": rule}));
        let own = listed(&app);
        assert!(!own.is_empty() && own != all, "{rule} tells nothing apart: {own:?}");
        rules(&app, "posts", json!({"listRule": null}));
        let mut hold = |what: &str, texts: &[&str], expected: &BTreeSet<String>| {
            lines(&app, texts);
            let found = listed(&app);
            if found != *expected {
                faults.push(format!("{what} {rule}: {found:?}, not {expected:?}"));
            }
        };
        let rest: BTreeSet<String> = all.difference(&own).cloned().collect();
        hold("allow", &[&format!("allow * list posts where {rule}")], &own);
        let two =
            [&*format!("allow * list posts where {rule}"), "allow * list posts where score > 90"];
        hold("one of two allows", &two, &own);
        hold("deny", &["allow * list posts", &format!("deny * list posts where {rule}")], &rest);
        let both = [
            &*format!("allow * list posts where {rule}"),
            &*format!("deny * list posts where ({rule}) && score >= 0"),
        ];
        hold("allow and deny", &both, &BTreeSet::new());
        // Only where the rule holds is the title there.
        let titled =
            [&*format!("allow * list posts [title] where {rule}"), "allow * list posts [score]"];
        let mut some = own.clone();
        some.insert("-".to_owned());
        hold("a field by allow", &titled, &some);
        let untitled = ["allow * list posts", &*format!("deny * list posts [title] where {rule}")];
        let mut some = rest.clone();
        some.insert("-".to_owned());
        hold("a field by deny", &untitled, &some);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Rules that were right when they were saved, and are not any more.
#[test]
fn a_broken_rule_grants_nothing_and_denies_everything() {
    let app = place();
    rules(&app, "posts", json!({"listRule": ""}));
    lines(&app, &["deny * list posts where score > 2"]);
    assert_eq!(listed(&app).len(), 3);
    let path = "/api/collections/posts";
    let mut without = app.get(path).root().expect(200).json();
    let fields = without["fields"].as_array_mut().expect("fields");
    fields.retain(|field| field["name"] != "score");
    app.patch(path).root().json(&without).expect(200);
    assert_eq!(listed(&app).len(), 0);
    rules(&app, "posts", json!({"listRule": null}));
    app.patch(path).root().json(&json!({"listRule": null})).expect(200);
    let deny = app.get(&records("_policies")).root().expect(200).text("/items/0/id");
    let deny = format!("{}/{deny}", records("_policies"));
    app.patch(&deny).root().json(&json!({"effect": "allow"})).expect(400).has("\"rule\"");
}

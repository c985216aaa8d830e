//! Worlds that differ in nothing but what is hidden, and the lines that hide it.

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::place::{collection, id, lines, make, record, relation, rules};

/// A way of hiding: the rules of `posts`, and lines.
pub(super) struct Gate {
    pub(super) name: &'static str,
    /// The collection's own rule for listing and viewing.
    own: Option<&'static str>,
    lines: &'static [&'static str],
}

const HIDDEN: &str = "[secret,score,meta,spot,due,labels,flag,owner,crew]";

/// What is hidden of the closed posts, or of all.
pub(super) const GATES: &[Gate] = &[
    Gate { name: "deny everywhere", own: Some(""), lines: &["deny * * posts HIDDEN"] },
    Gate {
        name: "deny on some rows",
        own: Some(""),
        lines: &["deny * * posts HIDDEN where kind = 'closed'"],
    },
    Gate {
        name: "deny by a relation to many",
        own: Some(""),
        lines: &["deny * * posts HIDDEN where tags.name ?= 'locked'"],
    },
    Gate {
        name: "deny by a back relation",
        own: Some(""),
        lines: &["deny @guest read posts HIDDEN where comments_via_post.text ?= 'lock'"],
    },
    Gate {
        name: "allow without",
        own: None,
        lines: &["allow * read posts [title,kind,author,tags]"],
    },
    Gate {
        name: "allow on some rows",
        own: None,
        lines: &[
            "allow * read posts [title,kind,author,tags]",
            "allow * read posts where kind = 'open'",
        ],
    },
    Gate { name: "deny rows", own: Some(""), lines: &["deny * * posts where kind = 'closed'"] },
    Gate {
        name: "deny rows by a relation to many",
        own: Some(""),
        lines: &["deny * * posts where tags.name ?= 'locked'"],
    },
    Gate { name: "allow rows", own: None, lines: &["allow * read posts where kind = 'open'"] },
    Gate {
        name: "allow rows by a relation to one",
        own: None,
        lines: &[
            "allow * read * where author.name ?= 'Dan'",
            "allow * read posts where kind = 'open'",
        ],
    },
    Gate {
        name: "rows by the own rule, beside a line",
        own: Some("kind = 'open'"),
        lines: &["deny * * posts HIDDEN where id = ''"],
    },
    Gate {
        name: "rows by an own rule about many, beside a line",
        own: Some("tags.name = '' || tags.name ?= 'plain' && tags.name != 'locked'"),
        lines: &["deny * * posts HIDDEN where kind = 'closed'"],
    },
    Gate {
        name: "an own rule about many, fields by a line",
        own: Some("tags.name ?!= 'none'"),
        lines: &["deny * * posts HIDDEN where comments_via_post.text ?= 'lock'"],
    },
];

impl Gate {
    /// Puts it up.
    pub(super) fn close(&self, app: &TestApp) {
        let rule = self.own.map_or(Value::Null, Value::from);
        rules(app, "posts", json!({"listRule": rule, "viewRule": rule}));
        let texts: Vec<String> =
            self.lines.iter().map(|text| text.replace("HIDDEN", HIDDEN)).collect();
        let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        // Who may write a record is shown what it wrote, by the collection's own rules, whatever
        // the row.
        if self.own.is_none_or(str::is_empty) {
            texts.push("allow * update posts [title]");
        }
        lines(app, &texts);
    }
}

/// A server with everything but the hidden values.
pub(super) fn start() -> TestApp {
    let app = TestApp::start();
    let open = || json!({"listRule": "", "viewRule": ""});
    let text = |name: &str| json!({"name": name, "type": "text"});
    let people = collection(&app, "people", open(), json!([text("name")]));
    let tags = collection(&app, "tags", open(), json!([text("name")]));
    let fields = json!([
        text("title"),
        text("kind"),
        relation("author", &people, 1),
        relation("tags", &tags, 9),
        text("secret"),
        {"name": "score", "type": "number"},
        {"name": "meta", "type": "json"},
        {"name": "spot", "type": "geoPoint"},
        {"name": "due", "type": "date"},
        {"name": "labels", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3},
        {"name": "flag", "type": "bool"},
        relation("owner", &people, 1),
        relation("crew", &people, 9),
    ]);
    let posts = collection(&app, "posts", open(), fields);
    let fields = json!([text("text"), relation("post", &posts, 1)]);
    collection(&app, "comments", open(), fields);
    let fields = json!([text("name"), relation("posts", &posts, 9)]);
    collection(&app, "bundles", open(), fields);
    for (name, called) in
        [("eve", "Eve"), ("ann", "Ann"), ("bob", "Bob"), ("cid", "Cid"), ("dan", "Dan")]
    {
        make(&app, "people", json!({"id": id(name), "name": called}));
    }
    for name in ["sole", "plain", "locked", "none"] {
        make(&app, "tags", json!({"id": id(name), "name": name}));
    }
    for (name, kind, author, tags) in [
        ("o1", "open", "ann", vec!["plain"]),
        ("o2", "open", "bob", vec![]),
        ("c1", "closed", "eve", vec!["locked", "sole"]),
        ("c2", "closed", "bob", vec!["plain", "locked"]),
    ] {
        let tags: Vec<String> = tags.into_iter().map(id).collect();
        let body = json!({
            "id": id(name), "title": name, "kind": kind, "author": id(author), "tags": tags,
            "secret": "mango", "score": 50, "meta": {"level": 5}, "labels": ["b"],
            "due": "2025-01-01 00:00:00.000Z", "spot": {"lon": 30, "lat": 30}, "owner": id("bob"),
        });
        make(&app, "posts", body);
    }
    for (name, text, post) in
        [("k1", "lock", "c1"), ("k2", "lock", "c2"), ("k3", "free", "o1"), ("k4", "free", "")]
    {
        let post = if post.is_empty() { String::new() } else { id(post) };
        make(&app, "comments", json!({"id": id(name), "text": text, "post": post}));
    }
    for (name, posts) in
        [("b1", vec!["c1", "o1"]), ("b2", vec!["c2"]), ("b3", vec!["o1", "o2"]), ("b4", vec![])]
    {
        let posts: Vec<String> = posts.into_iter().map(id).collect();
        make(&app, "bundles", json!({"id": id(name), "name": name, "posts": posts}));
    }
    app
}

/// How many worlds there are.
pub(super) const WORLDS: usize = 5;

/// Fills in the hidden values of one world.
pub(super) fn turn(app: &TestApp, world: usize) {
    let blank = json!({
        "secret": "", "score": 0, "meta": null, "spot": {"lon": 0, "lat": 0}, "due": "",
        "labels": [], "flag": false, "owner": "", "crew": [],
    });
    let low = json!({
        "secret": "alpha", "score": 10, "meta": {"level": 1, "deep": {"x": "m"}},
        "spot": {"lon": 10, "lat": 10}, "due": "2020-01-01 00:00:00.000Z", "labels": ["a"],
        "flag": true, "owner": id("ann"), "crew": [id("ann")],
    });
    let high = json!({
        "secret": "zeta", "score": 90, "meta": {"level": 9}, "spot": {"lon": 60, "lat": 60},
        "due": "2030-01-01 00:00:00.000Z", "labels": ["a", "c"], "flag": false,
        "owner": id("cid"), "crew": [id("bob"), id("cid")],
    });
    let like = json!({
        "secret": "closed", "score": 7, "meta": "closed", "spot": {"lon": 1, "lat": 1},
        "due": "1999-01-01 00:00:00.000Z", "labels": ["c"], "flag": true, "owner": id("ann"),
        "crew": [id("bob")],
    });
    let [one, two] =
        [[&low, &high], [&high, &low], [&like, &blank], [&like, &like], [&blank, &high]][world];
    for (name, values) in [("c1", one), ("c2", two)] {
        app.patch(&record("posts", name)).root().json(values).expect(200);
    }
}

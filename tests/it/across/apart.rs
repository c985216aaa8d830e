//! Relations across validate and expand; what would join across is refused and says so.

use serde_json::json;

use super::place::{World, at, collection, make, record, relation, start};

/// `authors` in main; `books` of an author and `shelves` of books in the archive.
fn library() -> World {
    let app = start();
    let name = || json!({"name": "name", "type": "text"});
    let authors = collection(&app, "main", "authors", json!([name()]));
    let fields = json!([name(), relation("author", &authors, ""), relation("more", &authors, "*")]);
    let books = collection(&app, "archive", "books", fields);
    collection(&app, "archive", "shelves", json!([name(), relation("books", &books, "*")]));
    app
}

#[test]
fn relations_validate_and_expand_both_ways() {
    let app = library();
    let ann = record(&app, "authors", json!({"name": "Ann"}));
    let bob = record(&app, "authors", json!({"name": "Bob"}));
    let missing =
        make(&app, "books", json!({"name": "X", "author": "nobodynobody123"})).expect(400);
    assert_eq!(missing.text("/data/author/code"), "validation_missing_rel_records", "{missing}");
    make(&app, "books", json!({"more": [&ann, "nobodynobody123"]})).expect(400);
    let book = record(&app, "books", json!({"name": "B", "author": ann, "more": [&ann, &bob]}));
    record(&app, "shelves", json!({"name": "S", "books": [&book]}));
    let patch = json!({"author": "nobodynobody123"});
    app.patch(&at("books", &book)).root().json(&patch).expect(400).has("author");

    let shelves =
        app.get(&at("shelves", "")).query("expand", "books.author,books.more").expect(200);
    assert_eq!(shelves.text("/items/0/expand/books/0/expand/author/name"), "Ann");
    assert_eq!(shelves.text("/items/0/expand/books/0/expand/more/1/name"), "Bob");
    let back = "books_via_author.shelves_via_books";
    let author = app.get(&at("authors", &ann)).query("expand", back).expect(200);
    let path = "/expand/books_via_author/0/expand/shelves_via_books/0/name";
    assert_eq!(author.text(path), "S");

    // Whoever may not view a record does not see it from another datasource either.
    let hide = json!({"viewRule": "name = 'Bob'"});
    app.patch("/api/collections/authors").root().json(&hide).expect(200);
    let seen = app.get(&at("books", &book)).query("expand", "author,more").expect(200);
    assert_eq!(seen.text("/expand/more/0/name"), "Bob");
    seen.lacks("Ann");
}

#[test]
fn filters_and_sorts_that_would_join_say_so() {
    let app = library();
    let ann = record(&app, "authors", json!({"name": "Ann"}));
    let book = record(&app, "books", json!({"name": "B", "author": ann, "more": [&ann]}));
    let ann_is = |name: &str| format!("{name} = '{ann}'");
    for filter in [
        ann_is("author"),
        ann_is("author.id"),
        ann_is("more:each"),
        ann_is("more.id"),
        "more:length = 1".to_owned(),
    ] {
        let found = app.get(&at("books", "")).query("filter", &filter).expect(200);
        assert_eq!(found.text("/items/0/id"), book, "{filter}");
    }
    let books = "is in the datasource `archive` and `authors` in `main`.";
    let authors = "is in the datasource `main` and `books` in `archive`.";
    for (collection, key, text, end) in [
        ("books", "filter", "author.name = 'Ann'", authors),
        ("books", "filter", "name = 'B' && more.name ?= 'Ann'", authors),
        ("books", "sort", "-author.name", authors),
        ("authors", "filter", "books_via_author.name ?= 'B'", books),
        ("authors", "sort", "books_via_author.name", books),
    ] {
        let refused = app.get(&at(collection, "")).query(key, text).expect(400);
        let message = refused.text("/message");
        assert!(message.contains(" cannot be joined: `") && message.ends_with(end), "{refused}");
    }
    let every = ("filter", "@collection.authors.name ?= name");
    let refused = app.get(&at("books", "")).root().query(every.0, every.1).expect(400);
    refused.has("`@collection.authors.name` cannot be joined");
    // Guests may not even name it.
    app.get(&at("books", "")).query(every.0, every.1).expect(403);
}

#[test]
fn rules_and_views_that_would_join_are_not_saved() {
    let app = library();
    for (rule, text) in [
        ("listRule", "author.name = 'Ann'"),
        ("createRule", "@collection.authors.id ?= author"),
        ("updateRule", "@request.auth.id != '' && more.name ?= 'x'"),
        ("deleteRule", "@request.body.author.name = 'x'"),
    ] {
        let save = app.patch("/api/collections/books").root().json(&json!({rule: text}));
        let refused = save.expect(400);
        let pointer = format!("/data/{rule}/code");
        assert_eq!(refused.text(&pointer), "validation_invalid_rule", "{refused}");
        refused.has("cannot be joined");
    }
    let sound = json!({"listRule": "author = @request.auth.id || author = ''"});
    app.patch("/api/collections/books").root().json(&sound).expect(200);
    for (datasource, query) in [
        ("main", "select b.id, b.name from books b"),
        ("archive", "select b.id, a.name from books b left join authors a on a.id = b.author"),
    ] {
        let view = json!({
            "name": "both", "type": "view", "datasource": datasource, "viewQuery": query,
        });
        let refused = app.post("/api/collections").root().json(&view).expect(400);
        assert_eq!(refused.text("/data/viewQuery/code"), "validation_invalid_view_query");
    }
}

#[test]
fn a_rule_that_came_to_join_holds_for_nobody() {
    let app = library();
    let ann = record(&app, "authors", json!({"name": "Ann"}));
    let book = record(&app, "books", json!({"name": "B", "author": ann}));
    // As an import of a definition from elsewhere, or the hand of an administrator, may leave it.
    let file = app.home.data().join("data.db");
    let hand = rusqlite::Connection::open(file).expect("the file");
    let set = "UPDATE `_collections` SET `listRule` = ?1, `viewRule` = ?1, `updateRule` = ?1, \
               `deleteRule` = ?1, `createRule` = ?1 WHERE `name` = 'books'";
    assert_eq!(hand.execute(set, ["\"author.name != 'Zoe'\""]).expect(set), 1);
    drop(hand);
    let mut app = app;
    app.restart();
    app.get(&at("books", "")).expect(400).lacks("join").lacks("archive");
    app.get(&at("books", &book)).expect(404);
    app.patch(&at("books", &book)).json(&json!({"name": "C"})).expect(404);
    app.delete(&at("books", &book)).expect(404);
    app.post(&at("books", "")).json(&json!({"name": "C"})).expect(400);
    let expand = app.get(&at("authors", &ann)).query("expand", "books_via_author").expect(200);
    expand.lacks("\"B\"");
}

#[test]
fn a_batch_is_for_one_datasource() {
    let app = library();
    let post = |collection: &str| json!({"method": "POST", "url": at(collection, ""), "body": {"name": "N"}});
    let both = json!({"requests": [post("books"), post("shelves"), post("authors")]});
    let refused = app.post("/api/batch").json(&both).expect(400);
    refused.has("request 0 is for `books` in `archive`, request 2 for `authors` in `main`.");
    let one = json!({"requests": [post("books"), post("shelves")]});
    app.post("/api/batch").json(&one).expect(200);
    let broken = json!({"requests": [post("books"), post("nothing")]});
    app.post("/api/batch").json(&broken).expect(400);
    for (collection, total) in [("books", "1"), ("shelves", "1"), ("authors", "0")] {
        assert_eq!(app.get(&at(collection, "")).expect(200).text("/totalItems"), total);
    }
}

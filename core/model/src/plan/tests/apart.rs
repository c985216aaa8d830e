//! What can be said of records of another datasource, and what cannot.

use super::*;
use crate::plan::{Output, Scope, check_rule, list};
use crate::query::ListRequest;

/// The usual schema with these collections in the datasource `archive`.
fn apart(names: &[&str]) -> Schema {
    let schema = schema();
    let moved = schema.collections().iter().map(|collection| {
        let mut collection = Collection::clone(collection);
        if names.contains(&&*collection.name) {
            collection.datasource = "archive".into();
        }
        Arc::new(collection)
    });
    Schema::new(moved.collect())
}

/// A condition as text; `apart` where it would need records of two datasources.
fn outcome(condition: Result<Condition, QueryError>) -> String {
    match condition {
        Ok(condition) => condition.to_string(),
        Err(error) if error.apart => "apart".into(),
        Err(error) => format!("!{}!", error.message),
    }
}

#[test]
fn records_of_another_datasource_are_not_joined() {
    let schema = apart(&["tags", "comments", "guarded"]);
    let caller = Caller::Superuser(ann(&schema));
    for (text, wanted) in [
        ("rel = 'x'", "rel = \"x\""),
        ("rel.id = 'x'", "rel = \"x\""),
        ("rel:length = 1", "rel:length = 1"),
        ("rm ?= 'x'", "rm = \"x\""),
        ("rm:each ?= 'x'", "rm:each ?= \"x\""),
        ("rm:length = 2", "rm:length = 2"),
        ("rm.id ?= 'x'", "rm:each ?= \"x\""),
        ("author.name = 'x'", "author.name = \"x\""),
        ("author.tags:length > 1", "author.tags:length > 1"),
        ("author.boss.tags:each ?= 'x'", "author.boss.tags:each ?= \"x\""),
        ("pins_via_post.id ?= 'x'", "pins_via_post.id = \"x\""),
        ("@collection.users.name ?= t", "@collection.users#1.name ?= t"),
        ("rel.name = 'x'", "apart"),
        ("rel.id:lower = 'x'", "apart"),
        ("rm.name ?= 'x'", "apart"),
        ("rel.posts_via_rel.t ?= 'x'", "apart"),
        ("author.tags.name ?= 'x'", "apart"),
        ("comments_via_post.body ?= 'x'", "apart"),
        ("comments_via_post.id ?= 'x'", "apart"),
        ("@collection.tags.name ?= t", "apart"),
        ("@collection.comments:mine.body ?= t", "apart"),
        ("gua.open = true", "apart"),
        ("nope.name = 'x'", "!`posts` has no field `nope`!"),
    ] {
        let found = resolve(&schema, &Facts::bare(&caller, now()), text, true);
        assert_eq!(outcome(found), wanted, "{text}");
    }
}

#[test]
fn the_error_says_what_is_where() {
    let schema = apart(&["tags"]);
    let error = resolve(&schema, &guest(), "t = 'a' && rm.name ~ 'x'", true).unwrap_err();
    assert_eq!(
        error.message,
        "`rm.name` cannot be joined: `tags` is in the datasource `archive` and `posts` in `main`"
    );
    assert_eq!((error.span.start, error.span.end), (11, 18));
}

#[test]
fn callers_and_bodies_of_another_datasource() {
    let schema = apart(&["posts", "comments", "pins"]);
    let caller = Caller::Record(ann(&schema));
    let body = object(&[("author", "bob".into()), ("sm", Json::List(vec!["a".into()]))]);
    let facts = Facts { body: &body, ..Facts::bare(&caller, now()) };
    for (text, wanted) in [
        ("author = @request.auth.id", "author = \"ann\""),
        ("t = @request.auth.name", "t = \"Ann\""),
        ("n = @request.auth.tags:length", "n = 2"),
        ("rel ?= @request.auth.tags:each", "rel ?= [\"t1\",\"t2\"]:each"),
        ("t = @request.auth.boss.id", "t = \"bob\""),
        ("t = @request.auth.nope", "t = null"),
        ("t = @request.auth.collectionName", "t = \"users\""),
        ("author = @request.body.author", "author = \"bob\""),
        ("t ?= @request.body.sm:each", "t ?= [\"a\"]:each"),
        ("comments_via_post.body ?= 'x'", "comments_via_post.body ?= \"x\""),
        // Null would make `!=` hold.
        ("t != @request.auth.boss.name", "apart"),
        ("t ?= @request.auth.tags.name", "apart"),
        ("t = @request.auth.meta.k", "apart"),
        ("t ?= @request.auth.posts_via_author.t", "apart"),
        ("t = @request.body.author.name", "apart"),
        ("t = 'a' || t != @request.auth.boss.name", "apart"),
        ("@request.auth.id = '' && t != @request.auth.boss.name", "false"),
    ] {
        assert_eq!(outcome(resolve(&schema, &facts, text, false)), wanted, "{text}");
    }
}

#[test]
fn rules_that_would_join_are_not_saved() {
    let schema = apart(&["posts"]);
    let posts = schema.by_name("posts").expect("posts");
    for (text, sound) in [
        ("rel = @request.auth.id && rm:each ?= 'x'", true),
        ("@request.auth.name = t && @request.auth.nope = t", true),
        ("author.name = t", false),
        ("@request.auth.id != '' && @collection.tags.name ?= t", false),
        ("@request.auth.boss.name = t", false),
        ("@request.auth.meta.k = t", false),
        ("@request.body.author.name = t", false),
        ("@request.body.author:isset = true", true),
    ] {
        let found = check_rule(&schema, posts, text);
        assert_eq!(found.is_ok(), sound, "{text}: {found:?}");
        assert!(found.is_ok() || found.is_err_and(|error| error.apart), "{text}");
    }
    // What is behind a submitted relation is looked at, too.
    let schema = apart(&["tags"]);
    let posts = schema.by_name("posts").expect("posts");
    assert!(check_rule(&schema, posts, "@request.body.author.name = t").is_ok());
    assert!(check_rule(&schema, posts, "@request.body.author.tags.name ?= t").is_err());
}

#[test]
fn what_is_wrong_with_a_rule_is_not_told() {
    let schema = apart(&["tags"]);
    let posts = schema.by_name("posts").expect("posts");
    let rule = Arc::new(query::parse("rel.name = 'x'").expect("a rule"));
    let asked = |scope: &Scope, filter: &str| {
        let pairs = [("filter".to_owned(), filter.to_owned())];
        let request = ListRequest::parse(&pairs).expect("a request");
        list(&schema, &guest(), posts, scope, &request, Output::Nothing).unwrap_err().apart
    };
    assert!(!asked(&Scope::rows(rule), "t = 'a'"));
    assert!(asked(&Scope::every_row(), "rel.name = 'x'"));
    // The list rule of what a filter passes through is somebody else's, too.
    let schema = apart(&["tags"]);
    let error = resolve(&schema, &guest(), "gua.name = 'x'", true).unwrap_err();
    assert!(!error.apart, "{error}");
}

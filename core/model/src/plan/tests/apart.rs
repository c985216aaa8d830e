//! What can be said of records of another datasource, and what cannot.

use super::*;
use crate::plan::{Output, Scope, Terms, World, check_rule, list};
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
        // Members of a json field are known as well, and as strict as they are when joined.
        ("n >= @request.auth.meta.k", "n >= 1"),
        ("t = @request.auth.meta.k", "t = \"1\""),
        ("t ~ @request.auth.meta.k:lower", "t ~ \"%1%\""),
        ("@request.auth.meta.k = 1", "true"),
        ("@request.auth.meta.k = '1'", "false"),
        ("@request.auth.meta.none = ''", "false"),
        ("@request.auth.meta.none = null", "true"),
        ("t = @request.auth.meta.none", "not (t >= \"\" || t < \"\")"),
        ("t != @request.auth.meta.none", "not not (t >= \"\" || t < \"\")"),
        ("comments_via_post.body = @request.auth.meta.none", "false"),
        ("comments_via_post.body != @request.auth.meta.none", "false"),
        ("t = @request.auth.meta", "t = \"{\\\"k\\\":1}\""),
        // Null would make `!=` hold.
        ("t != @request.auth.boss.name", "apart"),
        ("t ?= @request.auth.tags.name", "apart"),
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
        ("@request.auth.meta.k = t", true),
        ("@request.auth.tags.name ?= t", false),
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
    let ruled = Scope::of(posts, Some(Terms::Rule(rule)), Vec::new(), Vec::new());
    assert!(!asked(&ruled, "t = 'a'"));
    assert!(asked(&Scope::every_row(posts), "rel.name = 'x'"));
    // The list rule of what a filter passes through is somebody else's, too.
    let schema = apart(&["tags"]);
    let error = resolve(&schema, &guest(), "gua.name = 'x'", true).unwrap_err();
    assert!(!error.apart, "{error}");
}

/// The caller's records, and nothing else.
struct Callers(Arc<Record>);

impl World for Callers {
    fn by_id(&self, _: &Arc<Collection>, id: &str) -> Option<Arc<Record>> {
        (self.0.id() == id).then(|| self.0.clone())
    }

    fn all(&self, _: &Arc<Collection>) -> Vec<Arc<Record>> {
        Vec::new()
    }

    fn now(&self) -> i64 {
        0
    }
}

/// A member of the caller that is bound decides as it does when the caller's row is joined.
#[test]
fn members_of_the_caller_mean_the_same_when_they_are_bound() {
    let members = ["null", "\"\"", "\"a\"", "\"1\"", "1", "1.5", "true", "[1]", "{\"x\":2}"];
    let names = ["t", "n", "b", "sm", "sm:each", "j", "j.x", "t:lower", "sm:length"];
    let mut compared = 0;
    for member in members {
        let (here, there) = (schema(), apart(&["posts", "comments", "pins"]));
        for name in names {
            for op in ["=", "!=", ">", ">=", "<", "<=", "~", "!~", "?=", "?!=", "?>", "?~"] {
                let text = format!("{name} {op} @request.auth.meta.k");
                let back = format!("@request.auth.meta.k {op} {name}");
                for text in [text, back] {
                    let decide = |schema: &Schema| decided(schema, member, &text);
                    let (joined, bound) = (decide(&here), decide(&there));
                    compared += joined.len();
                    // Several values that all have to pass: refused where it would be unsure.
                    let closed = name == "sm:each" && ["null", "\"\""].contains(&member);
                    for ((record, joined), (_, bound)) in joined.iter().zip(&bound) {
                        let same = joined == bound || (closed && !bound);
                        assert!(same, "{text} for {member} and {record}: joined {joined}");
                    }
                }
            }
        }
    }
    assert!(compared > 5_000, "{compared}");
}

/// Whether a text holds for posts of all kinds, asked by a caller with that member.
fn decided(schema: &Schema, member: &str, text: &str) -> Vec<(String, bool)> {
    let mut caller = Record::clone(&ann(schema));
    caller.set("meta", Value::Json(format!("{{\"k\":{member}}}")));
    let world = Callers(Arc::new(caller));
    let caller = Caller::Record(world.0.clone());
    let condition = resolve(schema, &Facts::bare(&caller, now()), text, false).expect(text);
    let list = |items: &[&str]| Value::List(items.iter().map(|it| (*it).to_owned()).collect());
    let values: [(&str, Value); 13] = [
        ("t", "".into()),
        ("t", "A".into()),
        ("t", "1".into()),
        ("t", "1.5".into()),
        ("n", Value::Number(1.0)),
        ("n", Value::Number(1.5)),
        ("b", Value::Bool(true)),
        ("sm", list(&["a"])),
        ("sm", list(&["a", "b"])),
        ("j", Value::Json("null".into())),
        ("j", Value::Json("\"\"".into())),
        ("j", Value::Json("1".into())),
        ("j", Value::Json("{\"x\":\"a\"}".into())),
    ];
    let posts = schema.by_name("posts").expect("posts");
    let of = |(name, value): &(&str, Value)| {
        let mut record = Record::blank(posts);
        record.set(name, value.clone());
        (format!("{name} {value:?}"), condition.matches(&record, &world))
    };
    values.iter().map(of).collect()
}

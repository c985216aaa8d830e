//! Conditions decided in memory. That all operators mean what they should is the business of
//! `values.rs` and of the oracle test of the stores; here it is rows.

use super::*;
use crate::plan::{Row, RowSet, Source, Term, Test, World};
use crate::query::Op;

/// Tags red, blue and one without a name; ann's posts p1 (red, blue) and p2 (no tags), a comment.
struct Small(Vec<Arc<Record>>);

impl World for Small {
    fn by_id(&self, collection: &Arc<Collection>, id: &str) -> Option<Arc<Record>> {
        self.all(collection).into_iter().find(|record| record.id() == id)
    }

    fn all(&self, collection: &Arc<Collection>) -> Vec<Arc<Record>> {
        self.0.iter().filter(|it| it.collection.id == collection.id).cloned().collect()
    }

    fn now(&self) -> i64 {
        1_795_230_245_678
    }
}

fn small(schema: &Schema) -> Small {
    let record = |collection: &str, values: &[(&str, Value)]| {
        let mut record = Record::blank(schema.by_name(collection).expect(collection));
        values.iter().for_each(|(name, value)| record.set(name, value.clone()));
        Arc::new(record)
    };
    let list = |ids: &[&str]| Value::List(ids.iter().map(|id| (*id).to_owned()).collect());
    Small(vec![
        record("tags", &[("id", "red".into()), ("name", "Red".into()), ("w", Value::Number(1.0))]),
        record(
            "tags",
            &[("id", "blue".into()), ("name", "Blue".into()), ("w", Value::Number(2.0))],
        ),
        record(
            "posts",
            &[("id", "p1".into()), ("rm", list(&["red", "blue"])), ("rel", "red".into())],
        ),
        record("posts", &[("id", "p2".into()), ("t", "x".into()), ("sm", list(&["a", "b"]))]),
        record("comments", &[("id", "c1".into()), ("body", "hi".into()), ("post", "p1".into())]),
    ])
}

#[test]
fn rows_join_in_memory() {
    let (schema, facts) = (schema(), guest());
    let world = small(&schema);
    for (filter, wanted) in [
        ("rel.name = 'Red'", "p1"),
        ("rel.name != 'Red'", "p2"),
        ("rel.name = ''", "p2"),
        ("rm.name = 'Red'", ""),
        ("rm.name ?= 'Red'", "p1"),
        ("rm.name != 'Green'", "p1 p2"),
        ("rm.name ?= 'Red' && rm.w ?= 2", ""),
        ("rm.name ?= 'Red' || rm.w ?= 5", "p1"),
        ("rm.w > 0", "p1"),
        ("rm.w > 1", ""),
        ("comments_via_post.body = 'hi'", "p1"),
        ("comments_via_post.id = ''", "p2"),
        ("comments_via_post.post.rm.name ?= 'Blue'", "p1"),
        ("sm:each = 'a'", ""),
        ("sm:each ?= 'a'", "p2"),
        ("sm:length = 2", "p2"),
        ("@collection.tags.name ?= 'Red' && @collection.tags.w ?= 2", ""),
        ("@collection.tags.name ?= 'Red' && @collection.tags:b.w ?= 2", "p1 p2"),
        ("@collection.seen.t ?= t", "p1"),
    ] {
        let condition = resolve(&schema, &facts, filter, false).expect(filter);
        let posts = world.all(schema.by_name("posts").expect("posts"));
        let holds = posts.iter().filter(|record| condition.matches(record, &world));
        let ids: Vec<_> = holds.map(|record| record.id().to_owned()).collect();
        assert_eq!(ids.join(" "), wanted, "{filter}");
    }
}

#[test]
fn a_record_decides_what_it_can() {
    let (schema, facts) = (schema(), guest());
    let posts = schema.by_name("posts").expect("posts");
    let mut record = Record::blank(posts);
    record.set("t", "x".into());
    record.set("sm", Value::List(vec!["a".into(), "b".into()]));
    for (filter, wanted) in [
        ("t = 'x'", Some(true)),
        ("t = 'y'", Some(false)),
        ("sm:each ?= 'a' && sm:each ?= 'b'", Some(false)),
        ("sm:each ?= 'a'", Some(true)),
        ("rel.name = 'Red'", None),
        ("t = 'x' && rel.name = 'Red'", None),
        ("t = 'y' && rel.name = 'Red'", Some(false)),
        ("t = 'x' || rel.name = 'Red'", Some(true)),
        ("t = 'y' || rel.name = 'Red'", None),
        ("@collection.tags.name ?= t", None),
        ("strftime('%Y', t) = ''", None),
        ("rel.id = ''", Some(true)),
    ] {
        let condition = resolve(&schema, &facts, filter, false).expect(filter);
        assert_eq!(condition.decide(&record), wanted, "{filter}");
    }
}

/// Posts, their tags (`rm`, of which several may join), and the comments on a post, which
/// come back to posts and tags: rows 0, 1, 2, 3, 4.
fn rows(schema: &Schema) -> Vec<Row> {
    let of = |name: &str| schema.by_name(name).expect(name);
    let at = |name: &str, field: &str| of(name).field_index(field).expect(field);
    let row = |source, name: &str, many| Row { source, collection: Some(of(name).clone()), many };
    let tags = |from| Source::Relation { from, field: at("posts", "rm") };
    vec![
        row(Source::Base, "posts", false),
        row(tags(0), "tags", true),
        row(Source::Back { from: 0, field: at("comments", "post") }, "comments", true),
        row(Source::Relation { from: 2, field: at("comments", "post") }, "posts", true),
        row(tags(3), "tags", true),
    ]
}

#[test]
fn rows_are_chosen_afresh() {
    let schema = schema();
    let (world, rows) = (small(&schema), rows(&schema));
    let tags = schema.by_name("tags").expect("tags");
    let name = |row, name: &str| Test::Compare {
        left: Term::Column { row, field: tags.field_index("name").expect("name") },
        op: Op::Equal,
        right: Term::Value(name.into()),
        every: false,
    };
    let some = |rows: &[usize], test| Test::Some { rows: rows.to_vec(), test: Box::new(test) };
    let not = |test| Test::Not(Box::new(test));
    let both = |a, b| Test::All(vec![a, b]);
    let (red, blue) = (|| name(1, "Red"), || name(1, "Blue"));
    let when =
        Term::When { test: Box::new(blue()), term: Box::new(Term::Column { row: 1, field: 0 }) };
    let guarded = Test::Compare {
        left: when,
        op: Op::Equal,
        right: Term::Value("blue".into()),
        every: false,
    };
    // What is shown, what holds for whom, and the rows left free, with those they are joined to.
    for (test, shown, wanted, free) in [
        (both(red(), blue()), "rm.name ?= \"Red\" && rm.name ?= \"Blue\"", "", vec![1]),
        (
            both(red(), some(&[1], blue())),
            "rm.name ?= \"Red\" && some(rm.name ?= \"Blue\")",
            "p1",
            vec![1],
        ),
        (not(some(&[1], blue())), "not some(rm.name ?= \"Blue\")", "p2", vec![]),
        (some(&[1], name(1, "")), "some(rm.name ?= \"\")", "p2", vec![]),
        // Joined to what is not listed: that is free, though the test does not name it.
        (
            some(&[4], name(4, "Blue")),
            "some(comments_via_post.post.rm.name ?= \"Blue\")",
            "p1",
            vec![2, 3],
        ),
        (
            some(&[3, 4], name(4, "Blue")),
            "some(comments_via_post.post.rm.name ?= \"Blue\")",
            "p1",
            vec![2],
        ),
        (
            some(&[2, 3, 4], name(4, "Blue")),
            "some(comments_via_post.post.rm.name ?= \"Blue\")",
            "p1",
            vec![],
        ),
        (guarded, "when(rm.name ?= \"Blue\", rm.id) ?= \"blue\"", "p1", vec![1]),
    ] {
        let condition = Condition { rows: rows.clone(), test };
        assert_eq!(condition.to_string(), shown);
        let posts = world.all(schema.by_name("posts").expect("posts"));
        let holds = posts.iter().filter(|record| condition.matches(record, &world));
        let ids: Vec<_> = holds.map(|record| record.id().to_owned()).collect();
        assert_eq!(ids.join(" "), wanted, "{shown}");
        let found = RowSet::of_test(&rows, &condition.test).with_origins(&rows);
        assert_eq!(found.joined().collect::<Vec<_>>(), free, "{shown}");
        // Other records decide, whether their rows are free or not.
        assert_eq!(condition.decide(&posts[0]), None, "{shown}");
    }
}

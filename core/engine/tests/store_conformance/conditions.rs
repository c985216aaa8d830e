//! What conditions mean: nulls, types, joined rows (http-api.md 2.6, 2.7, 8).

use std::sync::Arc;

use purlin_core::store::Store;
use purlin_model::Value;
use purlin_model::plan::{Condition, Row, Source, Term, Test};
use purlin_model::query::Op::{self, *};
use purlin_model::schema::{Collection, FieldKind};

use crate::backends::{Bench, on_stores};
use crate::kit::*;

on_stores! {
    own_fields_compare_by_their_type,
    json_members_compare_as_what_they_are,
    single_relations_are_null_where_nothing_joins,
    many_rows_match_by_any_or_every,
    comparisons_on_one_row_speak_of_one_record,
    terms_compute,
    given_records_ids_and_values_stand_in_for_stored_rows,
    hundreds_of_comparisons_are_no_trouble,
}

/// A little blog: posts with one author, several tags, and comments that refer back.
pub(crate) struct Blog {
    pub(crate) store: Arc<dyn Store>,
    posts: Arc<Collection>,
    tags: Arc<Collection>,
    authors: Arc<Collection>,
    comments: Arc<Collection>,
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|item| (*item).to_owned()).collect())
}

pub(crate) async fn blog(bench: &Bench) -> Blog {
    let store = bench.open().await;
    let authors = Arc::new(collection("authors", vec![field("name", text())]));
    let tags = Arc::new(collection("tags", vec![field("name", text()), field("w", number())]));
    let posts = Arc::new(collection(
        "posts",
        vec![
            field("t", text()),
            field("n", number()),
            field("b", FieldKind::Bool),
            field("j", json()),
            field("g", FieldKind::GeoPoint),
            field("author", relation("authors", 1)),
            field("tags", relation("tags", 9)),
            field("sm", select(3)),
        ],
    ));
    let comments = Arc::new(collection(
        "comments",
        vec![field("post", relation("posts", 1)), field("text", text())],
    ));
    let mut records = vec![
        record(&authors, "ann", &[("name", "Ann".into())]),
        record(&authors, "nil", &[]),
        record(&tags, "red", &[("name", "red".into()), ("w", Value::Number(1.0))]),
        record(&tags, "blue", &[("name", "blue".into()), ("w", Value::Number(2.0))]),
    ];
    records.push(record(
        &posts,
        "p1",
        &[
            ("t", "Hello".into()),
            ("n", Value::Number(10.0)),
            ("b", Value::Bool(true)),
            ("j", Value::Json(r#"{"a":[1,"x"],"k":"1","e":"","t":true}"#.into())),
            ("g", Value::Point { lon: 10.0, lat: 50.0 }),
            ("author", "ann".into()),
            ("tags", list(&["red", "blue"])),
            ("sm", list(&["a", "b"])),
        ],
    ));
    records.push(record(
        &posts,
        "p2",
        &[
            ("t", "10".into()),
            ("n", Value::Number(-1.5)),
            ("j", Value::Json("\"s\"".into())),
            ("author", "nil".into()),
            ("tags", list(&["red"])),
            ("sm", list(&["a"])),
        ],
    ));
    records.push(record(&posts, "p3", &[("t", "ÜBER_100%".into())]));
    records.push(record(&comments, "c1", &[("post", "p1".into()), ("text", "yes".into())]));
    records.push(record(&comments, "c2", &[("post", "p1".into()), ("text", "no".into())]));
    records.push(record(&comments, "c3", &[("post", "p2".into()), ("text", "yes".into())]));
    seed(&*store, &[&authors, &tags, &posts, &comments], records).await;
    Blog { store, posts, tags, authors, comments }
}

impl Blog {
    /// Rows: 0 posts, 1 author, 2 tags, 3 comments, 4 items of `sm`, 5 every tag.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let at = |collection: &Arc<Collection>, name: &str| collection.field_index(name).unwrap();
        let row = |source, collection: &Arc<Collection>, many| Row {
            source,
            collection: Some(collection.clone()),
            many,
        };
        vec![
            base(&self.posts),
            row(
                Source::Relation { from: 0, field: at(&self.posts, "author") },
                &self.authors,
                false,
            ),
            row(Source::Relation { from: 0, field: at(&self.posts, "tags") }, &self.tags, true),
            row(Source::Back { from: 0, field: at(&self.comments, "post") }, &self.comments, true),
            Row {
                source: Source::Items { from: 0, field: at(&self.posts, "sm") },
                collection: None,
                many: true,
            },
            row(Source::Every, &self.tags, true),
        ]
    }

    pub(crate) fn column(&self, row: usize, name: &str) -> Term {
        column(&self.rows(), row, name)
    }

    pub(crate) fn path(&self, name: &str, steps: &[&str]) -> Term {
        let field = self.posts.field_index(name).unwrap();
        Term::Path { row: 0, field, steps: steps.iter().map(|step| (*step).to_owned()).collect() }
    }

    /// The posts a test holds for.
    pub(crate) async fn matching(&self, test: Test) -> String {
        matching(&*self.store, Condition { rows: self.rows(), test }).await
    }
}

fn test(left: Term, op: Op, right: Term, every: bool) -> Test {
    Test::Compare { left, op, right, every }
}

async fn own_fields_compare_by_their_type(bench: &Bench) {
    let blog = blog(bench).await;
    let (t, n, b, sm, j) = ("t", "n", "b", "sm", "j");
    let number = Value::Number;
    for (name, op, value, expected) in [
        (t, Equal, Value::from("Hello"), "p1"),
        (t, Equal, "hello".into(), ""),
        (t, Equal, number(10.0), ""),
        (t, Greater, number(0.0), "p1 p2 p3"),
        (t, Less, "9".into(), "p2"),
        (t, NotEqual, "Hello".into(), "p2 p3"),
        (t, Equal, "".into(), ""),
        (t, Equal, Value::Null, ""),
        (t, NotEqual, Value::Null, "p1 p2 p3"),
        (t, Like, "%HELL%".into(), "p1"),
        (t, Like, "%über%".into(), ""),
        (t, Like, "%r\\_1%".into(), "p3"),
        (t, Like, "%".into(), "p1 p2 p3"),
        (t, Like, Value::Null, ""),
        (t, NotLike, "%hell%".into(), "p2 p3"),
        (n, Equal, "10".into(), "p1"),
        (n, Equal, " 10 ".into(), "p1"),
        (n, Less, "abc".into(), "p1 p2 p3"),
        (n, Greater, "abc".into(), ""),
        (n, Equal, "".into(), ""),
        (n, Like, "%1%".into(), "p1 p2"),
        (n, Like, number(10.0), "p1"),
        (b, Equal, Value::Bool(true), "p1"),
        (b, Equal, number(1.0), "p1"),
        (b, Equal, "true".into(), ""),
        (b, Equal, Value::Null, ""),
        (sm, Equal, "".into(), ""),
        (sm, Equal, "[]".into(), "p3"),
        (sm, Equal, list(&["a", "b"]), "p1"),
        (sm, Equal, "a".into(), ""),
        (sm, Like, "%a%".into(), "p1 p2"),
        (j, Equal, Value::Null, "p3"),
        (j, Equal, "".into(), ""),
        (j, Equal, "s".into(), "p2"),
        (j, NotEqual, "s".into(), "p1 p3"),
    ] {
        let case = format!("{name} {op:?} {value:?}");
        let found = blog.matching(compare(blog.column(0, name), op, value)).await;
        assert_eq!(found, expected, "{case}");
    }
}

async fn json_members_compare_as_what_they_are(bench: &Bench) {
    let blog = blog(bench).await;
    for (steps, op, value, expected) in [
        (vec!["k"], Equal, Value::from("1"), "p1"),
        (vec!["k"], Equal, Value::Number(1.0), ""),
        (vec!["a", "0"], Equal, Value::Number(1.0), "p1"),
        (vec!["a", "00"], Equal, Value::Number(1.0), "p1"),
        (vec!["a", "99999999999999999999"], Equal, Value::Null, "p1 p2 p3"),
        (vec!["e"], Equal, "".into(), "p1"),
        (vec!["e"], Equal, Value::Null, "p2 p3"),
        (vec!["t"], Equal, Value::Bool(true), "p1"),
        (vec!["missing"], Equal, "".into(), ""),
        (vec!["missing"], NotEqual, "x".into(), "p1 p2 p3"),
        (vec!["a"], Equal, r#"[1,"x"]"#.into(), "p1"),
        (vec!["mean\"step"], Equal, Value::Null, "p1 p2 p3"),
    ] {
        let case = format!("{steps:?} {op:?} {value:?}");
        assert_eq!(
            blog.matching(compare(blog.path("j", &steps), op, value)).await,
            expected,
            "{case}"
        );
    }
    let lon = compare(blog.path("g", &["lon"]), Equal, Value::Number(10.0));
    assert_eq!(blog.matching(lon).await, "p1");
}

async fn single_relations_are_null_where_nothing_joins(bench: &Bench) {
    let blog = blog(bench).await;
    let name = || blog.column(1, "name");
    for (op, value, expected) in [
        (Equal, Value::from("Ann"), "p1"),
        (NotEqual, "Ann".into(), "p2 p3"),
        (Equal, "".into(), "p2 p3"),
        (NotEqual, Value::Null, "p1"),
        (Greater, "A".into(), "p1"),
        (NotLike, "%x%".into(), "p1 p2"),
    ] {
        let case = format!("{op:?} {value:?}");
        assert_eq!(blog.matching(compare(name(), op, value)).await, expected, "{case}");
    }
    // Column against column: both nulls count as empty.
    let same = test(name(), Equal, blog.column(0, "author"), false);
    assert_eq!(blog.matching(same).await, "p3");
    let id = test(blog.column(1, "id"), Equal, blog.column(0, "author"), false);
    assert_eq!(blog.matching(id).await, "p1 p2 p3");
    let contains = test(Term::Value("xAnny".into()), Like, name(), false);
    assert_eq!(blog.matching(contains).await, "p1 p2");
}

async fn many_rows_match_by_any_or_every(bench: &Bench) {
    let blog = blog(bench).await;
    let item = || Term::Item { row: 4 };
    let number = Value::Number;
    for (left, op, right, any, every) in [
        (blog.column(2, "name"), Equal, Value::from("red"), "p1 p2", "p2"),
        (blog.column(2, "name"), NotEqual, "blue".into(), "p1 p2 p3", "p2 p3"),
        (blog.column(2, "name"), NotEqual, "x".into(), "p1 p2 p3", "p1 p2 p3"),
        (blog.column(2, "name"), Equal, "".into(), "p3", "p3"),
        (blog.column(2, "w"), Greater, number(0.0), "p1 p2", "p1 p2"),
        (blog.column(2, "w"), Greater, number(1.0), "p1", ""),
        (blog.column(3, "text"), Equal, "yes".into(), "p1 p2", "p2"),
        (blog.column(3, "text"), Like, "%e%".into(), "p1 p2", "p2"),
        (item(), Equal, "a".into(), "p1 p2", "p2"),
        (item(), NotEqual, "b".into(), "p1 p2 p3", "p2 p3"),
        (blog.column(5, "name"), Equal, "red".into(), "p1 p2 p3", ""),
    ] {
        for (all, expected) in [(false, any), (true, every)] {
            let case = format!("{left:?} {op:?} {right:?} every {all}");
            let it = test(left.clone(), op, Term::Value(right.clone()), all);
            assert_eq!(blog.matching(it).await, expected, "{case}");
        }
    }
    // Both sides many: every pair must pass.
    let pairs = |every| test(blog.column(2, "name"), Equal, blog.column(5, "name"), every);
    assert_eq!(blog.matching(pairs(false)).await, "p1 p2");
    assert_eq!(blog.matching(pairs(true)).await, "");
}

async fn comparisons_on_one_row_speak_of_one_record(bench: &Bench) {
    let blog = blog(bench).await;
    let name = |value: &str| compare(blog.column(2, "name"), Equal, value);
    let weight = |value| compare(blog.column(2, "w"), Equal, Value::Number(value));
    let both = |a, b| Test::All(vec![a, b]);
    assert_eq!(blog.matching(both(name("red"), weight(1.0))).await, "p1 p2");
    assert_eq!(blog.matching(both(name("red"), weight(2.0))).await, "");
    let either = Test::Any(vec![name("blue"), compare(blog.column(0, "t"), Equal, "10")]);
    assert_eq!(blog.matching(either).await, "p1 p2");
    let plain = compare(blog.column(0, "n"), Greater, Value::Number(0.0));
    assert_eq!(blog.matching(both(plain, name("red"))).await, "p1");
    let not = Test::Not(Box::new(compare(blog.column(1, "name"), Greater, "A")));
    assert_eq!(blog.matching(not).await, "p2 p3");
    assert_eq!(blog.matching(Test::Constant(false)).await, "");
}

async fn terms_compute(bench: &Bench) {
    let blog = blog(bench).await;
    let at = |name: &str| blog.posts.field_index(name).unwrap();
    let length = |name: &str| Term::Length { row: 0, field: at(name) };
    let lower = |term| Term::Lower(Box::new(term));
    let value = |number| Term::Value(Value::Number(number));
    let distance = Term::Distance(Box::new([
        blog.path("g", &["lon"]),
        blog.path("g", &["lat"]),
        value(10.0),
        value(51.0),
    ]));
    let year = |time: Option<Term>, format: &str| Term::Strftime {
        format: format.to_owned(),
        time: time.map(Box::new),
        modifiers: vec!["+1 year".to_owned()],
    };
    let time = || Some(Term::Value("2024-05-06 07:08:09.123Z".into()));
    for (left, op, right, expected) in [
        (length("sm"), Equal, Value::Number(2.0), "p1"),
        (length("sm"), Equal, Value::Number(0.0), "p3"),
        (length("author"), Equal, Value::Number(1.0), "p1 p2"),
        (lower(blog.column(0, "t")), Equal, "hello".into(), "p1"),
        (lower(blog.column(0, "n")), Equal, "10".into(), "p1"),
        (distance.clone(), Less, Value::Number(111.2), "p1"),
        (distance, Greater, Value::Number(111.1), "p1 p2 p3"),
        (year(time(), "%Y"), Equal, "2025".into(), "p1 p2 p3"),
        (year(Some(blog.column(0, "t")), "%Y"), Equal, "".into(), "p1 p3"),
        (year(Some(blog.column(0, "t")), "%Y"), Equal, Value::Null, "p1 p3"),
    ] {
        let case = format!("{left:?} {op:?} {right:?}");
        assert_eq!(blog.matching(compare(left, op, right)).await, expected, "{case}");
    }
}

async fn given_records_ids_and_values_stand_in_for_stored_rows(bench: &Bench) {
    let blog = blog(bench).await;
    let given = |values: &[(&str, Value)], name: &str, op, value: Value| {
        let row = Row {
            source: Source::Given(Arc::new(record(&blog.posts, "new", values))),
            collection: Some(blog.posts.clone()),
            many: false,
        };
        let rows = vec![row];
        let test = compare(column(&rows, 0, name), op, value);
        Condition { rows, test }
    };
    let number = ("n", Value::Number(10.0));
    for (values, name, op, value, holds) in [
        (vec![number.clone()], "n", Equal, Value::from("10"), true),
        (vec![number.clone()], "n", Like, "10".into(), true),
        (vec![], "t", Equal, Value::Null, true),
        (vec![("t", Value::from("10"))], "t", Equal, Value::Number(10.0), false),
        (vec![("sm", list(&["a"]))], "sm", Equal, "[\"a\"]".into(), true),
        (vec![("j", Value::Json("1".into()))], "j", Equal, Value::Number(1.0), true),
    ] {
        let case = format!("{values:?} {name} {op:?} {value:?}");
        let found = matching(&*blog.store, given(&values, name, op, value)).await;
        assert_eq!(found == "new", holds, "{case}");
    }
    let mut rows = blog.rows();
    rows[5].source = Source::Ids(vec!["blue".into(), "gone".into()]);
    rows.push(Row {
        source: Source::Values(vec!["Hello".into(), Value::Number(10.0), Value::Null]),
        collection: None,
        many: true,
    });
    let of_ids = test(column(&rows, 5, "name"), Equal, column(&rows, 2, "name"), false);
    let of_values = test(Term::Item { row: 6 }, Equal, column(&rows, 0, "t"), false);
    // The number 10 among the values is no text.
    for (test, expected) in [(of_ids, "p1"), (of_values, "p1")] {
        let condition = Condition { rows: rows.clone(), test };
        assert_eq!(matching(&*blog.store, condition).await, expected);
    }
}

async fn hundreds_of_comparisons_are_no_trouble(bench: &Bench) {
    let blog = blog(bench).await;
    let many = (0..1500)
        .map(|n| compare(blog.column(0, "n"), NotEqual, Value::Number(f64::from(n) + 0.5)));
    assert_eq!(blog.matching(Test::All(many.collect())).await, "p1 p2 p3");
    let relations = (0..200).map(|n| {
        test(blog.column(2, "name"), NotEqual, Term::Value(format!("{n}").as_str().into()), true)
    });
    assert_eq!(blog.matching(Test::All(relations.collect())).await, "p1 p2 p3");
}

//! What SQLite makes of our statements: indexes serve what they can serve.

use purlin_model::plan::{Source, Term, Test};
use purlin_model::query::Op;
use rusqlite::params_from_iter;

use super::Options;
use super::connection::{Connection, Role};
use crate::store::example::{by, column, equal, posts, select};
use crate::store::sql::{Statement, count, index::IndexText, page, sqlite::SQLITE, table};

/// A database with tables but no records, which plans as a large one does.
fn connection() -> Connection {
    let directory = std::env::temp_dir().join(format!("purlin-explain-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = directory.join(format!("{number}.db"));
    let connection = Connection::open(&path, &Options::default(), Role::Writer).unwrap();
    for collection in posts() {
        connection.execute_once(&table::create(SQLITE, &collection)).unwrap();
        for text in &collection.indexes {
            let index = IndexText::parse(text).unwrap();
            connection.execute_once(&index.create(SQLITE, &collection.name)).unwrap();
        }
    }
    let _ = std::fs::remove_file(path);
    connection
}

fn plan(connection: &Connection, statement: &Statement) -> String {
    let text = format!("EXPLAIN QUERY PLAN {}", statement.text);
    let mut prepared = connection.raw.prepare(&text).unwrap();
    let steps = prepared
        .query_map(params_from_iter(&statement.parameters), |row| row.get::<_, String>(3))
        .unwrap();
    steps.map(Result::unwrap).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn assert_plan(statement: &Statement, has: &[&str], has_not: &[&str]) {
    let plan = plan(&connection(), statement);
    for step in has {
        assert!(plan.contains(step), "no {step:?} in\n{plan}\nof {}", statement.text);
    }
    for step in has_not {
        assert!(!plan.contains(step), "{step:?} in\n{plan}\nof {}", statement.text);
    }
}

#[test]
fn one_record_is_found_by_its_key() {
    let mut one = select(equal(column(0, 0), "x"));
    one.limit = 1;
    assert_plan(
        &page(SQLITE, &one),
        &["SEARCH r0 USING INDEX sqlite_autoindex_posts_1 (id=?)"],
        &["SCAN", "SORT", "TEMP"],
    );
}

#[test]
fn an_index_serves_filter_and_sort_together() {
    let mut list = select(equal(column(0, 1), "x"));
    list.sort = vec![by(column(0, 2), true)];
    assert_plan(
        &page(SQLITE, &list),
        &["SEARCH r0 USING COVERING INDEX by_title (title=?)"],
        &["SCAN"],
    );
    list.sort = vec![by(column(0, 2), false)];
    assert_plan(
        &page(SQLITE, &list),
        &["SEARCH r0 USING COVERING INDEX by_title (title=?)"],
        &["SCAN"],
    );
    list.sort.clear();
    assert_plan(&page(SQLITE, &list), &["SEARCH r0 USING INDEX by_title (title=?)"], &["SCAN"]);
    assert_plan(&count(SQLITE, &list.condition), &["COVERING INDEX by_title (title=?)"], &["SCAN"]);
    // The empty literal too: a column that cannot be null needs no second test.
    let empty = select(equal(column(0, 1), ""));
    assert_plan(
        &page(SQLITE, &empty),
        &["SEARCH r0 USING INDEX by_title (title=?)"],
        &["SCAN", "MULTI-INDEX"],
    );
}

#[test]
fn no_sort_is_the_order_of_the_table() {
    assert_plan(
        &page(SQLITE, &select(Test::Constant(true))),
        &["SCAN r0"],
        &["TEMP B-TREE", "INDEX"],
    );
}

#[test]
fn joins_look_up_keys() {
    let key = "USING INDEX sqlite_autoindex_tags_1 (id=?)";
    let single = select(equal(column(1, 1), "a"));
    assert_plan(&page(SQLITE, &single), &[key], &[]);
    let many = |every| {
        let left = column(2, 1);
        select(Test::Compare { left, op: Op::Equal, right: Term::Value("a".into()), every })
    };
    assert_plan(&page(SQLITE, &many(false)), &[key], &["SCAN r2"]);
    assert_plan(&page(SQLITE, &many(true)), &[key], &["SCAN r2"]);
}

#[test]
fn a_plain_test_beside_a_joined_one_still_uses_its_index() {
    let both = Test::All(vec![equal(column(0, 1), "x"), equal(column(2, 1), "a")]);
    assert_plan(
        &page(SQLITE, &select(both)),
        &["SEARCH r0 USING INDEX by_title (title=?)"],
        &["SCAN r0"],
    );
}

#[test]
fn a_cross_join_with_an_equality_looks_it_up() {
    let same =
        Test::Compare { left: column(2, 0), op: Op::Equal, right: column(0, 1), every: false };
    let mut cross = select(Test::All(vec![same, equal(column(2, 0), "x")]));
    cross.condition.rows[2].source = Source::Every;
    assert_plan(&count(SQLITE, &cross.condition), &["SEARCH r2"], &["SCAN r2"]);
}

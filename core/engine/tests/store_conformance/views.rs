//! View collections whose queries are SQL.

use std::sync::Arc;

use purlin_core::store::{OddIds, SchemaChange, Store, StoreError};
use purlin_model::Value;
use purlin_model::schema::{Collection, Field, Kind};

use crate::backends::{Bench, on_stores};
use crate::kit::*;
use crate::schema::{alter, texts, two};

// What an engine does not promise about views is left out of its line.
on_stores! {
    sqlite:
    a_view_follows_when_its_table_takes_another_name,
    what_a_view_reads_goes_only_with_it,
    computed_view_ids_are_text_and_null_is_zero,
    a_view_query_is_one_select,
}
on_stores! {
    mysql:
    a_view_follows_when_its_table_takes_another_name,
    what_a_view_reads_goes_only_with_it,
    computed_view_ids_are_text_and_null_is_zero,
    a_view_query_is_one_select,
}

on_stores! {
    postgres:
    a_view_follows_when_its_table_takes_another_name,
    what_a_view_reads_goes_only_with_it,
    computed_view_ids_are_text_and_null_is_zero,
    a_view_query_is_one_select_of_postgresql,
}

fn view(name: &str, query: &str, fields: Vec<Field>) -> Arc<Collection> {
    let mut view = collection(name, fields);
    view.kind = Kind::View { query: query.into() };
    Arc::new(view)
}

/// The posts counted in a view.
async fn counted(bench: &Bench) -> (Arc<dyn Store>, Arc<Collection>, Arc<Collection>) {
    let (store, posts) = two(bench).await;
    let query = "SELECT id, a, count(*) AS n FROM posts GROUP BY id, a, b ORDER BY id -- by b\n;";
    let counts = view("counts", query, vec![field("a", text()), field("n", number())]);
    store.migrate(&[SchemaChange::Create(counts.clone())], vec![]).await.unwrap();
    assert_eq!(texts(&*store, &counts, "a").await, "a1 a2");
    (store, posts, counts)
}

async fn a_view_follows_when_its_table_takes_another_name(bench: &Bench) {
    let (store, posts, counts) = counted(bench).await;
    alter(&*store, &posts, |it| it.name = "articles".into()).await.unwrap();
    assert_eq!(texts(&*store, &counts, "a").await, "a1 a2");
}

async fn what_a_view_reads_goes_only_with_it(bench: &Bench) {
    let (store, posts, counts) = counted(bench).await;
    let store = &*store;
    let without = |it: &mut Collection| {
        it.fields.remove(1);
        it.indexes.clear();
    };
    let refused = alter(store, &posts, without).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    assert_eq!(texts(store, &counts, "a").await, "a1 a2");
    let query = "SELECT id, b AS a, 1 AS n FROM posts";
    let mended = view("Counts2", query, counts.fields[1..].to_vec());
    let mut shorter = Collection::clone(&posts);
    without(&mut shorter);
    let (from, posts) = (posts, Arc::new(shorter));
    let changes = [
        SchemaChange::Alter { from, to: posts.clone() },
        SchemaChange::Alter { from: counts, to: mended.clone() },
    ];
    store.migrate(&changes, vec![]).await.unwrap();
    assert_eq!(texts(store, &mended, "a").await, "b1 b2");
    let changes = [SchemaChange::Drop(posts), SchemaChange::Drop(mended)];
    store.migrate(&changes, vec![]).await.unwrap();
}

async fn computed_view_ids_are_text_and_null_is_zero(bench: &Bench) {
    let (store, _) = two(bench).await;
    let store = &*store;
    let query = "SELECT row_number() OVER (ORDER BY posts.id) AS id, a AS x, null AS n, '{\"k\":1}' AS j FROM posts";
    let fields = vec![field("x", text()), field("n", number()), field("j", json())];
    let rows = view("rows", query, fields);
    store.migrate(&[SchemaChange::Create(rows.clone())], vec![]).await.unwrap();
    let found = store.select(&everything(by_id(&rows, "2"))).await.unwrap().records;
    assert_eq!(found[0].record.text("x"), "a2");
    assert_eq!(found[0].record.get("n"), Some(&Value::Number(0.0)));
    assert_eq!(found[0].record.get("j"), Some(&Value::Json("{\"k\":1}".into())));
}

/// Everything that is no SELECT, or more than one, is refused; and these.
async fn refuses_all(store: &dyn Store, own: &[&str]) {
    let everywhere = [
        "",
        ";",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1) UNION SELECT (2",
        "DELETE FROM posts",
        "DELETE FROM posts RETURNING id",
        "EXPLAIN SELECT 1",
        "VACUUM",
        "SELECT missing FROM posts",
        "SELECT * FROM nowhere",
        "SELECT \u{0}",
    ];
    for query in everywhere.iter().chain(own) {
        let refused = store.describe(query).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{query:?}: {refused:?}");
    }
}

async fn a_view_query_is_one_select(bench: &Bench) {
    let (store, _) = two(bench).await;
    let store = &*store;
    let columns = store.describe(" SELECT id, a AS x, length(b) AS n FROM posts; ").await.unwrap();
    assert_eq!(columns, ["id", "x", "n"]);
    let sample =
        store.sample("SELECT id, 1.5 AS n, null AS z FROM posts ORDER BY id;", 1).await.unwrap();
    assert_eq!(sample, [["r1".into(), Value::Number(1.5), Value::Null]]);
    for (query, odd) in [
        ("SELECT id FROM posts;", None),
        ("SELECT 1 AS id", None),
        ("SELECT id FROM posts LIMIT 0", None),
        ("SELECT null AS id", Some(OddIds::Empty)),
        ("SELECT '' AS id FROM posts", Some(OddIds::Empty)),
        ("SELECT 'x' AS id FROM posts", Some(OddIds::Repeated)),
        ("SELECT 1 AS id UNION ALL SELECT '1'", Some(OddIds::Repeated)),
    ] {
        assert_eq!(store.odd_ids(query).await.unwrap(), odd, "{query}");
    }
    refuses_all(
        store,
        &[
            "INSERT INTO posts (id) VALUES ('x') RETURNING id",
            "PRAGMA table_info(posts)",
            "EXPLAIN QUERY PLAN SELECT 1",
            "ATTACH 'x' AS y",
        ],
    )
    .await;
}

async fn a_view_query_is_one_select_of_postgresql(bench: &Bench) {
    let (store, posts) = two(bench).await;
    let store = &*store;
    let described = |query: &'static str| store.describe(query);
    assert_eq!(described(" SELECT id, a AS x FROM posts; ").await.unwrap(), ["id", "x"]);
    // The order of insertion is nobody's field.
    let names: Vec<_> = posts.fields.iter().map(|field| field.name.clone()).collect();
    assert_eq!(described("SELECT * FROM posts").await.unwrap(), names);
    let sample =
        store.sample("SELECT id, 1.5 AS n, null AS x, true AS b FROM posts ORDER BY id;", 1).await;
    let row = ["r1".into(), Value::Number(1.5), Value::Null, Value::Number(1.0)];
    assert_eq!(sample.unwrap(), [row]);
    for (query, odd) in [
        ("SELECT id FROM posts;", None),
        ("SELECT 1 AS id", None),
        ("SELECT null AS id", Some(OddIds::Empty)),
        ("SELECT 'x' AS id FROM posts", Some(OddIds::Repeated)),
    ] {
        assert_eq!(store.odd_ids(query).await.unwrap(), odd, "{query}");
    }
    refuses_all(
        store,
        &[
            "WITH gone AS (DELETE FROM posts RETURNING id) SELECT id FROM gone",
            "SELECT id INTO copy FROM posts",
            "SHOW search_path",
        ],
    )
    .await;
    assert_eq!(texts(store, &posts, "id").await, "r1 r2");
}

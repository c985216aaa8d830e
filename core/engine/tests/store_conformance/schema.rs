//! Schema changes.

use std::sync::Arc;

use purlin_core::store::{OddIds, SchemaChange, Store, StoreError};
use purlin_model::plan::Test;
use purlin_model::schema::{Collection, Field, Kind};
use purlin_model::{Record, Value};

use crate::kit::*;

/// Changes a collection; the new definition.
async fn alter(
    store: &dyn Store,
    from: &Arc<Collection>,
    change: impl FnOnce(&mut Collection),
) -> Result<Arc<Collection>, StoreError> {
    let mut to = (**from).clone();
    change(&mut to);
    let to = Arc::new(to);
    let changes = [SchemaChange::Alter { from: from.clone(), to: to.clone() }];
    store.migrate(&changes, Vec::new()).await.map(|()| to)
}

async fn all(store: &dyn Store, collection: &Arc<Collection>) -> Vec<Record> {
    let page =
        store.select(&everything(condition(collection, Test::Constant(true)))).await.unwrap();
    page.records.into_iter().map(|found| found.record).collect()
}

/// A field's values over all records, joined by blanks.
async fn texts(store: &dyn Store, collection: &Arc<Collection>, name: &str) -> String {
    let values = all(store, collection).await;
    values.iter().map(|record| record.text(name).to_owned()).collect::<Vec<_>>().join(" ")
}

fn view(name: &str, query: &str, fields: Vec<Field>) -> Arc<Collection> {
    let mut view = collection(name, fields);
    view.kind = Kind::View { query: query.into() };
    Arc::new(view)
}

async fn two() -> (Fresh, Arc<Collection>) {
    let fresh = fresh();
    let mut it =
        collection("posts", vec![field("a", text()), field("b", text()), field("s", select(1))]);
    it.indexes = vec!["CREATE UNIQUE INDEX idx_a ON whatever (`a`) WHERE a != ''".into()];
    let it = Arc::new(it);
    let records = vec![
        record(&it, "r1", &[("a", "a1".into()), ("b", "b1".into()), ("s", "x".into())]),
        record(&it, "r2", &[("a", "a2".into()), ("b", "b2".into())]),
    ];
    seed(&*fresh.store, &[&it], records).await;
    (fresh, it)
}

#[tokio::test]
async fn fields_are_renamed_swapped_added_and_removed() {
    let (fresh, it) = two().await;
    let store = &*fresh.store;
    // Names swapped, and one changed only in case.
    let it = alter(store, &it, |it| {
        it.fields[1].name = "b".into();
        it.fields[2].name = "a".into();
        it.fields[3].name = "S".into();
        it.indexes = vec!["CREATE UNIQUE INDEX idx_a ON posts (`b`) WHERE b != ''".into()];
    })
    .await
    .unwrap();
    assert_eq!(texts(store, &it, "b").await, "a1 a2");
    assert_eq!(texts(store, &it, "a").await, "b1 b2");
    assert_eq!(texts(store, &it, "S").await, "x ");
    // One removed, another of that name added in the same step.
    let it = alter(store, &it, |it| {
        it.fields.remove(1);
        it.fields.push(Field { id: "new".into(), ..field("b", number()) });
        it.fields.push(field("more", select(2)));
        it.indexes.clear();
    })
    .await
    .unwrap();
    let records = all(store, &it).await;
    assert_eq!(records[0].get("b"), Some(&Value::Number(0.0)));
    assert_eq!(records[0].get("more"), Some(&Value::List(vec![])));
    assert_eq!(records[0].text("a"), "b1");
}

#[tokio::test]
async fn single_becomes_multiple_and_back() {
    let (fresh, it) = two().await;
    let store = &*fresh.store;
    let it = alter(store, &it, |it| it.fields[3].kind = select(3)).await.unwrap();
    let lists: Vec<_> =
        all(store, &it).await.iter().map(|r| r.get("s").cloned().unwrap()).collect();
    assert_eq!(lists, [Value::List(vec!["x".into()]), Value::List(vec![])]);
    let set = vec![(3, Value::List(vec!["x".into(), "y".into()]))];
    let update = purlin_model::plan::Write::Update {
        collection: it.clone(),
        id: "r2".into(),
        set,
        guards: vec![],
    };
    store.write(vec![update]).await.unwrap();
    let it = alter(store, &it, |it| it.fields[3].kind = select(1)).await.unwrap();
    assert_eq!(texts(store, &it, "s").await, "x y");
}

#[tokio::test]
async fn collections_are_renamed_even_in_a_circle() {
    let (fresh, posts) = two().await;
    let store = &*fresh.store;
    let other = Arc::new(collection("other", vec![field("o", text())]));
    seed(store, &[&other], vec![record(&other, "o1", &[])]).await;
    let posts = alter(store, &posts, |it| it.name = "Posts".into()).await.unwrap();
    let renamed = |it: &Arc<Collection>, name: &str| {
        let mut it = (**it).clone();
        it.name = name.into();
        Arc::new(it)
    };
    let (new_posts, new_other) = (renamed(&posts, "other"), renamed(&other, "posts"));
    let changes = [
        SchemaChange::Alter { from: posts, to: new_posts.clone() },
        SchemaChange::Alter { from: other, to: new_other.clone() },
    ];
    store.migrate(&changes, vec![create(record(&new_other, "o2", &[]))]).await.unwrap();
    assert_eq!(texts(store, &new_posts, "id").await, "r1 r2");
    assert_eq!(texts(store, &new_other, "id").await, "o1 o2");
    store.migrate(&[SchemaChange::Drop(new_posts.clone())], vec![]).await.unwrap();
    let gone = store.select(&everything(by_id(&new_posts, "r1"))).await;
    assert!(matches!(gone, Err(StoreError::Refused(_))), "{gone:?}");
}

#[tokio::test]
async fn an_index_that_cannot_be_made_undoes_everything() {
    let (fresh, it) = two().await;
    let store = &*fresh.store;
    let twins = ["r3", "r4"].map(|id| create(record(&it, id, &[("b", "same".into())])));
    store.write(twins.to_vec()).await.unwrap();
    for (text, name) in [
        ("CREATE UNIQUE INDEX idx_b ON posts (b)", "idx_b"),
        ("CREATE INDEX idx_c ON posts (missing)", "idx_c"),
        ("CREATE INDEX IDX_A ON posts (b)", "IDX_A"),
        ("CREATE INDEX idx_d ON posts (b); DROP TABLE posts", "idx_d"),
        ("DROP TABLE posts", ""),
    ] {
        let result = alter(store, &it, |it| {
            it.fields.push(field("c", text_kind()));
            it.indexes.push(text.to_owned());
        })
        .await;
        match result {
            Err(StoreError::Index { name: found, .. }) => assert_eq!(found, name),
            other => panic!("{text}: {other:?}"),
        }
    }
    assert_eq!(texts(store, &it, "a").await, "a1 a2  ");
    let again = store.write(vec![create(record(&it, "r5", &[("a", "a1".into())]))]).await;
    assert!(matches!(again, Err(StoreError::NotUnique { .. })), "{again:?}");
}

fn text_kind() -> purlin_model::schema::FieldKind {
    text()
}

#[tokio::test]
async fn views_survive_changes_of_what_they_read() {
    let (fresh, posts) = two().await;
    let store = &*fresh.store;
    let query = "SELECT id, a, count(*) AS n FROM posts GROUP BY b -- by b\n;";
    let counts = view("counts", query, vec![field("a", text()), field("n", number())]);
    store.migrate(&[SchemaChange::Create(counts.clone())], vec![]).await.unwrap();
    assert_eq!(texts(store, &counts, "a").await, "a1 a2");
    // The table takes another name: the view follows.
    let posts = alter(store, &posts, |it| it.name = "articles".into()).await.unwrap();
    assert_eq!(texts(store, &counts, "a").await, "a1 a2");
    // A column the view reads cannot go from under it, but with it.
    let without = |it: &mut Collection| {
        it.fields.remove(1);
        it.indexes.clear();
    };
    let refused = alter(store, &posts, without).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    assert_eq!(texts(store, &counts, "a").await, "a1 a2");
    let mended =
        view("Counts2", "SELECT id, b AS a, 1 AS n FROM articles", counts.fields[1..].to_vec());
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

#[tokio::test]
async fn computed_view_ids_are_text_and_null_is_zero() {
    let (fresh, _) = two().await;
    let store = &*fresh.store;
    let query = "SELECT row_number() OVER (ORDER BY id) AS id, a AS x, null AS n, '{\"k\":1}' AS j FROM posts";
    let fields = vec![field("x", text()), field("n", number()), field("j", json())];
    let rows = view("rows", query, fields);
    store.migrate(&[SchemaChange::Create(rows.clone())], vec![]).await.unwrap();
    let found = store.select(&everything(by_id(&rows, "2"))).await.unwrap().records;
    assert_eq!(found[0].record.text("x"), "a2");
    assert_eq!(found[0].record.get("n"), Some(&Value::Number(0.0)));
    assert_eq!(found[0].record.get("j"), Some(&Value::Json("{\"k\":1}".into())));
}

#[tokio::test]
async fn a_view_query_is_one_select() {
    let (fresh, _) = two().await;
    let store = &*fresh.store;
    let columns = store.describe(" SELECT id, a AS x, count(*) FROM posts; ").await.unwrap();
    assert_eq!(columns, ["id", "x", "count(*)"]);
    let sample =
        store.sample("SELECT id, 1.5 AS n, null FROM posts ORDER BY id;", 1).await.unwrap();
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
    for query in [
        "",
        ";",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1) UNION SELECT (2",
        "DELETE FROM posts",
        "DELETE FROM posts RETURNING id",
        "INSERT INTO posts (id) VALUES ('x') RETURNING id",
        "PRAGMA table_info(posts)",
        "EXPLAIN SELECT 1",
        "EXPLAIN QUERY PLAN SELECT 1",
        "VACUUM",
        "ATTACH 'x' AS y",
        "SELECT missing FROM posts",
        "SELECT * FROM nowhere",
        "SELECT \u{0}",
    ] {
        let refused = store.describe(query).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{query:?}: {refused:?}");
    }
}

#[tokio::test]
async fn a_write_planned_before_a_change_of_its_collection_is_refused() {
    let (fresh, before) = two().await;
    let store = &*fresh.store;
    let late = |collection: &Arc<Collection>| {
        let made = record(collection, "late", &[("a", "a3".into())]);
        vec![purlin_model::plan::Write::create(made)]
    };
    let after = alter(store, &before, |it| it.fields[3].kind = select(3)).await.unwrap();
    let refused = store.write(late(&before)).await;
    assert!(matches!(refused, Err(StoreError::Outdated { write: 0 })), "{refused:?}");
    assert_eq!(all(store, &after).await.len(), 2);
    store.write(late(&after)).await.unwrap();
    // Rules and dates of a definition do not matter to the table.
    let same = Arc::new(Collection { updated: "later".into(), ..(*after).clone() });
    let mut another = late(&same);
    if let purlin_model::plan::Write::Create { record, .. } = &mut another[0] {
        record.set("id", "other".into());
        record.set("a", "a4".into());
    }
    store.write(another).await.unwrap();
    store.migrate(&[SchemaChange::Drop(after.clone())], Vec::new()).await.unwrap();
    let gone = store.write(late(&after)).await;
    assert!(matches!(gone, Err(StoreError::Outdated { .. })), "{gone:?}");
}

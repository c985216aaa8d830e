//! Schema changes.

use std::sync::Arc;

use purlin_core::store::{SchemaChange, Store, StoreError};
use purlin_model::plan::Test;
use purlin_model::schema::{Collection, Field};
use purlin_model::{Record, Value};

use crate::backends::{Bench, on_stores};
use crate::kit::*;

on_stores! {
    fields_are_renamed_swapped_added_and_removed,
    single_becomes_multiple_and_back,
    collections_are_renamed_even_in_a_circle,
    an_index_that_cannot_be_made_undoes_everything,
    a_write_planned_before_a_change_of_its_collection_is_refused,
}

/// Changes a collection; the new definition.
pub(crate) async fn alter(
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
pub(crate) async fn texts(store: &dyn Store, collection: &Arc<Collection>, name: &str) -> String {
    let values = all(store, collection).await;
    values.iter().map(|record| record.text(name).to_owned()).collect::<Vec<_>>().join(" ")
}

pub(crate) async fn two(bench: &Bench) -> (Arc<dyn Store>, Arc<Collection>) {
    let store = bench.open().await;
    let mut it =
        collection("posts", vec![field("a", text()), field("b", text()), field("s", select(1))]);
    it.indexes = vec!["CREATE UNIQUE INDEX idx_a ON whatever (`a`) WHERE a != ''".into()];
    let it = Arc::new(it);
    let records = vec![
        record(&it, "r1", &[("a", "a1".into()), ("b", "b1".into()), ("s", "x".into())]),
        record(&it, "r2", &[("a", "a2".into()), ("b", "b2".into())]),
    ];
    seed(&*store, &[&it], records).await;
    (store, it)
}

async fn fields_are_renamed_swapped_added_and_removed(bench: &Bench) {
    let (store, it) = two(bench).await;
    let store = &*store;
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

async fn single_becomes_multiple_and_back(bench: &Bench) {
    let (store, it) = two(bench).await;
    let store = &*store;
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

async fn collections_are_renamed_even_in_a_circle(bench: &Bench) {
    let (store, posts) = two(bench).await;
    let store = &*store;
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

async fn an_index_that_cannot_be_made_undoes_everything(bench: &Bench) {
    let (store, it) = two(bench).await;
    let store = &*store;
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

async fn a_write_planned_before_a_change_of_its_collection_is_refused(bench: &Bench) {
    let (store, before) = two(bench).await;
    let store = &*store;
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

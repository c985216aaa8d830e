//! Transactions, many callers at once, limits, the end.

use std::sync::Arc;
use std::time::Duration;

use purlin_core::store::{Store, StoreError};
use purlin_model::plan::{Test, Write};
use purlin_model::schema::Collection;

use crate::backends::{Bench, Limits, on_stores};
use crate::kit::*;

on_stores! {
    a_transaction_sees_its_writes_and_others_do_not,
    a_dropped_transaction_leaves_nothing_and_lets_others_write,
    a_forgotten_transaction_ends_by_itself,
    many_writers_share_commits_but_not_failures,
    many_creates_are_one_and_say_which_failed,
    a_read_that_takes_too_long_is_ended,
    closing_finishes_what_was_accepted_and_refuses_the_rest,
}

pub(crate) fn notes() -> Arc<Collection> {
    let mut notes = collection("notes", vec![field("t", text())]);
    notes.indexes = vec!["CREATE UNIQUE INDEX by_t ON notes (t) WHERE t != ''".into()];
    Arc::new(notes)
}

pub(crate) async fn stored(store: &dyn Store, notes: &Arc<Collection>) -> String {
    matching(store, condition(notes, Test::Constant(true))).await
}

async fn a_transaction_sees_its_writes_and_others_do_not(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let open = store.begin().await.unwrap();
    open.write(vec![create(record(&notes, "n1", &[("t", "x".into())]))]).await.unwrap();
    // A failing batch takes only itself back.
    let twice = ["n2", "n1"].map(|id| create(record(&notes, id, &[])));
    let failed = open.write(twice.to_vec()).await;
    assert!(matches!(failed, Err(StoreError::NotUnique { write: 1, .. })), "{failed:?}");
    let inside = everything(condition(&notes, Test::Constant(true)));
    assert_eq!(ids_of(&open.select(&inside).await.unwrap()), ["n1"]);
    assert_eq!(stored(&*store, &notes).await, "");
    open.commit().await.unwrap();
    assert_eq!(stored(&*store, &notes).await, "n1");
}

async fn many_creates_are_one_and_say_which_failed(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let one = |id: String, t: &str| create(record(&notes, &id, &[("t", t.into())]));
    let mut batch: Vec<Write> = (0..1_500).map(|n| one(format!("n{n}"), "")).collect();
    batch.push(one("a".into(), "same"));
    batch.push(one("b".into(), "same"));
    let failed = store.write(batch.clone()).await;
    let Err(StoreError::NotUnique { write: 1_501, fields }) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(fields, ["t"]);
    assert_eq!(stored(&*store, &notes).await, "");
    batch.pop();
    store.write(batch).await.unwrap();
    let mut select = everything(condition(&notes, Test::Constant(true)));
    (select.total, select.limit, select.offset) = (true, 2, 1_499);
    let page = store.select(&select).await.unwrap();
    assert_eq!((page.total, ids_of(&page).join(" ")), (Some(1_501), "n1499 a".to_owned()));
}

async fn a_dropped_transaction_leaves_nothing_and_lets_others_write(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let open = store.begin().await.unwrap();
    let one = |id: &str| create(record(&notes, id, &[("t", "only one".into())]));
    open.write(vec![one("n1")]).await.unwrap();
    let waiting = tokio::spawn({
        let (store, write) = (store.clone(), one("n2"));
        async move { store.write(vec![write]).await }
    });
    drop(open);
    waiting.await.unwrap().unwrap();
    assert_eq!(stored(&*store, &notes).await, "n2");
}

async fn a_forgotten_transaction_ends_by_itself(bench: &Bench) {
    let limits = Limits { transaction_life: Duration::from_millis(50), ..Limits::default() };
    let store = bench.open_with(limits).await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let open = store.begin().await.unwrap();
    let one = |id: &str| create(record(&notes, id, &[("t", "only one".into())]));
    open.write(vec![one("n1")]).await.unwrap();
    // Waits until the transaction is over, for there can be only one.
    store.write(vec![one("n2")]).await.unwrap();
    let late = open.write(vec![create(record(&notes, "n3", &[]))]).await;
    assert!(matches!(late, Err(StoreError::Timeout)), "{late:?}");
    assert!(matches!(open.commit().await, Err(StoreError::Timeout)));
    assert_eq!(stored(&*store, &notes).await, "n2");
}

async fn many_writers_share_commits_but_not_failures(bench: &Bench) {
    let store = bench.open().await;
    let notes = notes();
    seed(&*store, &[&notes], vec![]).await;
    let mut tasks = Vec::new();
    for n in 0..400 {
        let store = store.clone();
        let new = |id: String| {
            let title = format!("{}", n / 2);
            create(record(&notes, &id, &[("t", title.as_str().into())]))
        };
        // Each pair wants one title; a batch of two writes undoes its first with its second.
        let batch = vec![create(record(&notes, &format!("a{n}"), &[])), new(format!("b{n}"))];
        tasks.push(tokio::spawn(async move { store.write(batch).await }));
    }
    let mut done = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => done += 1,
            Err(StoreError::NotUnique { write: 1, fields }) => assert_eq!(fields, ["t"]),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(done, 200);
    let mut select = everything(condition(&notes, Test::Constant(true)));
    select.total = true;
    assert_eq!(store.select(&select).await.unwrap().total, Some(400));
}

async fn a_read_that_takes_too_long_is_ended(bench: &Bench) {
    let limits = Limits { query_timeout: Duration::from_millis(200), ..Limits::default() };
    let store = bench.open_with(limits).await;
    let late = store.sample(bench.endless(), 1).await;
    assert!(matches!(late, Err(StoreError::Timeout)), "{late:?}");
    store.ping().await.unwrap();
}

async fn closing_finishes_what_was_accepted_and_refuses_the_rest(bench: &Bench) {
    let notes = notes();
    let store = bench.open().await;
    seed(&*store, &[&notes], vec![]).await;
    let writes = (0..50).map(|n| {
        let write = create(record(&notes, &format!("n{n}"), &[]));
        let store = store.clone();
        async move { store.write(vec![write]).await }
    });
    let (results, ()) = tokio::join!(futures_util::future::join_all(writes), store.close());
    let kept = results.iter().filter(|result| result.is_ok()).count();
    for late in [
        store.write(vec![create(record(&notes, "late", &[]))]).await.map(drop),
        store.ping().await,
        store.select(&everything(by_id(&notes, "n1"))).await.map(drop),
        store.begin().await.map(drop),
    ] {
        assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    }
    drop(store);
    let again = bench.open().await;
    assert_eq!(stored(&*again, &notes).await.split_whitespace().count(), kept);
    again.close().await;
}

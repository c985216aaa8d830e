//! What a copy keeps: everything.

use purlin_core::moving::copy::Wish;
use purlin_core::store::Store;
use purlin_model::plan::{self, Key, Order, Select};

use crate::backends::{Bench, on_stores};
use crate::home::{Home, MANY, SMALL, catalog, contents, copy, find};

async fn everything_arrives_and_comes_back_as_it_was(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    let before = contents(&home.store).await;
    let copied = copy(&home.store, &there, &SMALL).await.unwrap();
    assert!(copied.is_exact(), "{copied:?}");
    assert_eq!((copied.notes.len(), copied.left_out.len()), (0, 0), "{copied:?}");
    // `_params` holds the settings, the count of schema changes and the mark of the policies, and one
    // thing is left to be done.
    let (users, params, left) = (2, 3, 1);
    assert_eq!(copied.written, 31 + MANY as u64 + users + params + left);
    let rows = copied.tables.iter().find(|table| table.name == "rows").unwrap();
    assert_eq!((rows.source.records, rows.target.records), (MANY as u64, MANY as u64));
    assert_eq!(contents(&there).await, before);
    assert_eq!(contents(&home.store).await, before, "the source was touched");

    let back = Home::empty();
    assert!(copy(&there, &back.store, &SMALL).await.unwrap().is_exact());
    assert_eq!(contents(&back.store).await, before);
    there.close().await;
}

async fn what_is_made_afterwards_comes_after_what_was_copied(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    copy(&home.store, &there, &SMALL).await.unwrap();
    let rows = find(&catalog(&there).await.unwrap(), "rows");
    let mut late = purlin_model::Record::blank(&rows);
    late.set("id", "a00000000000000".into());
    there.write(vec![plan::Write::create(late)]).await.unwrap();
    let last = there.select(&plan::last(&rows)).await.unwrap();
    assert_eq!(last.records[0].record.id(), "a00000000000000");
    let sort = vec![Order { key: Key::Insertion, descending: false }];
    let first = there.select(&Select { sort, ..plan::first(&rows, 1) }).await.unwrap();
    assert_eq!(first.records[0].record.id(), "rowa00000000000");
    there.close().await;
}

async fn a_view_answers_as_it_did(bench: &Bench) {
    let home = Home::furnished().await;
    let there = bench.open().await;
    if !there.capabilities().sql_views {
        let wish = Wish { skip_refused: true, ..SMALL };
        let copied = copy(&home.store, &there, &wish).await.unwrap();
        let left_out: Vec<&str> = copied.left_out.iter().map(|it| it.what.as_str()).collect();
        assert_eq!(left_out, ["view shown"]);
        return there.close().await;
    }
    copy(&home.store, &there, &SMALL).await.unwrap();
    let shown = find(&catalog(&there).await.unwrap(), "shown");
    let ids = async |store: &std::sync::Arc<dyn Store>| {
        let page = store.select(&plan::all(&shown)).await.unwrap();
        let mut ids: Vec<String> =
            page.records.iter().map(|found| found.record.id().to_owned()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&there).await, ids(&home.store).await);
    assert_eq!(ids(&there).await.len(), 5);
    there.close().await;
}

on_stores! {
    everything_arrives_and_comes_back_as_it_was,
    what_is_made_afterwards_comes_after_what_was_copied,
    a_view_answers_as_it_did,
}

//! A copy that is stopped, wherever that happens, and one whose source does not keep still.

use std::sync::Arc;

use purlin_core::moving::MoveError;
use purlin_core::moving::copy::{Copied, Wish};
use purlin_core::store::{SchemaChange, Store};
use purlin_model::Value;
use purlin_model::plan::{self, Write};
use purlin_model::schema::{MAIN, system};

use crate::backends::{Bench, on_stores};
use crate::cut::{When, stopped};
use crate::home::{Home, SMALL, catalog, contents, copy};

/// How many calls later than the one before a run is stopped on a server: making tables takes it a
/// while. On SQLite every call is tried.
const STEP: usize = 3;

/// Stops each run a little later than the one before, all on one target, until one comes through.
async fn a_copy_goes_on_wherever_it_was_stopped(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    let before = contents(&home.store).await;
    for when in [When::Before, When::After] {
        let mut calls = 0;
        while !came_through(stopped(&home.store, &there, calls, when).await, when) {
            calls += STEP;
            assert!(calls < 1000, "it does not come through");
        }
        assert_eq!(contents(&there).await, before, "{when:?}");
        clear(&there).await;
    }
    there.close().await;
}

/// Whether a run ended, and well. When only the answer to its last call was lost, the copy is
/// complete: the next run meets an installation.
fn came_through(run: Option<Result<Copied, MoveError>>, when: When) -> bool {
    match (run, when) {
        (None, _) => false,
        (Some(Ok(copied)), _) => {
            assert!(copied.is_exact(), "{copied:?}");
            true
        }
        (Some(Err(error)), When::After) => {
            assert!(error.to_string().contains("already holds an installation"), "{error}");
            true
        }
        (Some(Err(error)), When::Before) => panic!("{error}"),
    }
}

/// Stops at every call in turn, each time on an empty database.
#[tokio::test]
async fn every_call_may_be_the_last() {
    let home = Home::furnished().await;
    let before = contents(&home.store).await;
    for when in [When::Before, When::After] {
        for calls in 0.. {
            let there = Home::empty();
            if came_through(stopped(&home.store, &there.store, calls, when).await, when) {
                assert!(calls > 40, "{calls} calls are too few");
                break;
            }
            if is_marked(&there.store).await {
                let served = catalog(&there.store).await.map(drop);
                let refused = served.expect_err("half a copy was served");
                assert!(refused.contains("unfinished copy"), "{refused}");
            }
            let copied = copy(&home.store, &there.store, &SMALL).await;
            assert!(came_through(Some(copied), when), "{when:?} {calls}");
            assert_eq!(contents(&there.store).await, before, "{when:?} {calls}");
        }
    }
}

async fn changes_of_the_source_are_noticed(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    let rows = home.collection("rows").await;
    half(&home, &there).await;
    let place = rows.field_index("place").unwrap();
    let first = "rowa00000000000";
    let update = Write::Update {
        collection: rows.clone(),
        id: first.to_owned(),
        set: vec![(place, Value::Number(-1.0))],
        guards: Vec::new(),
    };
    home.store.write(vec![update]).await.unwrap();
    let copied = copy(&home.store, &there, &SMALL).await.unwrap();
    let wrong: Vec<_> = copied.tables.iter().filter(|table| !table.is_same()).collect();
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!((wrong[0].name.as_str(), wrong[0].first.as_deref()), ("rows", Some(first)));
    assert!(catalog(&there).await.map(drop).unwrap_err().contains("unfinished copy"));

    let again = Wish { restart: true, ..SMALL };
    assert!(copy(&home.store, &there, &again).await.unwrap().is_exact());
    assert_eq!(contents(&there).await, contents(&home.store).await);
    there.close().await;
}

async fn a_record_to_go_on_after_may_be_gone(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    let rows = home.collection("rows").await;
    let last = half(&home, &there).await;
    let delete =
        Write::Delete { collection: rows, id: last.clone(), guards: Vec::new(), was: None };
    home.store.write(vec![delete]).await.unwrap();
    let error = copy(&home.store, &there, &SMALL).await.unwrap_err().to_string();
    assert!(error.contains(&last) && error.contains("--restart"), "{error}");
    let again = Wish { restart: true, ..SMALL };
    assert!(copy(&home.store, &there, &again).await.unwrap().is_exact());
    there.close().await;
}

/// Copies until some of the rows are there; the id of the last.
async fn half(home: &Home, there: &Arc<dyn Store>) -> String {
    let rows = home.collection("rows").await;
    for calls in (0..).step_by(STEP) {
        assert!(stopped(&home.store, there, calls, When::After).await.is_none());
        if there.look().await.unwrap().iter().any(|table| table.name == "rows") {
            let page = there.select(&plan::last(&rows)).await.unwrap();
            if let Some(found) = page.records.first() {
                return found.record.id().to_owned();
            }
        }
    }
    unreachable!("the loop does not end")
}

async fn is_marked(store: &Arc<dyn Store>) -> bool {
    let params = Arc::new(system::params_table());
    if !store.look().await.unwrap().iter().any(|table| table.name == params.name) {
        return false;
    }
    let row = system::UNFINISHED_COPY;
    let select = plan::by_id(&params, row, plan::Output::Nothing);
    store.select(&select).await.unwrap().count > 0
}

/// Empties a database of everything a copy made.
async fn clear(store: &Arc<dyn Store>) {
    let known = catalog(store).await.unwrap().snapshot();
    let mut all = known.schema.collections().to_vec();
    all.sort_by_key(|it| !it.is_view());
    all.push(Arc::new(system::collections_table()));
    all.push(Arc::new(system::pending_table(MAIN)));
    let params = Arc::new(system::params_table());
    for row in store.select(&plan::all(&params)).await.unwrap().records {
        let id = row.record.id().to_owned();
        let delete =
            Write::Delete { collection: params.clone(), id, guards: Vec::new(), was: None };
        store.write(vec![delete]).await.unwrap();
    }
    for collection in all {
        store.migrate(&[SchemaChange::Drop(collection)], Vec::new()).await.unwrap();
    }
}

on_stores! {
    a_copy_goes_on_wherever_it_was_stopped,
    changes_of_the_source_are_noticed,
    a_record_to_go_on_after_may_be_gone,
}

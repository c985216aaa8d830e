//! What is not begun, and what a target does not take.

use std::sync::Arc;

use purlin_core::clock::Clock;
use purlin_core::moving::copy::{Ends, Wish, copy as copy_with};
use purlin_core::store::SchemaChange;
use purlin_model::plan::Write;
use purlin_model::schema::{Kind, scaffold, system};
use purlin_model::{Collection, Record, Value};

use crate::backends::{Bench, on_stores};
use crate::cut::{When, stopped};
use crate::home::{Home, SMALL, catalog, contents, copy, find, json, tables};

async fn what_is_not_empty_is_left_alone(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    catalog(&there).await.unwrap();
    let before = contents(&there).await;
    let error = copy(&home.store, &there, &SMALL).await.unwrap_err().to_string();
    assert!(error.contains("already holds an installation"), "{error}");
    let again = Wish { restart: true, ..SMALL };
    let error = copy(&home.store, &there, &again).await.unwrap_err().to_string();
    assert!(error.contains("already holds an installation"), "{error}");
    assert_eq!(contents(&there).await, before);
    there.close().await;
}

async fn tables_of_others_are_left_alone(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    let rows = Collection { name: "rows".to_owned(), ..scaffold::base() };
    there.migrate(&[SchemaChange::Create(Arc::new(rows))], Vec::new()).await.unwrap();
    let error = copy(&home.store, &there, &SMALL).await.unwrap_err().to_string();
    assert!(error.contains("already has a table rows"), "{error}");
    assert_eq!(tables(&there).await, ["rows"]);
    there.close().await;
}

async fn a_database_without_an_installation_is_no_source(bench: &Bench) {
    let there = bench.open().await;
    let error = copy(&there, &Home::empty().store, &SMALL).await.unwrap_err().to_string();
    assert!(error.contains("no installation"), "{error}");
    assert!(tables(&there).await.is_empty());
    there.close().await;
}

async fn another_installation_is_not_mixed_in(bench: &Bench) {
    let there = bench.open().await;
    let (one, other) = (Home::furnished_for(&there).await, Home::furnished_for(&there).await);
    assert!(stopped(&one.store, &there, 30, When::After).await.is_none());
    let error = copy(&other.store, &there, &SMALL).await.unwrap_err().to_string();
    assert!(error.contains("unfinished copy of another installation"), "{error}");
    // Half a copy is no source either.
    let error = copy(&there, &Home::empty().store, &SMALL).await.unwrap_err().to_string();
    assert!(error.contains("holds an unfinished copy"), "{error}");
    let again = Wish { restart: true, ..SMALL };
    assert!(copy(&other.store, &there, &again).await.unwrap().is_exact());
    assert_eq!(contents(&there).await, contents(&other.store).await);
    there.close().await;
}

async fn what_a_target_refuses_is_told_before_anything_is_copied(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    spoil(&home).await;
    let error = copy(&home.store, &there, &SMALL).await.unwrap_err().to_string();
    for expected in ["view lost: ", "SELECT id FROM nowhere", "index of rows: ", "(`nowhere`)"] {
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert!(!error.contains("shown") && !error.contains("idx_things"), "{error}");
    let left = tables(&there).await;
    assert!(left.is_empty(), "{left:?}");

    let wish = Wish { skip_refused: true, ..SMALL };
    let copied = copy(&home.store, &there, &wish).await.unwrap();
    assert!(copied.is_exact(), "{copied:?}");
    let left_out: Vec<&str> = copied.left_out.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(left_out, ["index of rows", "view lost"]);
    let catalog = catalog(&there).await.unwrap();
    assert!(catalog.snapshot().schema.by_name("lost").is_none());
    assert!(find(&catalog, "rows").indexes.is_empty());
    assert_eq!(find(&catalog, "things").indexes.len(), 2);
    there.close().await;
}

/// Gives an installation a view and an index that nothing accepts.
async fn spoil(home: &Home) {
    let table = Arc::new(system::collections_table());
    let view = Collection {
        id: "pbc_lost".to_owned(),
        name: "lost".to_owned(),
        kind: Kind::View { query: "SELECT id FROM nowhere".to_owned() },
        ..scaffold::view()
    };
    let rows = home.collection("rows").await;
    let index = "CREATE INDEX `idx_nowhere` ON `rows` (`nowhere`)".to_owned();
    let rows = Collection { indexes: vec![index], ..Collection::clone(&rows) };
    let field = table.field_index("indexes").unwrap();
    let value = rows.to_row(&table).values[field].clone();
    let set = vec![(field, value)];
    let id = rows.id.clone();
    let writes = vec![
        Write::create(view.to_row(&table)),
        Write::Update { collection: table, id, set, guards: Vec::new() },
    ];
    home.store.write(writes).await.unwrap();
}

async fn what_is_elsewhere_stays_there(bench: &Bench) {
    let there = bench.open().await;
    let home = Home::furnished_for(&there).await;
    let table = Arc::new(system::collections_table());
    let elsewhere = |id: &str, name: &str| Collection {
        id: id.to_owned(),
        name: name.to_owned(),
        ..scaffold::base()
    };
    let far = Collection { datasource: "archive".to_owned(), ..elsewhere("pbc_far", "far") };
    let found = Collection { adopted: Some("legacy".to_owned()), ..elsewhere("pbc_old", "old") };
    let rows = [&far, &found].map(|it| Write::create(it.to_row(&table)));
    home.store.write(rows.to_vec()).await.unwrap();
    let error = copy(&home.store, &there, &SMALL).await.unwrap_err().to_string();
    assert!(error.contains("old serves the table legacy"), "{error}");
    assert!(tables(&there).await.is_empty());

    let legacy = Collection { name: "legacy".to_owned(), ..scaffold::base() };
    there.migrate(&[SchemaChange::Create(Arc::new(legacy))], Vec::new()).await.unwrap();
    let copied = copy(&home.store, &there, &SMALL).await.unwrap();
    assert!(copied.is_exact(), "{copied:?}");
    assert_eq!(
        copied.notes,
        [
            "the records of far are in other datasources and stay there",
            "old serves the table legacy the target already had"
        ]
    );
    let names: Vec<String> = copied.tables.iter().map(|table| table.name.clone()).collect();
    assert!(!names.contains(&"far".to_owned()) && !names.contains(&"old".to_owned()), "{names:?}");
    there.close().await;
}

async fn the_request_log_comes_along_when_asked_for(bench: &Bench) {
    let there = bench.open().await;
    let (home, log) = (Home::furnished_for(&there).await, Home::empty());
    let table = Arc::new(system::logs_table());
    let lines = (0..20).map(|number| {
        let mut line = Record::blank(&table);
        line.set("id", Value::Text(format!("line{:02}", number * 7 % 20)));
        line.set("data", Value::Json(json("{\"status\":200}").to_text()));
        Write::create(line)
    });
    log.store.migrate(&[SchemaChange::Ensure(table.clone())], lines.collect()).await.unwrap();
    let logs = Some((&*log.store, &*there));
    let ends = Ends { from: &*home.store, to: &*there, logs };
    let copied = copy_with(&ends, &SMALL, &Clock::system(), &mut |_| {}).await.unwrap();
    assert!(copied.is_exact(), "{copied:?}");
    let last = copied.tables.last().unwrap();
    assert_eq!((last.name.as_str(), last.target.records), ("_logs", 20));
    there.close().await;
}

on_stores! {
    what_is_not_empty_is_left_alone,
    tables_of_others_are_left_alone,
    a_database_without_an_installation_is_no_source,
    another_installation_is_not_mixed_in,
    what_a_target_refuses_is_told_before_anything_is_copied,
    what_is_elsewhere_stays_there,
    the_request_log_comes_along_when_asked_for,
}

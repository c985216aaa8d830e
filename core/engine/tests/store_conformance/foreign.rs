//! Files that are not ours: SQLite only, for only its databases are files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use purlin_core::store::sqlite::foreign::{Cell, Foreign};
use purlin_core::store::{Store, StoreError};
use purlin_model::Value;

use crate::backends::{Limits, sqlite::Database};
use crate::kit::*;

/// Every file of a directory with what is in it.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    let file = |entry: std::fs::DirEntry| {
        (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap())
    };
    entries.map(file).collect()
}

fn empty() -> (Arc<dyn Store>, Database) {
    let database = Database::new();
    (database.store(Limits::default()).unwrap(), database)
}

async fn filled() -> (Arc<dyn Store>, Database) {
    let (store, database) = empty();
    let it = Arc::new(collection("my notes", vec![field("n", number()), field("t", text())]));
    let records = (0..5).map(|n| {
        record(
            &it,
            &format!("r{n}"),
            &[("n", Value::Number(f64::from(n) / 2.0)), ("t", "é".into())],
        )
    });
    seed(&*store, &[&it], records.collect()).await;
    (store, database)
}

fn read(foreign: &Foreign) {
    assert_eq!(foreign.tables().unwrap(), ["_purlin_changes", "my notes"]);
    assert_eq!(foreign.columns("my notes").unwrap(), ["id", "n", "t"]);
    assert_eq!(foreign.count("my notes").unwrap(), 5);
    let mut rows = Vec::new();
    let mut from = None;
    loop {
        let page = foreign.page("my notes", &["t", "n", "id"], from, 2).unwrap();
        rows.extend(page.rows);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    assert_eq!(rows.len(), 5);
    let text = |text: &str| Cell::Text(text.into());
    assert_eq!(rows[1], [text("é"), Cell::Real(0.5), text("r1")]);
    assert_eq!(rows[2], [text("é"), Cell::Integer(1), text("r2")]);
    assert!(foreign.page("nowhere", &[], None, 1).is_err());
    assert!(foreign.columns("nowhere").unwrap().is_empty());
}

#[tokio::test]
async fn a_database_in_use_is_read_without_touching_it() {
    let (_open, database) = filled().await;
    let scratch = Database::new();
    let before = contents(&database.directory);
    assert!(!before["data.db-wal"].is_empty());
    let foreign = Foreign::open(&database.directory.join("data.db"), &scratch.directory).unwrap();
    read(&foreign);
    drop(foreign);
    assert_eq!(contents(&database.directory), before);
    assert!(contents(&scratch.directory).is_empty());
}

#[tokio::test]
async fn a_closed_database_is_read_in_place() {
    let (store, database) = filled().await;
    store.close().await;
    let before = contents(&database.directory);
    let nowhere = database.directory.join("not made");
    read(&Foreign::open(&database.directory.join("data.db"), &nowhere).unwrap());
    assert_eq!(contents(&database.directory), before);
}

#[tokio::test]
async fn a_page_ends_early_when_its_rows_are_large() {
    let (store, database) = empty();
    let it = Arc::new(collection("large", vec![field("t", text())]));
    let large = "x".repeat(3 << 20);
    let records = (0..5).map(|n| record(&it, &format!("r{n}"), &[("t", large.as_str().into())]));
    seed(&*store, &[&it], records.collect()).await;
    store.close().await;
    let foreign = Foreign::open(&database.directory.join("data.db"), &database.directory).unwrap();
    let (mut sizes, mut from) = (Vec::new(), None);
    loop {
        let page = foreign.page("large", &["t"], from, 1000).unwrap();
        sizes.push(page.rows.len());
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [2, 2, 1]);
}

#[tokio::test]
async fn a_database_written_to_meanwhile_is_noticed() {
    let (store, database) = filled().await;
    store.close().await;
    let path = database.directory.join("data.db");
    let foreign = Foreign::open(&path, &database.directory).unwrap();
    assert!(foreign.is_unchanged());
    std::fs::write(database.directory.join("data.db-wal"), "somebody opened it").unwrap();
    assert!(!foreign.is_unchanged());
}

#[test]
fn what_is_no_database_is_refused() {
    let database = Database::new();
    let directory = &database.directory;
    let path = directory.join("a?b#%c.db");
    assert!(Foreign::open(&path, directory).is_err());
    std::fs::write(&path, "this is not a database, but long enough to look like some file")
        .unwrap();
    let refused = Foreign::open(&path, directory);
    assert!(matches!(refused, Err(StoreError::Unavailable(_) | StoreError::Refused(_))));
    assert_eq!(std::fs::read_dir(directory).unwrap().count(), 1);
}

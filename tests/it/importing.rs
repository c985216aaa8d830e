//! Moving in: `purlin import pocketbase` against directories of stock PocketBase.

mod place;
mod refusals;
mod served;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use place::{Home, contents, ids, table_names};

#[test]
fn everything_is_brought_over_and_the_source_stays_as_it_is() {
    let home = Home::recorded("whole");
    let before = contents(&home.source);
    let shown = home.import(&[]).expect("the import works");
    assert_eq!(contents(&home.source), before, "the source was touched");
    assert_eq!(home.entries(), ["data.db", "purlin.lock", "storage"]);

    let (source, target) = (home.source_database(), home.target_database());
    let mut records = 0;
    for table in table_names(&source) {
        let columns = place::columns(&source, &table);
        let rows = place::rows(&source, &table, &columns);
        let line = shown.lines().find(|line| line.split_whitespace().next() == Some(&*table));
        let counted = line.and_then(|line| line.split_whitespace().last());
        assert_eq!(counted, Some(&*rows.len().to_string()), "{table} in\n{shown}");
        // Ids, dates, hashes, keys, file names: all as they were, in the order they were made in.
        assert_eq!(place::rows(&target, &table, &columns), rows, "{table}");
        records += rows.len();
    }
    let end = format!(" collections, {records} records and 4 files are now in ");
    assert!(shown.contains(&end), "{shown}");
    let order = "SELECT id FROM _collections ORDER BY rowid";
    // What stock PocketBase has not comes behind what came over.
    let (mut brought, lines) = (ids(&target, order), ["pbc_2858425398", "pbc_185974549"]);
    assert_eq!(brought.split_off(brought.len() - lines.len()), lines);
    assert_eq!(brought, ids(&source, order));
    let dates = "SELECT id || created || updated || name || type FROM _collections \
                 WHERE name NOT IN ('_policies', '_roles') ORDER BY rowid";
    assert_eq!(ids(&target, dates), ids(&source, dates));
    assert_eq!(contents(&home.target.join("storage")), contents(&home.source.join("storage")));
}

#[test]
fn a_directory_in_use_is_read_with_what_is_in_its_log() {
    let home = Home::recorded("live");
    let server = home.source_database();
    server.execute_batch("PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0;").expect("WAL");
    server.execute_batch("UPDATE tags SET name = 'late ' || name;").expect("a late write");
    let before = contents(&home.source);
    assert!(before.keys().any(|name| name.ends_with("data.db-wal")), "{:?}", before.keys());
    home.import(&[]).expect("the import works");
    assert_eq!(contents(&home.source), before, "the source was touched");
    let late = "SELECT name FROM tags ORDER BY rowid";
    assert_eq!(ids(&home.target_database(), late), ids(&server, late));
    assert!(ids(&server, late).iter().all(|name| name.starts_with("late ")));
    assert_eq!(home.entries(), ["data.db", "purlin.lock", "storage"]);
}

#[test]
fn an_import_that_is_stopped_leaves_the_target_as_it_was() {
    let home = Home::recorded("stopped");
    home.import(&[]).expect("the first import works");
    let before = home.target_contents();
    home.source_database()
        .execute_batch(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000)
             INSERT INTO tags (id, name) SELECT printf('many%011d', i), 'tag ' || i FROM n;",
        )
        .expect("many records");
    let mut import = home.command(&["--force"]);
    let mut import = import.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("starts");
    let mut said = BufReader::new(import.stderr.take().expect("stderr")).lines();
    // The collection before the large one is done.
    let reached = said.by_ref().any(|line| line.is_ok_and(|line| line.starts_with("users:")));
    assert!(reached, "no progress was shown");
    place::interrupt(import.id());
    let rest: Vec<String> = said.map_while(Result::ok).collect();
    let status = import.wait().expect("it ends");
    assert_eq!(status.code(), Some(1), "{rest:?}");
    assert_eq!(rest, ["purlin: interrupted: nothing was imported"]);
    assert_eq!(home.target_contents(), before);
}

#[test]
fn what_a_source_is_too_old_to_have_is_added() {
    let home = Home::recorded("older");
    home.change(
        "DELETE FROM _collections WHERE name = '_authOrigins'; DROP TABLE _authOrigins;
         ALTER TABLE _otps DROP COLUMN sentTo;
         UPDATE _collections SET fields = (SELECT json_group_array(json(value)) FROM json_each(fields)
           WHERE json_extract(value, '$.name') <> 'sentTo') WHERE name = '_otps';",
    );
    home.import(&[]).expect("the import works");
    let target = home.target_database();
    for query in ["SELECT fingerprint FROM _authOrigins", "SELECT sentTo FROM _otps"] {
        assert!(ids(&target, query).is_empty());
    }
    let defined = "SELECT name FROM _collections WHERE fields LIKE '%\"sentTo\"%'
                   OR fields LIKE '%\"fingerprint\"%' ORDER BY name";
    assert_eq!(ids(&target, defined), ["_authOrigins", "_otps"]);
}

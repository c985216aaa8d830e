//! The table of what each database can do, in docs/engines/README.md, is held against servers on
//! each of them: a cell that says `yes` works, one that says `no` is refused with its sentence.

mod page;
mod probe;

use purlin_tests::{Backend, Database, Home, TestApp};
use serde_json::json;

use page::Cell;
use probe::{PROBES, World};

/// Rows of the table that no request can decide, and what stands behind them.
const UNPROBED: &[(&str, &str)] = &[
    (
        "Guarded writes free of races",
        "shown by many writers at once: tests/it/crowd.rs and core/engine/tests/store_*",
    ),
    ("Log of committed changes", "core/engine/tests/store_conformance/changes.rs"),
    ("Schema changes undone as a whole after a crash", "core/engine/tests ends them in the middle"),
    ("Adopts tables", "tests/it/adopting.rs, on tables made past Purlin"),
];

/// The columns of the table, and a server on each.
fn columns() -> Vec<(&'static str, TestApp)> {
    let alone = std::env::var("PURLIN_TEST_MONGODB_ALONE_URL")
        .unwrap_or_else(|_| "mongodb://127.0.0.1:27118/?directConnection=true".to_owned());
    let alone = Database::fresh_at(Backend::Mongodb, &alone);
    vec![
        ("SQLite", TestApp::on(Backend::Sqlite)),
        ("PostgreSQL", TestApp::on(Backend::Postgres)),
        ("MySQL, MariaDB", TestApp::on(Backend::Mysql)),
        ("MongoDB, replica set", TestApp::on(Backend::Mongodb)),
        ("MongoDB, standalone", TestApp::at(Home::with(alone), &[])),
    ]
}

#[test]
fn the_table_says_what_is_so() {
    let table = page::table();
    let columns = columns();
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    assert_eq!(table.columns, names, "the columns of the table");
    let mut wrong = Vec::new();
    for (place, (name, app)) in columns.iter().enumerate() {
        app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
        let world = World::on(app);
        for probe in PROBES {
            let Some(row) = table.rows.iter().find(|row| row.name == probe.row) else { continue };
            let found = (probe.run)(&world);
            let holds = match &row.cells[place] {
                Cell::Yes => found.is_ok(),
                Cell::No => found.as_ref().is_err_and(|said| probe.refused(said)),
                Cell::Word(_) => true,
            };
            if !holds {
                let cell = &row.cells[place];
                wrong
                    .push(format!("{}, {name}: the page says {cell:?}, found {found:?}", row.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_has_a_probe_or_a_reason() {
    let table = page::table();
    for row in &table.rows {
        let probed = PROBES.iter().any(|probe| probe.row == row.name);
        let excused = UNPROBED.iter().any(|(name, _)| *name == row.name);
        assert!(probed != excused, "{}: a probe, or a reason in UNPROBED; not both", row.name);
        let words = row.cells.iter().any(|cell| matches!(cell, Cell::Word(_)));
        assert!(!probed || !words, "{}: what is probed is yes or no", row.name);
    }
    let known = |name: &str| table.rows.iter().any(|row| row.name == name);
    for name in PROBES.iter().map(|it| it.row).chain(UNPROBED.iter().map(|it| it.0)) {
        assert!(known(name), "the table has no row {name}");
    }
    assert!(UNPROBED.iter().all(|(_, reason)| !reason.is_empty()));
}

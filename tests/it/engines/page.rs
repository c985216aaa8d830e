//! The table on the page.

use std::fs;

use crate::tidy::source;

/// What the page says of all databases.
pub(super) struct Table {
    /// Names of the databases.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One thing a database may be able to do.
pub(super) struct Row {
    pub(super) name: String,
    /// One for each column.
    pub(super) cells: Vec<Cell>,
}

/// What is said of it; notes are left out.
#[derive(Debug, PartialEq)]
pub(super) enum Cell {
    Yes,
    No,
    Word(String),
}

/// The first table under the heading that names it.
pub(super) fn table() -> Table {
    let path = source::root().join("docs/engines/README.md");
    let text = fs::read_to_string(path).expect("the page of the engines");
    read(&text)
}

fn read(text: &str) -> Table {
    let (_, text) = text.split_once("\n## What each can do\n").expect("the heading of the table");
    let mut lines = text.lines().skip_while(|line| !line.starts_with('|'));
    let columns = cells(lines.next().expect("a head")).skip(1).collect();
    lines.next();
    let rows = lines.take_while(|line| line.starts_with('|')).map(row).collect();
    let table = Table { columns, rows };
    let width = table.columns.len();
    assert!(table.rows.iter().all(|row| row.cells.len() == width), "a row of another length");
    assert!(!table.rows.is_empty(), "no rows");
    table
}

fn row(line: &str) -> Row {
    let mut cells = cells(line);
    let name = cells.next().unwrap_or_default();
    let cell = |text: String| match text.as_str() {
        "yes" => Cell::Yes,
        "no" => Cell::No,
        _ => Cell::Word(text),
    };
    Row { name, cells: cells.map(cell).collect() }
}

/// The cells of a line, without notes: `no [1](#notes)` is `no`.
fn cells(line: &str) -> impl Iterator<Item = String> {
    let inner = line.trim().trim_matches('|');
    inner.split('|').map(|cell| cell.split(" [").next().unwrap_or_default().trim().to_owned())
}

#[test]
fn a_table_is_read() {
    let text = "x\n## What each can do\n\n| | A | B |\n|---|---|---|\n| Flies | yes | no [1](#n) |\n\
                | Swims | reads only | yes |\n\nmore\n";
    let table = read(text);
    assert_eq!(table.columns, ["A", "B"]);
    assert_eq!(table.rows[0].cells, [Cell::Yes, Cell::No]);
    assert_eq!(table.rows[1].cells, [Cell::Word("reads only".into()), Cell::Yes]);
    assert_eq!(table.rows[1].name, "Swims");
}

//! What tables there are, as the database describes them.

use purlin_model::schema::NativeKind;
use rusqlite::Row;

use super::connection::Connection;
use super::error::refused;
use crate::store::{Reference, StoreError, Table, TableColumn};

/// All tables and views but SQLite's own.
pub(super) fn look(connection: &Connection) -> Result<Vec<Table>, StoreError> {
    tables(&connection.raw).map_err(refused)
}

fn tables(raw: &rusqlite::Connection) -> rusqlite::Result<Vec<Table>> {
    let text = "SELECT name, type <> 'table' FROM sqlite_schema \
                WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                ORDER BY name";
    let names = all(raw, text, "", |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)));
    let table = |(name, is_view): (String, bool)| {
        Ok(Table {
            columns: columns(raw, &name, is_view)?,
            key: key(raw, &name)?,
            unique: unique(raw, &name)?,
            references: references(raw, &name)?,
            rows: None,
            name,
            is_view,
        })
    };
    names?.into_iter().map(table).collect()
}

fn columns(
    raw: &rusqlite::Connection,
    table: &str,
    is_view: bool,
) -> rusqlite::Result<Vec<TableColumn>> {
    let text = "SELECT name, type, \"notnull\", dflt_value IS NOT NULL OR hidden > 1, pk, \
                (SELECT count(*) FROM pragma_table_info(?1) WHERE pk > 0) = 1 \
                FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
    all(raw, text, table, |row| {
        let type_text: String = row.get(1)?;
        let is_key = row.get::<_, i64>(4)? > 0;
        // The one column that is another name of the row's number.
        let numbered =
            is_key && row.get::<_, bool>(5)? && type_text.eq_ignore_ascii_case("INTEGER");
        let name: String = row.get(0)?;
        Ok(TableColumn {
            kind: kind(&type_text, is_view && name != "id"),
            name,
            nullable: !row.get::<_, bool>(2)? && !is_key,
            filled: row.get::<_, bool>(3)? || numbered,
            choices: Vec::new(),
            type_text,
        })
    })
}

fn key(raw: &rusqlite::Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let text = "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk";
    all(raw, text, table, |row| row.get(0))
}

fn unique(raw: &rusqlite::Connection, table: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let text = "SELECT name FROM pragma_index_list(?1) \
                WHERE \"unique\" AND origin <> 'pk' AND NOT partial ORDER BY seq DESC";
    let names: Vec<String> = all(raw, text, table, |row| row.get(0))?;
    let text = "SELECT coalesce(name, '') FROM pragma_index_info(?1) ORDER BY seqno";
    let columns: Vec<Vec<String>> = names
        .iter()
        .map(|name| all(raw, text, name, |row| row.get(0)))
        .collect::<rusqlite::Result<_>>()?;
    // An index over an expression has columns without a name.
    Ok(columns.into_iter().filter(|columns| columns.iter().all(|it| !it.is_empty())).collect())
}

fn references(raw: &rusqlite::Connection, table: &str) -> rusqlite::Result<Vec<Reference>> {
    let text = "SELECT \"from\", \"table\", coalesce(\"to\", \
                (SELECT name FROM pragma_table_info(\"table\") WHERE pk = 1), ''), \
                on_delete = 'CASCADE' FROM pragma_foreign_key_list(?1) AS one \
                WHERE (SELECT count(*) FROM pragma_foreign_key_list(?1) AS other \
                       WHERE other.id = one.id) = 1 ORDER BY id DESC";
    all(raw, text, table, |row| {
        Ok(Reference {
            column: row.get(0)?,
            table: row.get(1)?,
            to: row.get(2)?,
            cascades: row.get(3)?,
        })
    })
}

/// What a declared type comes down to, by SQLite's own rules and what people mean by it.
fn kind(type_text: &str, is_view: bool) -> NativeKind {
    let text = type_text.to_ascii_uppercase();
    if text.is_empty() && is_view {
        // What a view computes may be a number as well as a text.
        return NativeKind::Json;
    }
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["UUID", "UNIQUEIDENTIFIER"]) {
        NativeKind::Uuid
    } else if has(&["BOOL"]) {
        NativeKind::Bool
    } else if has(&["INT"]) {
        NativeKind::Integer
    } else if has(&["JSON"]) {
        NativeKind::Json
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        NativeKind::Text
    } else if has(&["BLOB"]) {
        NativeKind::Other
    } else if has(&["REAL", "FLOA", "DOUB", "DEC", "NUM"]) {
        NativeKind::Real
    } else {
        NativeKind::Text
    }
}

/// The rows of a query about one name.
fn all<T>(
    raw: &rusqlite::Connection,
    text: &str,
    name: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = raw.prepare(text)?;
    if statement.parameter_count() == 0 {
        statement.query_map([], read)?.collect()
    } else {
        statement.query_map([name], read)?.collect()
    }
}

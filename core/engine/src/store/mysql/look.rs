//! What tables there are, as the database describes them.

use purlin_model::schema::NativeKind;
use sqlx::mysql::MySqlConnection;

use super::connection::{Ready, each};
use super::encode::{Cell, cell, forms};
use super::error::Failure;
use super::server::Server;
use crate::store::sql::Statement;
use crate::store::{Reference, StoreError, Table, TableColumn};

const TABLES: &str = "SELECT table_name, table_type <> 'BASE TABLE', table_rows \
    FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name";

const COLUMNS: &str = "SELECT table_name, column_name, column_type, data_type, is_nullable, \
    column_default IS NOT NULL, extra FROM information_schema.columns \
    WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";

const KEYS: &str = "SELECT table_name, index_name, column_name, sub_part \
    FROM information_schema.statistics WHERE table_schema = DATABASE() AND non_unique = 0 \
    ORDER BY table_name, index_name, seq_in_index";

const REFERENCES: &str = "SELECT k.table_name, k.constraint_name, k.column_name, \
    k.referenced_table_name, k.referenced_column_name, r.delete_rule = 'CASCADE' \
    FROM information_schema.key_column_usage AS k \
    JOIN information_schema.referential_constraints AS r \
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name \
    AND r.table_name = k.table_name \
    WHERE k.table_schema = DATABASE() AND k.referenced_table_schema = DATABASE() \
    ORDER BY k.table_name, k.constraint_name, k.ordinal_position";

/// Columns in which `MariaDB` holds what it was told is JSON.
const JSON_CHECKS: &str = "SELECT table_name, check_clause \
    FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()";

/// All tables and views of the database.
pub(super) async fn look(
    on: &mut MySqlConnection,
    server: &Server,
) -> Result<Vec<Table>, StoreError> {
    let mut tables = Vec::new();
    for row in all(on, server, TABLES).await? {
        tables.push(Table {
            name: text(&row, 0),
            is_view: is_true(&row, 1),
            columns: Vec::new(),
            key: Vec::new(),
            unique: Vec::new(),
            references: Vec::new(),
            rows: row.get(2).and_then(|it| it.as_deref()?.parse().ok()),
        });
    }
    let checks = if server.is_mariadb { all(on, server, JSON_CHECKS).await? } else { Vec::new() };
    for row in all(on, server, COLUMNS).await? {
        let Some(table) = find(&mut tables, &row) else { continue };
        let is_json = checks.iter().any(|check| {
            text(check, 0) == table.name
                && text(check, 1).eq_ignore_ascii_case(&format!("json_valid(`{}`)", text(&row, 1)))
        });
        table.columns.push(column(&row, is_json));
    }
    keys(&mut tables, &all(on, server, KEYS).await?);
    references(&mut tables, &all(on, server, REFERENCES).await?);
    Ok(tables)
}

fn column(row: &Row, is_json: bool) -> TableColumn {
    let type_text = text(row, 2);
    let extra = text(row, 6).to_ascii_lowercase();
    let has = |word: &str| extra.contains(word);
    TableColumn {
        name: text(row, 1),
        kind: if is_json { NativeKind::Json } else { kind(&text(row, 3), &type_text) },
        nullable: text(row, 4) == "YES",
        filled: is_true(row, 5) || has("auto_increment") || has("generated") || has("on update"),
        choices: choices(&type_text),
        type_text,
    }
}

/// What a declared type comes down to.
fn kind(data_type: &str, type_text: &str) -> NativeKind {
    let data_type = data_type.to_ascii_lowercase();
    match data_type.as_str() {
        "tinyint" if type_text.to_ascii_lowercase().starts_with("tinyint(1)") => NativeKind::Bool,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year" => NativeKind::Integer,
        "float" | "double" => NativeKind::Real,
        "decimal" => NativeKind::Decimal,
        "char" if type_text.eq_ignore_ascii_case("char(36)") => NativeKind::Text,
        "uuid" => NativeKind::Uuid,
        "datetime" => NativeKind::Timestamp,
        "timestamp" => NativeKind::Moment,
        "date" => NativeKind::Day,
        "json" => NativeKind::Json,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" => {
            NativeKind::Text
        }
        _ => NativeKind::Other,
    }
}

/// The values of `enum('a','b''c')`.
fn choices(type_text: &str) -> Vec<String> {
    let inner = type_text.strip_prefix("enum(").and_then(|rest| rest.strip_suffix(')'));
    let Some(mut rest) = inner else { return Vec::new() };
    let mut choices = Vec::new();
    while let Some(quoted) = rest.strip_prefix('\'') {
        let mut choice = String::new();
        let mut chars = quoted.char_indices().peekable();
        let mut end = quoted.len();
        while let Some((at, c)) = chars.next() {
            if c == '\'' && chars.next_if(|(_, next)| *next == '\'').is_none() {
                end = at + 1;
                break;
            }
            choice.push(c);
        }
        choices.push(choice);
        rest = quoted[end..].trim_start_matches(',');
    }
    choices
}

/// The primary key and the unique indexes; those over expressions or parts of columns left out.
fn keys(tables: &mut [Table], rows: &[Row]) {
    for group in rows.chunk_by(|a, b| a[..2] == b[..2]) {
        let whole = group.iter().all(|row| row[2].is_some() && row[3].is_none());
        let columns: Vec<String> = group.iter().map(|row| text(row, 2)).collect();
        let Some(table) = find(tables, &group[0]).filter(|_| whole) else { continue };
        if text(&group[0], 1) == "PRIMARY" {
            table.key = columns;
        } else {
            table.unique.push(columns);
        }
    }
}

fn references(tables: &mut [Table], rows: &[Row]) {
    for group in rows.chunk_by(|a, b| a[..2] == b[..2]) {
        let [row] = group else { continue };
        if let Some(table) = find(tables, row) {
            table.references.push(Reference {
                column: text(row, 2),
                table: text(row, 3),
                to: text(row, 4),
                cascades: is_true(row, 5),
            });
        }
    }
}

/// A row of the database's own tables: texts, null where it is.
type Row = Vec<Option<String>>;

fn find<'t>(tables: &'t mut [Table], row: &Row) -> Option<&'t mut Table> {
    let name = row.first()?.as_deref()?;
    tables.iter_mut().find(|table| table.name == name)
}

fn text(row: &Row, index: usize) -> String {
    row.get(index).cloned().flatten().unwrap_or_default()
}

fn is_true(row: &Row, index: usize) -> bool {
    text(row, index) == "1"
}

async fn all(
    on: &mut MySqlConnection,
    server: &Server,
    query: &str,
) -> Result<Vec<Row>, StoreError> {
    let ready = Ready::new(&Statement::new(server.dialect(), query), server.packet)?.once();
    let mut rows = Vec::new();
    each(on, ready, |row| {
        let forms = forms(row);
        let value = |index| {
            Ok(match cell(row, &forms, index)? {
                Cell::Null => None,
                Cell::Integer(number) => Some(number.to_string()),
                Cell::Real(number) => Some(number.to_string()),
                Cell::Text(text) => Some(text.into_owned()),
            })
        };
        rows.push((0..forms.len()).map(value).collect::<Result<_, StoreError>>()?);
        Ok(())
    })
    .await
    .map_err(Failure::plain)?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::choices;

    #[test]
    fn enumerations_list_their_values() {
        for (text, found) in [
            ("enum('a','b''c','d,e','')", vec!["a", "b'c", "d,e", ""]),
            ("varchar(3)", vec![]),
            ("enum()", vec![]),
        ] {
            assert_eq!(choices(text), found, "{text}");
        }
    }
}

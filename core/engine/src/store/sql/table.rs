//! Collections to tables.

use purlin_model::Collection;
use purlin_model::schema::{Field, FieldKind};

use super::statement::Statement;

/// Makes the table of a collection.
pub(crate) fn create(collection: &Collection) -> Statement {
    let mut out = Statement::new("CREATE TABLE ");
    out.name(&collection.name).push(" (");
    out.list(&collection.fields, ", ", column);
    out.push(")");
    out
}

/// Makes a view of a query, its ids turned into text if `cast`.
pub(crate) fn view(collection: &Collection, query: &str, cast: bool) -> Statement {
    let mut out = Statement::new("CREATE VIEW ");
    out.name(&collection.name).push(" AS SELECT ");
    if cast {
        out.list(&collection.fields, ", ", |out, field| {
            if field.name == "id" {
                out.push("CAST(\"id\" AS TEXT) AS \"id\"");
            } else {
                out.name(&field.name);
            }
        });
    } else {
        out.push("*");
    }
    out.push(" FROM (\n").push(single(query)).push("\n)");
    out
}

/// Reads no row of a table or view.
pub(crate) fn nothing_of(name: &str) -> Statement {
    let mut out = Statement::new("SELECT * FROM ");
    out.name(name).push(" LIMIT 0");
    out
}

/// A query without the semicolon it may end with.
pub(crate) fn single(query: &str) -> &str {
    let query = query.trim();
    query.strip_suffix(';').map_or(query, str::trim_end)
}

/// Appends the definition of a field's column.
pub(crate) fn column(out: &mut Statement, field: &Field) {
    out.name(&field.name).push(" ");
    if field.name == "id" {
        out.push("TEXT PRIMARY KEY NOT NULL");
        return;
    }
    out.push(match &field.kind {
        FieldKind::Number { .. } => "NUMERIC DEFAULT 0 NOT NULL",
        FieldKind::Bool => "BOOLEAN DEFAULT FALSE NOT NULL",
        // With TEXT in it the type keeps JSON as it was spelled; JSON alone would turn 1.50 into
        // a number.
        FieldKind::Json { .. } => "JSON TEXT DEFAULT NULL",
        FieldKind::GeoPoint => "JSON TEXT DEFAULT '{\"lon\":0,\"lat\":0}' NOT NULL",
        kind if kind.is_multiple() => "JSON TEXT DEFAULT '[]' NOT NULL",
        _ => "TEXT DEFAULT '' NOT NULL",
    });
}

/// Renames a table.
pub(crate) fn rename(from: &str, to: &str) -> Statement {
    let mut out = alter(from);
    out.push(" RENAME TO ").name(to);
    out
}

/// Adds a field's column; stored records read its zero value.
pub(crate) fn add_column(table: &str, field: &Field) -> Statement {
    let mut out = alter(table);
    out.push(" ADD COLUMN ");
    column(&mut out, field);
    out
}

/// Removes a column.
pub(crate) fn drop_column(table: &str, name: &str) -> Statement {
    let mut out = alter(table);
    out.push(" DROP COLUMN ").name(name);
    out
}

/// Renames a column.
pub(crate) fn rename_column(table: &str, from: &str, to: &str) -> Statement {
    let mut out = alter(table);
    out.push(" RENAME COLUMN ").name(from).push(" TO ").name(to);
    out
}

/// Fills a list column from a single-valued one: what is not empty becomes a list of one.
pub(crate) fn wrap(table: &str, from: &str, to: &str) -> Statement {
    let mut out = Statement::new("UPDATE ");
    out.name(table).push(" SET ").name(to).push(" = json_array(").name(from);
    out.push(") WHERE ").name(from).push(" <> ''");
    out
}

/// Fills a single-valued column from a list column: the last item stays.
pub(crate) fn unwrap(table: &str, from: &str, to: &str) -> Statement {
    let mut out = Statement::new("UPDATE ");
    out.name(table).push(" SET ").name(to).push(" = json_extract(").name(from);
    out.push(", '$[#-1]') WHERE json_valid(").name(from).push(") AND json_array_length(");
    out.name(from).push(") > 0");
    out
}

/// Removes a table, view or index.
pub(crate) fn drop(what: &str, name: &str) -> Statement {
    let mut out = Statement::new("DROP ");
    out.push(what).push(" ").name(name);
    out
}

fn alter(table: &str) -> Statement {
    let mut out = Statement::new("ALTER TABLE ");
    out.name(table);
    out
}

//! Collections to tables.

use purlin_model::Collection;
use purlin_model::schema::Field;

use super::dialect::Dialect;
use super::statement::Statement;

/// Makes the table of a collection.
pub(crate) fn create(dialect: &'static dyn Dialect, collection: &Collection) -> Statement {
    let mut out = Statement::new(dialect, "CREATE TABLE ");
    out.name(&collection.name).push(" (");
    out.list(&collection.fields, ", ", |out, field| dialect.define(out, field));
    dialect.define_rest(&mut out);
    out.push(")").push(dialect.table_options());
    out
}

/// Makes a view of a query, its ids turned into text if `cast`.
pub(crate) fn view(
    dialect: &'static dyn Dialect,
    collection: &Collection,
    query: &str,
    cast: bool,
) -> Statement {
    let mut out = Statement::new(dialect, "CREATE VIEW ");
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
pub(crate) fn nothing_of(dialect: &'static dyn Dialect, name: &str) -> Statement {
    let mut out = Statement::new(dialect, "SELECT * FROM ");
    out.name(name).push(" LIMIT 0");
    out
}

/// A query without the semicolon it may end with.
pub(crate) fn single(query: &str) -> &str {
    let query = query.trim();
    query.strip_suffix(';').map_or(query, str::trim_end)
}

/// Renames a table.
pub(crate) fn rename(dialect: &'static dyn Dialect, from: &str, to: &str) -> Statement {
    let mut out = alter(dialect, from);
    out.push(" RENAME TO ").name(to);
    out
}

/// Adds a field's column; stored records read its zero value.
pub(crate) fn add_column(dialect: &'static dyn Dialect, table: &str, field: &Field) -> Statement {
    let mut out = alter(dialect, table);
    out.push(" ADD COLUMN ");
    dialect.define(&mut out, field);
    out
}

/// Removes a column.
pub(crate) fn drop_column(dialect: &'static dyn Dialect, table: &str, name: &str) -> Statement {
    let mut out = alter(dialect, table);
    out.push(" DROP COLUMN ").name(name);
    out
}

/// Renames a column.
pub(crate) fn rename_column(
    dialect: &'static dyn Dialect,
    table: &str,
    from: &str,
    to: &str,
) -> Statement {
    let mut out = alter(dialect, table);
    out.push(" RENAME COLUMN ").name(from).push(" TO ").name(to);
    out
}

/// Fills a list column from a single-valued one: what is not empty becomes a list of one.
pub(crate) fn wrap(dialect: &'static dyn Dialect, table: &str, from: &str, to: &str) -> Statement {
    let mut out = Statement::new(dialect, "UPDATE ");
    out.name(table).push(" SET ").name(to).push(" = ");
    dialect.wrap(&mut out, from);
    out.push(" WHERE ").name(from).push(" <> ''");
    out
}

/// Fills a single-valued column from a list column: the last item stays.
pub(crate) fn unwrap(
    dialect: &'static dyn Dialect,
    table: &str,
    from: &str,
    to: &str,
) -> Statement {
    let mut out = Statement::new(dialect, "UPDATE ");
    out.name(table);
    dialect.unwrap(&mut out, from, to);
    out
}

/// Removes a table, view or index.
pub(crate) fn drop(dialect: &'static dyn Dialect, what: &str, name: &str) -> Statement {
    let mut out = Statement::new(dialect, "DROP ");
    out.push(what).push(" ").name(name);
    out
}

fn alter(dialect: &'static dyn Dialect, table: &str) -> Statement {
    let mut out = Statement::new(dialect, "ALTER TABLE ");
    out.name(table);
    out
}

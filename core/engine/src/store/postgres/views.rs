//! Views: those of collections, made so that their columns are as a table's are, and those that
//! are in the way of a change.

use purlin_model::schema::{FieldKind, NativeKind};
use purlin_model::{Collection, Field};
use sqlx::TypeInfo as _;
use sqlx::postgres::PgConnection;

use super::{encode, run, trial};
use crate::store::sql::postgres::{POSTGRES, canonical, column_type};
use crate::store::sql::{Parameter, Statement, table};

/// Turns what a view computes into JSON text: text that reads as JSON is taken for it.
const AS_JSON: &str = "CREATE OR REPLACE FUNCTION purlin_as_json(it text) RETURNS text \
    LANGUAGE plpgsql IMMUTABLE STRICT AS $$ BEGIN \
    IF it = '' THEN RETURN '\"\"'; END IF; PERFORM it::jsonb; RETURN it; \
    EXCEPTION WHEN OTHERS THEN RETURN to_json(it)::text; END $$";

/// Makes the view of a collection.
pub(super) async fn create(
    connection: &mut PgConnection,
    collection: &Collection,
    query: &str,
) -> Result<(), sqlx::Error> {
    let columns = trial::types(connection, query).await?;
    let mut out = Statement::new(POSTGRES, "CREATE VIEW ");
    out.name(&collection.name).push(" AS SELECT ");
    let mut computes = false;
    out.list(&collection.fields, ", ", |out, field| {
        let found = columns.iter().find(|(name, _)| *name == field.name);
        let native = found.map_or(NativeKind::Other, |(_, it)| native_of(it.name()));
        computes |= column(out, field, native);
        out.push(" AS ").name(&field.name);
    });
    out.push(" FROM (\n").push(table::single(query)).push("\n) AS q");
    if computes {
        run::execute_once(connection, Statement::new(POSTGRES, AS_JSON)).await?;
    }
    run::execute_once(connection, out).await
}

/// Appends a column of a query as a table would hold its field; whether that takes the function.
fn column(out: &mut Statement, field: &Field, native: NativeKind) -> bool {
    let it = |out: &mut Statement| {
        out.push("q.").name(&field.name);
    };
    match (&field.kind, native) {
        (FieldKind::Json { .. }, NativeKind::Text) => {
            out.push("purlin_as_json(");
            it(out);
            out.push(")").push(" COLLATE \"C\"");
            return true;
        }
        (FieldKind::Number { .. }, NativeKind::Text) => {
            out.push("(CASE WHEN ");
            it(out);
            out.push(" ~ '^[+-]?[0-9]{1,100}([.][0-9]{0,100})?$' THEN ");
            it(out);
            out.push("::float8 END)");
        }
        (FieldKind::Bool, NativeKind::Text) => {
            out.push("(");
            it(out);
            out.push(" IN ('1', 'true'))");
        }
        (kind, native) => {
            canonical(out, native, kind, &it);
            if !matches!(kind, FieldKind::Number { .. } | FieldKind::Bool) {
                out.push("::").push(column_type(kind));
            }
        }
    }
    false
}

/// What a type comes down to.
pub(super) fn native_of(name: &str) -> NativeKind {
    match name.to_ascii_lowercase().as_str() {
        "text" | "varchar" | "char" | "\"char\"" | "name" | "bpchar" | "citext" | "unknown" => {
            NativeKind::Text
        }
        "int2" | "int4" | "int8" | "oid" => NativeKind::Integer,
        "float4" | "float8" => NativeKind::Real,
        "numeric" => NativeKind::Decimal,
        "bool" => NativeKind::Bool,
        "uuid" => NativeKind::Uuid,
        "timestamp" => NativeKind::Timestamp,
        "timestamptz" => NativeKind::Moment,
        "date" => NativeKind::Day,
        "json" | "jsonb" => NativeKind::Json,
        "text[]" | "varchar[]" | "_text" | "_varchar" => NativeKind::Texts,
        _ => NativeKind::Other,
    }
}

/// A view put away, to be made again.
#[derive(Debug)]
pub(super) struct Away {
    pub(super) name: String,
    text: String,
}

/// The views that read a table, directly or through others, those others after what they read.
const READING: &str = "WITH RECURSIVE reading(oid, depth) AS ( \
    SELECT r.ev_class, 1 FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid \
      WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = to_regclass($1) \
      AND r.ev_class <> d.refobjid \
    UNION SELECT r.ev_class, reading.depth + 1 FROM reading \
      JOIN pg_depend d ON d.refobjid = reading.oid AND d.classid = 'pg_rewrite'::regclass \
      JOIN pg_rewrite r ON r.oid = d.objid WHERE r.ev_class <> reading.oid AND reading.depth < 100) \
    SELECT c.relname::text, pg_get_viewdef(c.oid) FROM pg_class c \
    JOIN (SELECT oid, max(depth) AS depth FROM reading GROUP BY oid) AS r ON r.oid = c.oid \
    WHERE c.relkind = 'v' AND c.relnamespace = current_schema()::regnamespace ORDER BY r.depth, c.oid";

/// Removes the views that read a table.
pub(super) async fn put_away(
    connection: &mut PgConnection,
    table: &str,
) -> Result<Vec<Away>, sqlx::Error> {
    let mut quoted = Statement::new(POSTGRES, "");
    quoted.name(table);
    let mut statement = Statement::new(POSTGRES, READING);
    statement.parameters.push(Parameter::Text(quoted.text));
    let mut away = Vec::new();
    run::rows(connection, statement, |row| {
        let text = |index| encode::text(row, index).map(|text| text.unwrap_or_default().to_owned());
        away.push(Away { name: text(0)?, text: text(1)? });
        Ok(())
    })
    .await?;
    for view in away.iter().rev() {
        run::execute_once(connection, table::drop(POSTGRES, "VIEW", &view.name)).await?;
    }
    Ok(away)
}

/// Makes a view again.
pub(super) async fn put_back(
    connection: &mut PgConnection,
    view: &Away,
) -> Result<(), sqlx::Error> {
    let mut statement = Statement::new(POSTGRES, "CREATE VIEW ");
    statement.name(&view.name).push(" AS ").push(&view.text);
    run::execute_once(connection, statement).await
}

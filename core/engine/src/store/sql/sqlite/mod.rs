//! SQLite's phrases.

mod compare;
mod idiom;
mod term;

use purlin_model::plan::{Row, Term};
use purlin_model::query::Op;
use purlin_model::schema::{Field, FieldKind};
use purlin_model::{Collection, Value};

use self::term::{numbered, term};
use super::dialect::{Comparing, Dialect};
use super::statement::{Parameter, Statement, values_json};

/// The dialect of SQLite.
pub(crate) const SQLITE: &dyn Dialect = &Sqlite;

#[derive(Debug)]
struct Sqlite;

impl Dialect for Sqlite {
    fn quote(&self) -> char {
        '"'
    }

    fn placeholder(&self, text: &mut String, _: usize) {
        text.push('?');
    }

    fn truth(&self, truth: bool) -> &'static str {
        if truth { "1" } else { "0" }
    }

    fn nothing(&self) -> &'static str {
        " FROM (SELECT 1)"
    }

    fn same(&self) -> &'static str {
        " IS "
    }

    fn key_is(&self, out: &mut Statement, row: Option<usize>, to: &Collection, id: &str) {
        key(out, row, to);
        out.push(" = ").bind(idiom::key(to.field("id"), id));
    }

    fn key_among(&self, out: &mut Statement, row: Option<usize>, to: &Collection, ids: &[String]) {
        key(out, row, to);
        out.push(" IN (SELECT value FROM json_each(");
        out.bind(idiom::keys(to.field("id"), ids)).push("))");
    }

    fn field(&self, out: &mut Statement, row: usize, field: &Field) {
        if !field.is_fixed() {
            out.column(row, field.column());
            return;
        }
        out.push("CASE typeof(").column(row, field.column()).push(") WHEN 'blob' THEN lower(hex(");
        out.column(row, field.column()).push(")) ELSE ").column(row, field.column()).push(" END");
    }

    fn among(&self, out: &mut Statement, rows: &[Row], it: &Term, texts: &[String]) {
        let Some((row, field)) = numbered(rows, it) else {
            term(out, rows, it);
            return among(out, None, texts);
        };
        out.column(row, field.column());
        among(out, Some(field), texts);
    }

    fn given(&self, out: &mut Statement, field: &Field, value: &Value) {
        out.push("CAST(").bind(idiom::as_stored(value)).push(" AS ");
        out.push(idiom::affinity(&field.kind)).push(") AS ").name(field.column());
    }

    fn refers(
        &self,
        out: &mut Statement,
        holder: usize,
        field: &Field,
        key: usize,
        to: &Collection,
    ) {
        out.column(key, to.key_column());
        if field.kind.is_multiple() {
            out.push(" IN (SELECT value FROM ");
            idiom::items(out, holder, field);
            out.push(")");
        } else {
            out.push(" = ").column(holder, field.column());
        }
    }

    fn join_items(&self, out: &mut Statement, index: usize, holder: usize, field: &Field) {
        out.push(" LEFT JOIN ");
        idiom::items(out, holder, field);
        out.push(" AS ").alias(index).push(" ON 1");
    }

    fn join_values(&self, out: &mut Statement, index: usize, values: &[Value]) {
        out.push(" LEFT JOIN json_each(").bind(Parameter::Text(values_json(values)));
        out.push(") AS ").alias(index).push(" ON 1");
    }

    fn narrows(&self) -> bool {
        true
    }

    fn define(&self, out: &mut Statement, field: &Field) {
        out.name(&field.name).push(" ");
        if field.name == "id" {
            out.push("TEXT PRIMARY KEY NOT NULL");
            return;
        }
        out.push(match &field.kind {
            FieldKind::Number { .. } => "NUMERIC DEFAULT 0 NOT NULL",
            FieldKind::Bool => "BOOLEAN DEFAULT FALSE NOT NULL",
            // With TEXT in it the type keeps JSON as it was spelled; JSON alone would turn 1.50
            // into a number.
            FieldKind::Json { .. } => "JSON TEXT DEFAULT NULL",
            FieldKind::GeoPoint => "JSON TEXT DEFAULT '{\"lon\":0,\"lat\":0}' NOT NULL",
            kind if kind.is_multiple() => "JSON TEXT DEFAULT '[]' NOT NULL",
            _ => "TEXT DEFAULT '' NOT NULL",
        });
    }

    fn define_rest(&self, _: &mut Statement) {}

    fn wrap(&self, out: &mut Statement, column: &str) {
        out.push("json_array(").name(column).push(")");
    }

    fn unwrap(&self, out: &mut Statement, from: &str, to: &str) {
        out.push(" SET ").name(to).push(" = json_extract(").name(from);
        out.push(", '$[#-1]') WHERE json_valid(").name(from).push(") AND json_array_length(");
        out.name(from).push(") > 0");
    }
}

impl Comparing for Sqlite {
    fn compare(&self, out: &mut Statement, rows: &[Row], left: &Term, op: Op, right: &Term) {
        compare::compare(out, rows, left, op, right);
    }

    fn sort_key(
        &self,
        out: &mut Statement,
        rows: &[Row],
        it: &Term,
        descending: bool,
        from: Option<&dyn Fn(&mut Statement)>,
    ) {
        match from {
            None => term(out, rows, it),
            Some(from) => {
                out.push(if descending { "(SELECT max(" } else { "(SELECT min(" });
                term(out, rows, it);
                out.push(")");
                from(out);
                out.push(")");
            }
        }
        if descending {
            out.push(" DESC");
        }
    }
}

/// Appends the key of a row, or of the table in scope.
fn key(out: &mut Statement, row: Option<usize>, to: &Collection) {
    match row {
        Some(row) => out.column(row, to.key_column()),
        None => out.name(to.key_column()),
    };
}

/// Appends the end of a condition: what stands before (the column of that field, or any term) is
/// one of these texts.
fn among(out: &mut Statement, field: Option<&Field>, texts: &[String]) {
    match texts {
        [text] => out.push(" = ").bind(idiom::key(field, text)),
        _ => {
            out.push(" IN (SELECT value FROM json_each(").bind(idiom::keys(field, texts)).push("))")
        }
    };
}

//! PostgreSQL's phrases.
//!
//! Columns: texts, dates, lists (compact JSON), json (the exact text) and points are
//! `TEXT COLLATE "C"`, which compares by bytes; numbers are doubles, bools booleans. `_rowid_`, an
//! identity column, is the order of insertion. Columns of adopted tables are turned into that form
//! where they are read (`native.rs`).
//!
//! Numbers show as texts of 15 digits: sessions run with `extra_float_digits` 0.

pub(crate) mod columns;
mod date;
pub(crate) mod index;
mod json;
mod native;
mod term;

use std::borrow::Cow;

use purlin_model::plan::{Row, Term};
use purlin_model::schema::{Field, FieldKind};
use purlin_model::{Collection, Value};

use super::dialect::Dialect;
use super::name::{self, Longest};
use super::rows;
use super::statement::{Parameter, Statement, values_json};
use super::typed;

pub(crate) use self::native::canonical;

/// The dialect of PostgreSQL.
pub(crate) const POSTGRES: &dyn Dialect = &Postgres;

/// What makes texts compare by their bytes.
pub(crate) const BYTES: &str = " COLLATE \"C\"";

#[derive(Debug)]
pub(super) struct Postgres;

impl Dialect for Postgres {
    fn quote(&self) -> char {
        '"'
    }

    fn physical<'n>(&self, name: &'n str) -> Cow<'n, str> {
        name::physical(name, Longest::Bytes(63))
    }

    fn placeholder(&self, text: &mut String, number: usize) {
        text.push('$');
        text.push_str(&number.to_string());
    }

    fn table(&self, out: &mut Statement, collection: &Collection) {
        match collection.adopted.as_deref().and_then(|table| table.split_once('.')) {
            Some((schema, table)) => out.name(schema).push(".").name(table),
            None => out.name(collection.table()),
        };
    }

    fn nothing(&self) -> &'static str {
        " FROM (SELECT 1) AS one"
    }

    fn same(&self) -> &'static str {
        " IS NOT DISTINCT FROM "
    }

    fn field(&self, out: &mut Statement, row: usize, field: &Field) {
        native::read(out, row, field);
    }

    fn store(&self, out: &mut Statement, field: &Field, value: &Value) {
        native::write(out, field, value);
    }

    fn holds(&self, out: &mut Statement, field: &Field, value: &Value) {
        native::read(out, 0, field);
        out.push(self.same());
        match (&field.kind, value) {
            (FieldKind::Bool, Value::Bool(flag)) => drop(out.bind(Parameter::Bool(*flag))),
            (FieldKind::Bool | FieldKind::Number { .. }, Value::Null) => drop(out.push("NULL")),
            _ => drop(out.bind(Parameter::stored(value))),
        }
    }

    fn among(&self, out: &mut Statement, rows: &[Row], it: &Term, texts: &[String]) {
        if let Term::Column { row, field } = it
            && let field = rows::field(rows, *row, *field)
            && field.native.is_some()
        {
            return native::among(out, Some(*row), field, texts);
        }
        typed::shown(self, out, rows, it);
        match texts {
            [text] => out.push(" = ").bind_text(text.as_str()),
            _ => out.push(" = ANY(").bind(Parameter::Texts(texts.to_vec())).push(")"),
        };
    }

    fn key_among(&self, out: &mut Statement, row: Option<usize>, to: &Collection, ids: &[String]) {
        native::key_among(out, row, to, ids);
    }

    fn given(&self, out: &mut Statement, field: &Field, value: &Value) {
        self.store(out, field, value);
        if field.native.is_none() {
            out.push("::").push(column_type(&field.kind));
        }
        out.push(" AS ").name(field.column());
    }

    fn refers(
        &self,
        out: &mut Statement,
        holder: usize,
        field: &Field,
        key: usize,
        to: &Collection,
    ) {
        native::refers(out, holder, field, key, to);
    }

    fn join_items(&self, out: &mut Statement, index: usize, holder: usize, field: &Field) {
        out.push(" LEFT JOIN LATERAL ");
        if field.kind.is_multiple() {
            json::items(out, holder, field);
            out.push(" AS ").alias(index).push("(value)");
        } else {
            out.push("(SELECT ");
            self.field(out, holder, field);
            out.push(" AS value WHERE ");
            self.field(out, holder, field);
            out.push(" IS NOT NULL) AS ").alias(index);
        }
        out.push(" ON TRUE");
    }

    fn join_values(&self, out: &mut Statement, index: usize, values: &[Value]) {
        out.push(" LEFT JOIN json_array_elements(");
        // No text in the database holds the character, so that it may as well be another one.
        let json = values_json(values).replace("\\u0000", "\\ufffd");
        out.bind(Parameter::Text(json)).push("::json) AS ").alias(index);
        out.push("(value) ON TRUE");
    }

    fn define(&self, out: &mut Statement, field: &Field) {
        out.name(&field.name).push(" ").push(column_type(&field.kind));
        if field.name == "id" {
            out.push(" PRIMARY KEY");
            return;
        }
        out.push(match &field.kind {
            FieldKind::Json { .. } => "",
            FieldKind::Number { .. } => " DEFAULT 0 NOT NULL",
            FieldKind::Bool => " DEFAULT FALSE NOT NULL",
            FieldKind::GeoPoint => " DEFAULT '{\"lon\":0,\"lat\":0}' NOT NULL",
            kind if kind.is_multiple() => " DEFAULT '[]' NOT NULL",
            _ => " DEFAULT '' NOT NULL",
        });
    }

    fn define_rest(&self, out: &mut Statement) {
        out.push(", _rowid_ BIGINT GENERATED BY DEFAULT AS IDENTITY UNIQUE");
    }

    fn wrap(&self, out: &mut Statement, column: &str) {
        out.push("'[' || to_json(").name(column).push(")::text || ']'");
    }

    fn unwrap(&self, out: &mut Statement, from: &str, to: &str) {
        out.push(" SET ").name(to).push(" = ").name(from).push("::json ->> -1");
        out.push(" WHERE json_array_length(").name(from).push("::json) > 0");
    }
}

/// The type of the column of a field.
pub(crate) fn column_type(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Number { .. } => "DOUBLE PRECISION",
        FieldKind::Bool => "BOOLEAN",
        _ => "TEXT COLLATE \"C\"",
    }
}

//! Terms to expressions.

use purlin_model::plan::{Row, Source, Term};
use purlin_model::schema::FieldKind;

use super::super::dialect::Dialect;
use super::super::rows::field;
use super::super::statement::Statement;
use super::super::typed::{self, Kinds, Typed, Write};
use super::{BYTES, POSTGRES, Postgres, date, json};

/// What `purlin_model::dialect::decimal` takes for a number, as far as a double holds it: so many
/// digits that no cast overflows.
const DECIMAL: &str = "'^[ \\t\\n\\v\\f\\r]*[+-]?([0-9]{1,100}([.][0-9]{0,100})?|[.][0-9]{1,100})\
                       ([eE][+-]?1?[0-9]{1,2})?[ \\t\\n\\v\\f\\r]*$'";

impl Typed for Postgres {
    fn dialect(&self) -> &'static dyn Dialect {
        POSTGRES
    }

    fn number(&self, out: &mut Statement, rows: &[Row], it: &Term) {
        match it {
            Term::Column { row, field: position } => {
                let field = field(rows, *row, *position);
                match field.kind {
                    FieldKind::Bool => {
                        self.field(out, *row, field);
                        out.push("::int::float8");
                    }
                    FieldKind::Json { .. } => json::number(out, &document(rows, it)),
                    _ => self.field(out, *row, field),
                }
            }
            Term::Length { row, field: position } => {
                length(out, rows, *row, *position);
                out.push("::float8");
            }
            Term::Distance(terms) => distance(self, out, rows, terms),
            Term::Path { .. } | Term::Item { .. } => json::number(out, &document(rows, it)),
            Term::Value(_) | Term::Lower(_) | Term::Strftime { .. } | Term::When { .. } => {
                out.push("NULL");
            }
        }
    }

    fn text(&self, out: &mut Statement, rows: &[Row], it: &Term) {
        match it {
            Term::Column { row, field: position } => {
                let field = field(rows, *row, *position);
                if matches!(field.kind, FieldKind::Json { .. }) {
                    json::text(out, &document(rows, it));
                } else {
                    self.field(out, *row, field);
                }
            }
            Term::Item { row } if matches!(rows[*row].source, Source::Items { .. }) => {
                out.push("(").alias(*row).push(".value").push(BYTES).push(")");
            }
            Term::Path { .. } | Term::Item { .. } => json::text(out, &document(rows, it)),
            Term::Strftime { format, time, modifiers } => {
                date::strftime(self, out, rows, format, time.as_deref(), modifiers);
            }
            _ => drop(out.push("NULL")),
        }
    }

    fn spelled(&self, out: &mut Statement, rows: &[Row], it: &Term) {
        match it {
            Term::Column { row, field: position } => {
                let field = field(rows, *row, *position);
                match field.kind {
                    FieldKind::Json { .. } => json::spelled(out, &document(rows, it)),
                    FieldKind::Bool => {
                        out.push("(");
                        self.field(out, *row, field);
                        out.push("::int::text").push(BYTES).push(")");
                    }
                    _ => json::number_text(out, &|out| self.field(out, *row, field)),
                }
            }
            Term::Length { row, field: position } => {
                out.push("(");
                length(out, rows, *row, *position);
                out.push("::text").push(BYTES).push(")");
            }
            Term::Distance(_) => json::general(out, &|out| self.number(out, rows, it)),
            Term::Path { row, field: position, .. }
                if field(rows, *row, *position).kind == FieldKind::GeoPoint =>
            {
                json::number_text(out, &|out| self.number(out, rows, it));
            }
            Term::Path { .. } | Term::Item { .. } => json::spelled(out, &document(rows, it)),
            Term::Value(_) | Term::Lower(_) | Term::Strftime { .. } | Term::When { .. } => {
                out.push("NULL");
            }
        }
    }

    fn decimal(&self, out: &mut Statement, text: Write<'_>) {
        out.push("(CASE WHEN ");
        text(out);
        out.push(" ~ ").push(DECIMAL).push(" THEN (");
        text(out);
        out.push(")::float8 END)");
    }

    fn fold(&self, out: &mut Statement, text: Write<'_>) {
        out.push("translate(");
        text(out);
        out.push(", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')");
    }

    fn around(&self, out: &mut Statement, text: Write<'_>) {
        out.push("'%' || ");
        text(out);
        out.push(" || '%'");
    }

    fn escape(&self) -> &'static str {
        " ESCAPE '\\'"
    }

    fn something(&self) -> &'static str {
        "one.* IS NOT NULL"
    }

    fn direction(&self, out: &mut Statement, key: Write<'_>, descending: bool, nullable: bool) {
        key(out);
        // Where there are no nulls nothing is said of them: an index has them the other way round.
        out.push(match (descending, nullable) {
            (false, false) => "",
            (false, true) => " NULLS FIRST",
            (true, false) => " DESC",
            (true, true) => " DESC NULLS LAST",
        });
    }

    fn is_flag(&self, out: &mut Statement, rows: &[Row], it: &Term, value: bool) -> bool {
        let Term::Column { row, field: position } = it else { return false };
        let field = field(rows, *row, *position);
        if field.kind != FieldKind::Bool {
            return false;
        }
        self.field(out, *row, field);
        out.push(if value { " = TRUE" } else { " = FALSE" });
        true
    }
}

/// The document a term is.
fn document<'d>(rows: &'d [Row], it: &'d Term) -> impl Fn(&mut Statement) + 'd {
    move |out| match it {
        Term::Column { row, field: position } => {
            json::document(out, *row, field(rows, *row, *position));
        }
        Term::Path { row, field: position, steps } => {
            json::member(out, *row, field(rows, *row, *position), steps);
        }
        Term::Item { row } => drop(out.alias(*row).push(".value")),
        _ => drop(out.push("NULL::json")),
    }
}

/// A whole number.
fn length(out: &mut Statement, rows: &[Row], row: usize, position: usize) {
    let field = field(rows, row, position);
    if field.kind.is_multiple() {
        return json::length(out, row, field);
    }
    out.push("(coalesce(");
    Postgres.field(out, row, field);
    out.push(", '') <> '')::int");
}

/// `purlin_model::dialect::distance`, step by step.
fn distance(typed: &dyn Typed, out: &mut Statement, rows: &[Row], terms: &[Term; 4]) {
    out.push("(SELECT 6371.0::float8 * acos(CASE WHEN q.c > 1 THEN 1 WHEN q.c < -1 THEN -1 ELSE q.c END)");
    out.push(" FROM (SELECT cos(radians(p.b)) * cos(radians(p.d)) * cos(radians(p.c - p.a))");
    out.push(" + sin(radians(p.b)) * sin(radians(p.d)) AS c FROM (SELECT ");
    out.list(terms.iter().zip(["a", "b", "c", "d"]), ", ", |out, (it, name)| {
        any_number(typed, out, rows, it);
        out.push("::float8 AS ").push(name);
    });
    out.push(") AS p) AS q)");
}

/// The number a term is or spells.
fn any_number(typed: &dyn Typed, out: &mut Statement, rows: &[Row], it: &Term) {
    let kinds = Kinds::of(rows, it);
    let text: Write<'_> = &|out| typed::text(typed, out, rows, it);
    match (kinds.number, kinds.text) {
        (true, true) => {
            out.push("coalesce(");
            typed::number(typed, out, rows, it);
            out.push(", ");
            typed.decimal(out, text);
            out.push(")");
        }
        (false, true) => typed.decimal(out, text),
        _ => typed::number(typed, out, rows, it),
    }
}

//! Terms to expressions.

use purlin_model::plan::{Row, Source, Term};
use purlin_model::schema::{Field, FieldKind};
use purlin_model::{Collection, Value};

use super::super::condition::test;
use super::super::rows::field;
use super::super::statement::{Parameter, Statement};
use super::idiom;

/// Appends a term as an expression.
pub(super) fn term(out: &mut Statement, rows: &[Row], it: &Term) {
    match it {
        Term::Value(value) => {
            out.bind(Parameter::compared(value));
        }
        Term::Column { row, field: position } => {
            let field = field(rows, *row, *position);
            if matches!(field.kind, FieldKind::Json { .. }) {
                idiom::json_value(out, *row, field);
            } else {
                idiom::compared(out, *row, field);
            }
        }
        Term::Path { row, field: position, steps } => {
            idiom::json_member(out, *row, field(rows, *row, *position), steps);
        }
        Term::Length { row, field: position } => {
            idiom::length(out, *row, field(rows, *row, *position));
        }
        Term::Item { row } => {
            out.alias(*row).push(".value");
        }
        Term::Lower(inner) => {
            out.push("lower(");
            term(out, rows, inner);
            out.push(")");
        }
        Term::Distance(terms) => {
            out.push("purlin_distance(");
            out.list(terms.iter(), ", ", |out, it| term(out, rows, it)).push(")");
        }
        Term::Strftime { format, time, modifiers } => {
            out.push("strftime(").bind_text(format.as_str());
            if let Some(time) = time {
                out.push(", ");
                term(out, rows, time);
            } else if !modifiers.is_empty() {
                out.push(", 'now'");
            }
            for modifier in modifiers {
                out.push(", ").bind_text(modifier.as_str());
            }
            out.push(")");
        }
        // Unlike a CASE, a subquery compares as the column it answers does.
        Term::When { test: it, term: inner } => {
            out.push("(SELECT ");
            term(out, rows, inner);
            out.push(" WHERE ");
            test(out, rows, it);
            out.push(")");
        }
    }
}

/// Whether a term is compared without regard for empty text, as a JSON value is (2.6).
pub(super) fn is_json(rows: &[Row], term: &Term) -> bool {
    match term {
        Term::Column { row, field: position } => {
            matches!(field(rows, *row, *position).kind, FieldKind::Json { .. })
        }
        Term::Path { .. } | Term::Distance(_) => true,
        Term::Lower(inner) | Term::When { term: inner, .. } => is_json(rows, inner),
        _ => false,
    }
}

/// The field of a term that is a column of numbers behind a field of texts.
pub(super) fn numbered<'r>(rows: &'r [Row], term: &Term) -> Option<(usize, &'r Field)> {
    match term {
        Term::Column { row, field: position } => {
            let field = field(rows, *row, *position);
            idiom::is_numbered(field).then_some((*row, field))
        }
        _ => None,
    }
}

/// Whether a term is the empty text or null as a bound value.
pub(super) fn is_empty(term: &Term) -> bool {
    match term {
        Term::Value(Value::Null) => true,
        Term::Value(Value::Text(text)) => text.is_empty(),
        _ => false,
    }
}

/// Whether a term is a bound value that is neither empty text nor null.
pub(super) fn is_filled(term: &Term) -> bool {
    matches!(term, Term::Value(_)) && !is_empty(term)
}

/// Whether a term cannot be null: a column of the stored base record declared so.
pub(super) fn never_null(rows: &[Row], term: &Term) -> bool {
    match term {
        Term::Column { row: 0, field: position } => {
            matches!(rows[0].source, Source::Base)
                && rows[0].collection.as_deref().is_some_and(Collection::is_own_table)
                && !matches!(field(rows, 0, *position).kind, FieldKind::Json { .. })
        }
        _ => false,
    }
}

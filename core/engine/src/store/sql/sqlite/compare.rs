//! Comparisons. Most of what they mean is what SQLite does with them anyway.

use purlin_model::plan::{Row, Term};
use purlin_model::query::Op;
use purlin_model::{Json, Value};

use super::super::statement::{Parameter, Statement};
use super::idiom;
use super::term::{is_empty, is_filled, is_json, never_null, numbered, term};

/// Appends one comparison in parentheses.
pub(super) fn compare(out: &mut Statement, rows: &[Row], left: &Term, op: Op, right: &Term) {
    out.push("(");
    match op {
        Op::Equal => equal(out, rows, left, right),
        Op::NotEqual => not_equal(out, rows, left, right),
        Op::Like => like(out, rows, left, " LIKE ", right),
        Op::NotLike => like(out, rows, left, " NOT LIKE ", right),
        Op::Less => both(out, rows, left, " < ", right),
        Op::LessEqual => both(out, rows, left, " <= ", right),
        Op::Greater => both(out, rows, left, " > ", right),
        Op::GreaterEqual => both(out, rows, left, " >= ", right),
    }
    out.push(")");
}

fn both(out: &mut Statement, rows: &[Row], left: &Term, between: &str, right: &Term) {
    term(out, rows, left);
    out.push(between);
    term(out, rows, right);
}

/// http-api.md 2.6: empty text and null are one, except for JSON values.
fn equal(out: &mut Statement, rows: &[Row], left: &Term, right: &Term) {
    if is_json(rows, left) || is_json(rows, right) {
        both(out, rows, left, " IS ", right);
    } else if is_empty(left) && is_empty(right) {
        out.push("1");
    } else if let (Some((row, field)), Term::Value(Value::Text(text))) =
        (numbered(rows, left), right)
        && !text.is_empty()
    {
        // Compared as numbers the column's index serves.
        out.column(row, field.column()).push(" = ").bind(idiom::key(Some(field), text));
    } else if is_filled(left) || is_filled(right) {
        both(out, rows, left, " = ", right);
    } else if is_empty(left) || is_empty(right) {
        let other = if is_empty(left) { right } else { left };
        term(out, rows, other);
        out.push(" = ''");
        if !never_null(rows, other) {
            out.push(" OR ");
            term(out, rows, other);
            out.push(" IS NULL");
        }
    } else {
        coalesced(out, rows, left, " = ", right);
    }
}

fn not_equal(out: &mut Statement, rows: &[Row], left: &Term, right: &Term) {
    if is_json(rows, left) || is_json(rows, right) {
        both(out, rows, left, " IS NOT ", right);
    } else if is_empty(left) && is_empty(right) {
        out.push("0");
    } else if is_filled(left) || is_filled(right) {
        both(out, rows, left, " IS NOT ", right);
    } else if is_empty(left) || is_empty(right) {
        let other = if is_empty(left) { right } else { left };
        term(out, rows, other);
        out.push(" <> ''");
        // Where all rows must pass, a null one has to fail, not to stay unknown.
        if !never_null(rows, other) {
            out.push(" AND ");
            term(out, rows, other);
            out.push(" IS NOT NULL");
        }
    } else {
        coalesced(out, rows, left, " IS NOT ", right);
    }
}

fn coalesced(out: &mut Statement, rows: &[Row], left: &Term, between: &str, right: &Term) {
    // A number does not equal its text: without coalesce, columns would convert each other.
    let alike = left.affinity(rows) == right.affinity(rows);
    if alike && never_null(rows, left) && never_null(rows, right) {
        return both(out, rows, left, between, right);
    }
    out.push("coalesce(");
    term(out, rows, left);
    out.push(", '')").push(between).push("coalesce(");
    term(out, rows, right);
    out.push(", '')");
}

fn like(out: &mut Statement, rows: &[Row], left: &Term, between: &str, right: &Term) {
    term(out, rows, left);
    out.push(between);
    match right {
        Term::Value(Value::Null) => out.push("NULL"),
        Term::Value(Value::Text(pattern)) => out.bind_text(pattern.as_str()),
        Term::Value(value) => out.bind_text(pattern_of(value)),
        right => {
            out.push("('%' || ");
            term(out, rows, right);
            out.push(" || '%')")
        }
    };
    out.push(" ESCAPE '\\'");
}

/// Contains the text of a bound value that is no text.
fn pattern_of(value: &Value) -> String {
    let text = match Parameter::compared(value) {
        Parameter::Null | Parameter::Bool(_) | Parameter::Texts(_) => String::new(),
        Parameter::Integer(number) => number.to_string(),
        Parameter::Real(number) => Json::Number(number).to_text(),
        Parameter::Text(text) | Parameter::Label(text) => {
            text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
        }
    };
    format!("%{text}%")
}

//! Conditions to WHERE clauses.

use purlin_model::plan::{Condition, Row, RowSet, Term, Test};
use purlin_model::query::Op;
use purlin_model::{Json, Value};

use super::rows;
use super::statement::{Parameter, Statement, texts_json};
use super::term::{is_empty, is_filled, is_json, never_null, term};

/// Longer lists of tests are split in halves: SQLite limits how deep an expression nests.
const FLAT: usize = 32;

/// Appends ` WHERE …` for a condition whose single rows are joined beside the base. Many rows join
/// in a subquery for each record, so that records never double and keep their order and index.
pub(super) fn filter(out: &mut Statement, condition: &Condition) {
    if condition.test != Test::Constant(true) {
        out.push(" WHERE ");
        holds(out, condition);
    }
}

/// Appends an expression that is true iff the condition holds for the base row in scope; the
/// condition's single rows are in scope too.
fn holds(out: &mut Statement, condition: &Condition) {
    let rows = &condition.rows;
    let parts = match &condition.test {
        Test::All(tests) => tests.as_slice(),
        test => std::slice::from_ref(test),
    };
    // What names no many row does not depend on which is chosen.
    let (many, plain): (Vec<&Test>, Vec<&Test>) =
        parts.iter().partition(|test| RowSet::of_test(rows, test).any_many(rows));
    group(out, rows, &plain, " AND ");
    if many.is_empty() {
        return;
    }
    if !plain.is_empty() {
        out.push(" AND ");
    }
    let mut used = RowSet::none(rows);
    many.iter().for_each(|test| used.add_test(test));
    let used = used.with_origins(rows);
    out.push("EXISTS (SELECT 1");
    rows::from_nothing(out, rows, used.joined_by(rows, true));
    out.push(" WHERE ");
    group(out, rows, &many, " AND ");
    out.push(")");
}

/// Appends an expression that is true iff the condition holds for the base row in scope, joining
/// all its rows itself.
pub(super) fn mask(out: &mut Statement, condition: &Condition) {
    let rows = &condition.rows;
    let used = RowSet::of_test(rows, &condition.test).with_origins(rows);
    if used.joined_by(rows, false).next().is_some() {
        out.push("EXISTS (SELECT 1");
        rows::from_nothing(out, rows, used.joined_by(rows, false));
        out.push(" WHERE ");
        holds(out, condition);
        out.push(")");
    } else {
        out.push("(");
        holds(out, condition);
        out.push(") IS TRUE");
    }
}

fn group(out: &mut Statement, rows: &[Row], tests: &[&Test], separator: &str) {
    if tests.len() > FLAT {
        let (left, right) = tests.split_at(tests.len() / 2);
        out.push("(");
        group(out, rows, left, separator);
        out.push(")").push(separator).push("(");
        group(out, rows, right, separator);
        out.push(")");
    } else {
        out.list(tests, separator, |out, it| test(out, rows, it));
    }
}

fn test(out: &mut Statement, rows: &[Row], it: &Test) {
    match it {
        Test::Constant(truth) => {
            out.push(if *truth { "1" } else { "0" });
        }
        Test::All(tests) | Test::Any(tests) => {
            let separator = if matches!(it, Test::All(_)) { " AND " } else { " OR " };
            out.push("(");
            group(out, rows, &tests.iter().collect::<Vec<_>>(), separator);
            out.push(")");
        }
        Test::Not(inner) => {
            out.push("(");
            test(out, rows, inner);
            out.push(") IS NOT TRUE");
        }
        Test::In { term: it, texts } => {
            term(out, rows, it);
            match texts.as_slice() {
                [text] => out.push(" = ").bind(Parameter::Text(text.clone())),
                _ => out
                    .push(" IN (SELECT value FROM json_each(")
                    .bind(Parameter::Text(texts_json(texts)))
                    .push("))"),
            };
        }
        Test::Compare { left, op, right, every } => {
            let mut named = RowSet::none(rows);
            named.add_term(left);
            named.add_term(right);
            if !*every || !named.any_many(rows) {
                return compare(out, rows, left, *op, right);
            }
            // Besides the rows chosen, no others may fail; they hide the chosen ones by alias.
            out.push("(");
            compare(out, rows, left, *op, right);
            out.push(" AND NOT EXISTS (SELECT 1");
            rows::from_nothing(out, rows, named.with_origins(rows).joined_by(rows, true));
            out.push(" WHERE NOT ");
            compare(out, rows, left, *op, right);
            out.push("))");
        }
    }
}

/// Appends one comparison in parentheses.
fn compare(out: &mut Statement, rows: &[Row], left: &Term, op: Op, right: &Term) {
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
        Parameter::Null => String::new(),
        Parameter::Integer(number) => number.to_string(),
        Parameter::Real(number) => Json::Number(number).to_text(),
        Parameter::Text(text) => text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"),
    };
    format!("%{text}%")
}

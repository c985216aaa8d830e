//! Conditions to WHERE clauses.

use purlin_model::plan::{Condition, Row, RowSet, Test};

use super::rows;
use super::statement::Statement;

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
pub(super) fn holds(out: &mut Statement, condition: &Condition) {
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
    many.iter().for_each(|test| used.add_test(rows, test));
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

/// Appends one test; the rows it leaves free are in scope.
pub(super) fn test(out: &mut Statement, rows: &[Row], it: &Test) {
    match it {
        Test::Constant(truth) => {
            out.push(out.dialect.truth(*truth));
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
        Test::Some { rows: listed, test: inner } => {
            // They hide the rows chosen outside by alias.
            out.push("EXISTS (SELECT 1");
            rows::from_nothing(out, rows, RowSet::fresh(rows, listed, inner).joined());
            out.push(" WHERE ");
            test(out, rows, inner);
            out.push(")");
        }
        Test::In { term, texts } => out.dialect.among(out, rows, term, texts),
        Test::Compare { left, op, right, every } => {
            let mut named = RowSet::none(rows);
            named.add_term(rows, left);
            named.add_term(rows, right);
            if !*every || !named.any_many(rows) {
                return out.dialect.compare(out, rows, left, *op, right);
            }
            // Besides the rows chosen, no others may fail; they hide the chosen ones by alias.
            out.push("(");
            out.dialect.compare(out, rows, left, *op, right);
            out.push(" AND NOT EXISTS (SELECT 1");
            rows::from_nothing(out, rows, named.with_origins(rows).joined_by(rows, true));
            out.push(" WHERE NOT ");
            out.dialect.compare(out, rows, left, *op, right);
            out.push("))");
        }
    }
}

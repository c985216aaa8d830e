//! Comparisons in databases whose types are static: what PostgreSQL and MySQL have in common.
//!
//! A term is a number, a text or null; which it may be is known when the statement is written
//! ([`Kinds`]). Where it may be either (scalars of JSON, submitted values, texts opposite number
//! columns), it is written as two expressions, of which at most one is not null: its number and its
//! text. Every comparison is spelled out over those, with the conversions that
//! `purlin_model::plan::compare` describes. What the database itself would convert never shows.

mod compare;
mod index_condition;
mod kinds;
mod side;
mod sort;

use std::fmt;

use purlin_model::plan::{Row, Term, Test};
use purlin_model::query::Op;

use super::condition;
use super::dialect::{Comparing, Dialect};
use super::statement::{Parameter, Statement};

pub(crate) use self::index_condition::{Literal, Part, index_condition};
pub(crate) use self::kinds::Kinds;
use self::side::Scalar;

/// Appends an expression; called again wherever the expression is needed once more.
pub(crate) type Write<'w> = &'w dyn Fn(&mut Statement);

/// The phrases of a statically typed database. Every text expression compares by its bytes.
pub(crate) trait Typed: fmt::Debug + Send + Sync {
    /// The same dialect, as statements know it.
    fn dialect(&self) -> &'static dyn Dialect;

    /// Appends the number of a term over rows: a double, null where the term is null or a text.
    /// Never asked of bound values, `Lower`, `When`, and terms that cannot be numbers.
    fn number(&self, out: &mut Statement, rows: &[Row], it: &Term);

    /// Appends the text of a term over rows: null where the term is null or a number. Never asked
    /// of bound values, `Lower`, `When`, and terms that cannot be texts.
    fn text(&self, out: &mut Statement, rows: &[Row], it: &Term);

    /// Appends the text that the number of a term shows as (`10`, in JSON `10.0` where it is
    /// written so); null where the term is no number. Asked of what `number` is asked of.
    fn spelled(&self, out: &mut Statement, rows: &[Row], it: &Term);

    /// Appends the number a text spells as `purlin_model::dialect::decimal` reads it; null where it
    /// spells none.
    fn decimal(&self, out: &mut Statement, text: Write<'_>);

    /// Appends a text with ASCII letters in lower case.
    fn fold(&self, out: &mut Statement, text: Write<'_>);

    /// Appends the pattern that finds a text: itself between two `%`.
    fn around(&self, out: &mut Statement, text: Write<'_>);

    /// ` ESCAPE` the backslash.
    fn escape(&self) -> &'static str;

    /// A condition that is true and names what [`Dialect::nothing`] selects from.
    fn something(&self) -> &'static str;

    /// Appends the end of a sort key: ` ASC` or ` DESC`, nulls smallest if the key may be null.
    fn direction(&self, out: &mut Statement, key: Write<'_>, descending: bool, nullable: bool);

    /// Appends the condition that the bool column a term is has this value, where the term is one
    /// and the database compares it better so than as a number; false where it does not.
    fn is_flag(&self, out: &mut Statement, rows: &[Row], it: &Term, value: bool) -> bool {
        let _ = (out, rows, it, value);
        false
    }

    /// Where a comparison holds only if a column equals a text by the column's own rules, which an
    /// index of it knows and the comparison spelled out does not: the row, the column, the text.
    fn by_index<'t>(
        &self,
        rows: &'t [Row],
        left: &Term,
        op: Op,
        right: &'t Term,
    ) -> Option<(usize, &'t str, &'t str)> {
        let _ = (rows, left, op, right);
        None
    }
}

impl<T: Typed> Comparing for T {
    fn compare(&self, out: &mut Statement, rows: &[Row], left: &Term, op: Op, right: &Term) {
        let Some((row, column, text)) = self.by_index(rows, left, op, right) else {
            return compare::compare(self, out, rows, left, op, right);
        };
        out.push("(").column(row, column).push(" = ").bind_text(text).push(" AND ");
        compare::compare(self, out, rows, left, op, right);
        out.push(")");
    }

    fn sort_key(
        &self,
        out: &mut Statement,
        rows: &[Row],
        it: &Term,
        descending: bool,
        from: Option<&dyn Fn(&mut Statement)>,
    ) {
        sort::sort_key(self, out, rows, it, descending, from);
    }
}

/// Appends the number of any term that may be one.
pub(crate) fn number(typed: &dyn Typed, out: &mut Statement, rows: &[Row], it: &Term) {
    match it {
        Term::Value(value) => match Scalar::of(value) {
            Scalar::Number(number) => drop(out.bind(Parameter::Real(number))),
            _ => drop(out.push("NULL")),
        },
        it if !Kinds::of(rows, it).number => drop(out.push("NULL")),
        Term::When { test, term } => when(out, rows, test, &|out| number(typed, out, rows, term)),
        it => typed.number(out, rows, it),
    }
}

/// Appends the text of any term that may be one.
pub(crate) fn text(typed: &dyn Typed, out: &mut Statement, rows: &[Row], it: &Term) {
    match it {
        Term::Value(value) => match Scalar::of(value) {
            Scalar::Text(text) => drop(out.bind_text(text)),
            _ => drop(out.push("NULL")),
        },
        Term::Lower(inner) => typed.fold(out, &|out| shown(typed, out, rows, inner)),
        it if !Kinds::of(rows, it).text => drop(out.push("NULL")),
        Term::When { test, term } => when(out, rows, test, &|out| text(typed, out, rows, term)),
        it => typed.text(out, rows, it),
    }
}

/// Appends the text that any term shows as, be it a number or a text.
pub(crate) fn shown(typed: &dyn Typed, out: &mut Statement, rows: &[Row], it: &Term) {
    if let Term::Value(value) = it {
        match purlin_model::plan::rendering::text(value) {
            Some(text) => drop(out.bind_text(text)),
            None => drop(out.push("NULL")),
        }
        return;
    }
    if let Term::When { test, term } = it {
        return when(out, rows, test, &|out| shown(typed, out, rows, term));
    }
    let kinds = Kinds::of(rows, it);
    match (kinds.number, kinds.text) {
        (true, true) => {
            out.push("coalesce(");
            text(typed, out, rows, it);
            out.push(", ");
            typed.spelled(out, rows, it);
            out.push(")");
        }
        (true, false) => typed.spelled(out, rows, it),
        _ => text(typed, out, rows, it),
    }
}

/// Appends an expression where a test is true, null elsewhere.
fn when(out: &mut Statement, rows: &[Row], test: &Test, then: Write<'_>) {
    out.push("CASE WHEN ");
    condition::test(out, rows, test);
    out.push(" THEN ");
    then(out);
    out.push(" END");
}

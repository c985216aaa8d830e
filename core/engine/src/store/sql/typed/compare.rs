//! One comparison, written out by what its sides may be.

use purlin_model::dialect;
use purlin_model::plan::{Affinity, Row, Term, rendering};
use purlin_model::query::Op;

use super::super::statement::Statement;
use super::Typed;
use super::side::{Scalar, Side};

pub(super) fn compare(
    typed: &dyn Typed,
    out: &mut Statement,
    rows: &[Row],
    left: &Term,
    op: Op,
    right: &Term,
) {
    out.push("(");
    match op {
        Op::Like => like(typed, out, rows, left, right, false),
        Op::NotLike => like(typed, out, rows, left, right, true),
        Op::Equal | Op::NotEqual => {
            let strict = [left, right].iter().any(|it| it.affinity(rows) == Affinity::Json);
            // Two terms that are not bound are converted only where one is JSON.
            let convert = strict || left.is_bound() || right.is_bound();
            let side = |it, opposite| match convert {
                true => Side::new(typed, rows, it, opposite),
                false => Side::plain(typed, rows, it),
            };
            let (left, right) = (side(left, right), side(right, left));
            equality(out, &left, &right, strict, op == Op::NotEqual);
        }
        Op::Less | Op::LessEqual | Op::Greater | Op::GreaterEqual => {
            let left_side = Side::new(typed, rows, left, right);
            let right_side = Side::new(typed, rows, right, left);
            by_kind(out, &left_side, op, &right_side);
        }
    }
    out.push(")");
}

/// http-api.md 2.6: empty text and null are one, except for JSON values; `!=` is never unknown.
fn equality(out: &mut Statement, left: &Side<'_>, right: &Side<'_>, strict: bool, not: bool) {
    if strict {
        return negated(out, not, |out| same(out, left, right, false));
    }
    if left.empty || right.empty {
        let other = if left.empty { right } else { left };
        return negated(out, not, |out| is_empty(out, other));
    }
    if !left.is_bound() && !right.is_bound() {
        return negated(out, not, |out| same(out, left, right, true));
    }
    if flag(out, left, right, not) || flag(out, right, left, not) {
        return;
    }
    if !not {
        return by_kind(out, left, Op::Equal, right);
    }
    let alike = left.kinds.number == right.kinds.number && left.kinds.text == right.kinds.text;
    if alike && !left.kinds.is_either() {
        out.push("NOT (");
        left.of_kind(left.kinds.number, out);
        out.push(out.dialect.same());
        right.of_kind(left.kinds.number, out);
        out.push(")");
    } else {
        out.push("(");
        by_kind(out, left, Op::Equal, right);
        out.push(") IS NOT TRUE");
    }
}

/// A bool column against a bound 1 or 0.
fn flag(out: &mut Statement, column: &Side<'_>, value: &Side<'_>, not: bool) -> bool {
    let Some(Scalar::Number(number)) = value.value else { return false };
    let Some(truth) = [0.0, 1.0].iter().position(|it| *it == number).map(|it| it == 1) else {
        return false;
    };
    let (text, bound) = (out.text.len(), out.parameters.len());
    if not {
        out.push("(");
    }
    if !column.is_flag(out, truth) {
        out.text.truncate(text);
        out.parameters.truncate(bound);
        return false;
    }
    if not {
        out.push(") IS NOT TRUE");
    }
    true
}

fn negated(out: &mut Statement, not: bool, write: impl FnOnce(&mut Statement)) {
    if not {
        out.push("NOT (");
    }
    write(out);
    if not {
        out.push(")");
    }
}

/// Both are the same value; null is null (or, if `loose`, the empty text). Never unknown.
fn same(out: &mut Statement, left: &Side<'_>, right: &Side<'_>, loose: bool) {
    let (a, b) = (left.kinds, right.kinds);
    // What is bound to one kind decides alone: no other value has anything in that kind.
    let decided = |side: &Side<'_>| side.is_bound() && !side.kinds.null;
    if !loose && (decided(left) || decided(right)) {
        let number = if decided(left) { a.number } else { b.number };
        let both = if number { a.number && b.number } else { a.text && b.text };
        return match both {
            true => plainly(out, left, right, number),
            false => drop(out.push(out.dialect.truth(false))),
        };
    }
    let mut parts = 0;
    for number in [true, false] {
        let has = |side: &Side<'_>| if number { side.kinds.number } else { side.kinds.text };
        let both = has(left) && has(right);
        if !has(left) && !has(right) {
            continue;
        }
        if parts > 0 {
            out.push(" AND ");
        }
        parts += 1;
        let only = if has(left) { left } else { right };
        match (both, loose && !number) {
            (true, false) => plainly(out, left, right, number),
            (true, true) if !left.may_lack() && !right.may_lack() => {
                plainly(out, left, right, number);
            }
            (true, true) => {
                or_empty(out, left);
                out.push(" = ");
                or_empty(out, right);
            }
            (false, true) => {
                or_empty(out, only);
                out.push(" = ''");
            }
            (false, false) => {
                only.of_kind(number, out);
                out.push(" IS NULL");
            }
        }
    }
    if parts == 0 {
        out.push(out.dialect.truth(true));
    }
}

fn or_empty(out: &mut Statement, side: &Side<'_>) {
    out.push("coalesce(");
    side.text(out);
    out.push(", '')");
}

/// The expressions of one kind are the same, null included where it may be.
fn plainly(out: &mut Statement, left: &Side<'_>, right: &Side<'_>, number: bool) {
    left.of_kind(number, out);
    let null = left.may_lack() || right.may_lack();
    out.push(if null { out.dialect.same() } else { " = " });
    right.of_kind(number, out);
}

/// Null or the empty text. Never unknown.
fn is_empty(out: &mut Statement, side: &Side<'_>) {
    match &side.value {
        Some(_) => {
            out.push(out.dialect.truth(side.empty));
            return;
        }
        None if !side.kinds.text && !side.kinds.null => {
            out.push(out.dialect.truth(false));
            return;
        }
        None => {}
    }
    if side.kinds.number {
        side.number(out);
        out.push(" IS NULL");
    }
    if side.kinds.text {
        if side.kinds.number {
            out.push(" AND (");
        }
        side.text(out);
        out.push(" = ''");
        if side.may_lack() {
            out.push(" OR ");
            side.text(out);
            out.push(" IS NULL");
        }
        if side.kinds.number {
            out.push(")");
        }
    }
}

/// Compares what both have of one kind; numbers are less than texts, null makes it unknown.
fn by_kind(out: &mut Statement, left: &Side<'_>, op: Op, right: &Side<'_>) {
    let kinds = |side: &Side<'_>| {
        [true, false]
            .into_iter()
            .filter(|number| match number {
                true => side.kinds.number,
                false => side.kinds.text,
            })
            .collect::<Vec<_>>()
    };
    let (of_left, of_right) = (kinds(left), kinds(right));
    if let ([a], [b]) = (of_left.as_slice(), of_right.as_slice())
        && a == b
    {
        left.of_kind(*a, out);
        out.push(symbol(op));
        return right.of_kind(*a, out);
    }
    let pairs: Vec<_> = of_left.iter().flat_map(|a| of_right.iter().map(|b| (*a, *b))).collect();
    if pairs.is_empty() {
        out.push("NULL");
        return;
    }
    out.push("CASE");
    for (a, b) in pairs {
        out.push(" WHEN ");
        let mut conditions = 0;
        for (side, number) in [(left, a), (right, b)] {
            if !side.is_bound() && side.may_lack() {
                out.push(if conditions > 0 { " AND " } else { "" });
                side.of_kind(number, out);
                out.push(" IS NOT NULL");
                conditions += 1;
            }
        }
        if conditions == 0 {
            out.push(out.dialect.truth(true));
        }
        out.push(" THEN ");
        if a == b {
            left.of_kind(a, out);
            out.push(symbol(op));
            right.of_kind(b, out);
        } else {
            let less = a && !b;
            let holds = match op {
                Op::Less | Op::LessEqual => less,
                Op::Greater | Op::GreaterEqual => !less,
                _ => false,
            };
            out.push(out.dialect.truth(holds));
        }
    }
    out.push(" END");
}

fn symbol(op: Op) -> &'static str {
    match op {
        Op::Less => " < ",
        Op::LessEqual => " <= ",
        Op::Greater => " > ",
        Op::GreaterEqual => " >= ",
        _ => " = ",
    }
}

fn like(
    typed: &dyn Typed,
    out: &mut Statement,
    rows: &[Row],
    left: &Term,
    right: &Term,
    not: bool,
) {
    let (left, right_side) = (Side::plain(typed, rows, left), Side::plain(typed, rows, right));
    let between = if not { " NOT LIKE " } else { " LIKE " };
    let fold_left = |out: &mut Statement| typed.fold(out, &|out| left.shown(out));
    if !right.is_bound() {
        fold_left(out);
        out.push(between);
        typed.fold(out, &|out| right_side.around(out));
        out.push(typed.escape());
        return;
    }
    let pattern = match right {
        Term::Value(value) => rendering::text(value),
        _ => None,
    };
    let Some(pattern) = pattern else {
        out.push("NULL");
        return;
    };
    if ends_in_escape(&pattern) {
        // Matches nothing, where databases raise an error.
        out.push("CASE WHEN ");
        left.shown(out);
        let truth = out.dialect.truth(not);
        out.push(" IS NOT NULL THEN ").push(truth).push(" END");
        return;
    }
    fold_left(out);
    out.push(between).bind_text(dialect::lower(&pattern)).push(typed.escape());
}

/// Whether a pattern ends in a backslash that escapes nothing.
fn ends_in_escape(pattern: &str) -> bool {
    pattern.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1
}

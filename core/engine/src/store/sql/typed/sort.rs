//! Sort keys: nulls smallest, then numbers, then texts by their bytes.

use purlin_model::plan::{Row, Term};

use super::super::statement::Statement;
use super::Typed;
use super::kinds::Kinds;

pub(super) fn sort_key(
    typed: &dyn Typed,
    out: &mut Statement,
    rows: &[Row],
    it: &Term,
    descending: bool,
    from: Option<&dyn Fn(&mut Statement)>,
) {
    let kinds = Kinds::of(rows, it);
    // The number or text of the term; of many rows the smallest or largest.
    let key = |number: bool, out: &mut Statement| {
        let one = |out: &mut Statement| match number {
            true => super::number(typed, out, rows, it),
            false => super::text(typed, out, rows, it),
        };
        let Some(from) = from else { return one(out) };
        out.push(if descending { "(SELECT max(" } else { "(SELECT min(" });
        if is_guarded(it) {
            // What is left of the tests may name the base alone: the aggregate would be the base's.
            out.push("CASE WHEN ").push(typed.something()).push(" THEN ");
            one(out);
            out.push(" END");
        } else {
            one(out);
        }
        out.push(")");
        from(out);
        out.push(")");
    };
    if !kinds.is_either() {
        let nullable = kinds.null || from.is_some();
        return typed.direction(out, &|out| key(kinds.number, out), descending, nullable);
    }
    // Of many rows ascending a number counts before any text, descending a text before any number.
    let first = !descending;
    let rank = |out: &mut Statement| {
        let ranks = if first { ["1", "2"] } else { ["2", "1"] };
        for (number, rank) in [(first, ranks[0]), (!first, ranks[1])] {
            out.push(if number == first { "CASE WHEN " } else { " WHEN " });
            key(number, out);
            out.push(" IS NOT NULL THEN ").push(rank);
        }
        out.push(" ELSE 0 END");
    };
    typed.direction(out, &rank, descending, false);
    out.push(", ");
    typed.direction(out, &|out| key(first, out), descending, true);
    out.push(", ");
    let second = |out: &mut Statement| {
        out.push("CASE WHEN ");
        key(first, out);
        out.push(" IS NULL THEN ");
        key(!first, out);
        out.push(" END");
    };
    typed.direction(out, &second, descending, true);
}

/// Whether a test decides for a term or a part of it.
fn is_guarded(it: &Term) -> bool {
    match it {
        Term::When { .. } => true,
        Term::Lower(inner) => is_guarded(inner),
        Term::Distance(terms) => terms.iter().any(is_guarded),
        Term::Strftime { time, .. } => time.as_deref().is_some_and(is_guarded),
        _ => false,
    }
}

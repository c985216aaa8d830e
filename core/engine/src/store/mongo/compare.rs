//! Comparisons as expressions: `purlin_model::plan::compare`, branch by branch.

use mongodb::bson::{Bson, doc};
use purlin_model::plan::compare::Affinity;
use purlin_model::query::Op;
use purlin_model::{Value, dialect};

use super::expr::{all, is_null, literal, not, op, or, two, with};
use super::operand::{Holds, Operand};
use super::pattern;

/// An expression that says whether a comparison is true, or (`wanted` is false) whether it is
/// false. Where it is unknown, it is neither.
pub(super) fn compare(left: &Operand, by: Op, right: &Operand, wanted: bool) -> Bson {
    match by {
        Op::Equal => equal(left, right, wanted),
        Op::NotEqual if wanted => not(equal(left, right, true)),
        Op::NotEqual => equal(left, right, true),
        Op::Like => like(left, right, wanted),
        Op::NotLike => like(left, right, !wanted),
        Op::Less => order("$lt", "$gte", left, right, wanted),
        Op::LessEqual => order("$lte", "$gt", left, right, wanted),
        Op::Greater => order("$gt", "$lte", left, right, wanted),
        Op::GreaterEqual => order("$gte", "$lt", left, right, wanted),
    }
}

fn equal(left: &Operand, right: &Operand, wanted: bool) -> Bson {
    if left.affinity == Affinity::Json || right.affinity == Affinity::Json {
        let (a, b) = convert(left, right);
        return truth(two("$eq", a.settled(), b.settled()), wanted);
    }
    match (left.is_bound_empty(), right.is_bound_empty()) {
        (true, _) => truth(empty(right), wanted),
        (_, true) => truth(empty(left), wanted),
        _ if left.bound.is_some() || right.bound.is_some() => {
            let (a, b) = convert(left, right);
            if wanted {
                return two("$eq", a.settled(), b.settled());
            }
            known(&a, &b, |a, b| two("$ne", a, b))
        }
        _ => truth(two("$eq", filled(left), filled(right)), wanted),
    }
}

fn truth(test: Bson, wanted: bool) -> Bson {
    if wanted { test } else { not(test) }
}

/// Null as the empty text.
fn filled(side: &Operand) -> Bson {
    if side.nullable { or(side.value.clone(), "") } else { side.value.clone() }
}

/// Whether a side is null or the empty text.
fn empty(side: &Operand) -> Bson {
    match &side.bound {
        Some(_) => Bson::Boolean(side.is_bound_empty()),
        None if side.holds == Holds::Numbers && !side.nullable => Bson::Boolean(false),
        None => two("$eq", filled(side), ""),
    }
}

/// A test of two values that holds only where neither is null.
fn known(a: &Operand, b: &Operand, test: impl FnOnce(Bson, Bson) -> Bson) -> Bson {
    with(a.settled(), "a", |left| {
        with(b.settled(), "b", |right| {
            let there = |side: &Operand, value: &Bson| match side.nullable {
                true => not(is_null(value.clone())),
                false => Bson::Boolean(true),
            };
            all([there(a, &left), there(b, &right), test(left, right)])
        })
    })
}

fn order(holds: &str, fails: &str, left: &Operand, right: &Operand, wanted: bool) -> Bson {
    let (a, b) = convert(left, right);
    if [&a, &b].iter().any(|side| side.bound == Some(Value::Null)) {
        return Bson::Boolean(false);
    }
    known(&a, &b, |a, b| two(if wanted { holds } else { fails }, a, b))
}

fn like(left: &Operand, right: &Operand, wanted: bool) -> Bson {
    let text = left.to_text();
    let decide = |test: Bson| if wanted { test } else { not(test) };
    match &right.bound {
        Some(Value::Null) => Bson::Boolean(false),
        Some(_) => {
            let wanted = right.text_of_bound();
            if let Some(text) = text.bound_text() {
                return decide(Bson::Boolean(dialect::like(&text, &wanted)));
            }
            match pattern::of_bound(&wanted) {
                // No text matches.
                None => known(&text, right, |_, _| decide(Bson::Boolean(false))),
                Some(regex) => known(&text, right, |text, _| {
                    let input = op("$toLower", text);
                    decide(op("$regexMatch", doc! { "input": input, "regex": regex }))
                }),
            }
        }
        None => {
            let wanted = right.to_text();
            known(&text, &wanted, |text, wanted| decide(pattern::contains(text, wanted)))
        }
    }
}

/// Both sides after conversion by what is opposite.
fn convert(left: &Operand, right: &Operand) -> (Operand, Operand) {
    match (left.affinity, right.affinity) {
        (Affinity::Number, Affinity::Number) | (Affinity::Text, Affinity::Text) => {
            (left.clone(), right.clone())
        }
        (Affinity::Number, _) => (left.clone(), right.to_number()),
        (_, Affinity::Number) => (left.to_number(), right.clone()),
        (Affinity::Text, _) => (left.clone(), right.to_text()),
        (_, Affinity::Text) => (left.to_text(), right.clone()),
        _ => (left.clone(), right.clone()),
    }
}

/// Whether a term's text is one of these.
pub(super) fn is_one_of(term: &Operand, texts: &[String]) -> Bson {
    let texts: Vec<Bson> = texts.iter().map(|text| Bson::String(text.clone())).collect();
    let listed = |value: Bson| two("$in", value, literal(texts));
    listed(term.to_text().settled())
}

//! Terms to expressions.

use mongodb::bson::Bson;
use purlin_model::Value;
use purlin_model::plan::compare::Affinity;
use purlin_model::plan::{Row, Source, Term, Test};

use super::expr::{cond, is_null, op, two, with};
use super::field::Place;
use super::number::decimal_or_text;
use super::operand::{Holds, Operand};
use super::strftime;

/// A term over rows that are in scope; `decide` makes a test over them an expression.
pub(super) fn term(rows: &[Row], it: &Term, decide: &mut dyn FnMut(&Test) -> Bson) -> Operand {
    let null = || Operand::either(Bson::Null, it.affinity(rows));
    match it {
        Term::Value(value) => Operand::bound(value),
        Term::Column { row, field } => {
            Place::of(rows, *row, *field).map_or_else(null, |place| place.operand())
        }
        Term::Path { row, field, steps } => {
            Place::of(rows, *row, *field).map_or_else(null, |place| place.path(steps))
        }
        Term::Length { row, field } => {
            Place::of(rows, *row, *field).map_or_else(null, |place| place.length())
        }
        Term::Item { row } => {
            let value = Bson::String(format!("$$r{row}"));
            match rows[*row].source {
                Source::Items { .. } => Operand::texts(value, true, Affinity::Free),
                _ => Operand { plain: true, ..Operand::either(value, Affinity::Free) },
            }
        }
        Term::Lower(inner) => term(rows, inner, decide).lower(it.affinity(rows)),
        Term::Distance(terms) => {
            distance(&terms.each_ref().map(|degree| term(rows, degree, decide)))
        }
        Term::Strftime { format, time, modifiers } => {
            let time = time.as_deref().map(|time| term(rows, time, decide));
            strftime::strftime(format, time, modifiers)
        }
        Term::When { test, term: inner } => {
            let inner = term(rows, inner, decide);
            let value = cond(decide(test), inner.settled(), Bson::Null);
            Operand { value, nullable: true, bound: None, ..inner }
        }
    }
}

/// A value of a row of values.
pub(super) fn value_literal(value: &Value) -> Bson {
    Operand::bound(value).value
}

/// The great-circle distance in kilometres; null where a side is no number.
fn distance(degrees: &[Operand; 4]) -> Operand {
    const NAMES: [&str; 4] = ["lona", "lata", "lonb", "latb"];
    let value = number(&degrees[0], NAMES[0], |lon_a| {
        number(&degrees[1], NAMES[1], |lat_a| {
            number(&degrees[2], NAMES[2], |lon_b| {
                number(&degrees[3], NAMES[3], |lat_b| kilometres(lon_a, lat_a, lon_b, lat_b))
            })
        })
    });
    Operand { holds: Holds::Numbers, ..Operand::either(value, Affinity::Json) }
}

fn number(term: &Operand, name: &str, body: impl FnOnce(Bson) -> Bson) -> Bson {
    let value = match &term.bound {
        // The server works out what it knows beforehand, even where it is never reached.
        Some(_) => match term.to_number().value {
            Bson::Double(number) => Bson::Double(number),
            _ => Bson::Null,
        },
        None if term.holds == Holds::Numbers => term.settled(),
        None => with(term.settled(), "degree", |value| {
            cond(is_null(value.clone()), Bson::Null, decimal_or_text(value))
        }),
    };
    with(value, name, |value| match &value {
        Bson::Double(_) => body(value),
        Bson::Null => Bson::Null,
        _ => cond(op("$isNumber", value.clone()), body(value), Bson::Null),
    })
}

fn kilometres(lon_a: Bson, lat_a: Bson, lon_b: Bson, lat_b: Bson) -> Bson {
    let radians = |degrees: Bson| two("$multiply", degrees, std::f64::consts::PI / 180.0);
    let (lat_a, lat_b) = (radians(lat_a), radians(lat_b));
    let between = op("$cos", radians(two("$subtract", lon_b, lon_a)));
    let (cos_a, cos_b) = (op("$cos", lat_a.clone()), op("$cos", lat_b.clone()));
    let along = two("$multiply", two("$multiply", cos_a, cos_b), between);
    let cosine = two("$add", along, two("$multiply", op("$sin", lat_a), op("$sin", lat_b)));
    let clamped = two("$max", two("$min", cosine, 1.0), -1.0);
    two("$multiply", 6371.0, op("$acos", clamped))
}

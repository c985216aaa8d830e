//! `strftime` as an expression: SQLite's date formatter, as `purlin_model::date::strftime` has it.

use mongodb::bson::{Bson, doc};
use purlin_model::plan::compare::Affinity;
use purlin_model::{Value, date};

use super::calendar::format_parts;
use super::expr::{cond, is_null, op, text, with};
use super::moment;
use super::operand::{Holds, Operand};
use crate::clock::Clock;

/// The text of a time; null where the time, the format or a modifier is not valid.
pub(super) fn strftime(format: &str, time: Option<Operand>, modifiers: &[String]) -> Operand {
    let null = || Operand::texts(Bson::Null, true, Affinity::Free);
    let time = match time {
        Some(time) if time.bound.is_none() => time,
        time => return of_bound(format, time.and_then(|time| time.bound), modifiers),
    };
    let Some(steps) = date::steps(modifiers) else { return null() };
    let subsecond = steps.contains(&date::Step::Subsecond);
    let Some(parts) = format_parts(format, subsecond) else { return null() };
    let first = match time.holds {
        Holds::Numbers => with(time.settled(), "time", moment::of_number),
        Holds::Texts => with(time.settled(), "time", moment::of_text),
        Holds::Either => with(time.settled(), "time", |value| {
            let is_number = op("$isNumber", value.clone());
            cond(is_number, moment::of_number(value.clone()), moment::of_text(value))
        }),
    };
    let last = steps.into_iter().enumerate().fold(first, |moment, (index, step)| {
        // Each step has a name of its own: what comes later looks at what was before.
        with(moment, &format!("moment{index}"), |moment| moment::take(moment, step))
    });
    let value = with(last, "moment", |moment| {
        let julian = moment::julian(&moment);
        with(julian, "julian", |julian| {
            let written = op("$concat", parts);
            cond(is_null(julian), Bson::Null, super::calendar::within(written))
        })
    });
    Operand::texts(value, true, Affinity::Free)
}

/// Of a time known beforehand.
fn of_bound(format: &str, time: Option<Value>, modifiers: &[String]) -> Operand {
    let time = match time {
        Some(Value::Json(json)) => Some(Value::Text(json)),
        time => time,
    };
    let now = date::millis(Clock::system().now());
    let found = date::strftime(format, time.as_ref(), modifiers, now);
    let nullable = found.is_none();
    Operand::texts(found.map_or(Bson::Null, text), nullable, Affinity::Free)
}

/// `{julian, raw, over}`: a moment while it is worked on. All null where it is none.
pub(super) fn moment_of(julian: Bson, raw: Bson, over: Bson) -> Bson {
    doc! { "j": julian, "r": raw, "o": over }.into()
}

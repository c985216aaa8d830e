//! `strftime` as an expression.

use mongodb::bson::Bson;
use purlin_model::plan::compare::Affinity;
use purlin_model::{Value, date};

use super::expr::text;
use super::operand::Operand;
use crate::clock::Clock;

/// The text of a time; null where the time, the format or a modifier is not valid.
pub(super) fn strftime(format: &str, time: Option<Operand>, modifiers: &[String]) -> Operand {
    let bound = match &time {
        None => Some(None),
        Some(time) => time.bound.clone().map(Some),
    };
    if let Some(value) = bound {
        let now = date::millis(Clock::system().now());
        let value = match value {
            Some(Value::Json(json)) => Some(Value::Text(json)),
            value => value,
        };
        let found = date::strftime(format, value.as_ref(), modifiers, now);
        let nullable = found.is_none();
        return Operand::texts(found.map_or(Bson::Null, text), nullable, Affinity::Free);
    }
    Operand::texts(Bson::Null, true, Affinity::Free)
}

//! `strftime` as an expression.

use mongodb::bson::Bson;
use purlin_model::plan::compare::Affinity;

use super::operand::Operand;

pub(super) fn strftime(_format: &str, _time: Option<Operand>, _modifiers: &[String]) -> Operand {
    Operand::texts(Bson::Null, true, Affinity::Free)
}

//! A side of a comparison as an expression, with what is known of it beforehand.

use mongodb::bson::Bson;
use purlin_model::plan::compare::Affinity;
use purlin_model::plan::rendering;
use purlin_model::{Value, dialect};

use super::expr::{any, cond, is_null, op, or_null, text, two, with};
use super::number::{decimal_or_text, number_text};

/// What an expression yields, besides null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Holds {
    /// Numbers.
    Numbers,
    /// Texts.
    Texts,
    /// Either.
    Either,
}

/// A term as an expression.
#[derive(Clone, Debug)]
pub(super) struct Operand {
    /// Yields null, a number or a text; never anything else, and never missing if `nullable` is
    /// not set.
    pub(super) value: Bson,
    pub(super) holds: Holds,
    /// Whether it may be null (or missing).
    pub(super) nullable: bool,
    pub(super) affinity: Affinity,
    /// The value of a term known before any record is read.
    pub(super) bound: Option<Value>,
    /// Whole doubles are spelled without a point.
    pub(super) plain: bool,
}

impl Operand {
    /// A value known beforehand.
    pub(super) fn bound(value: &Value) -> Self {
        let value = match value {
            Value::Json(json) => rendering::scalar(json),
            value => value.clone(),
        };
        let (expression, holds) = match &value {
            Value::Null => (Bson::Null, Holds::Either),
            Value::Number(number) => (Bson::Double(*number), Holds::Numbers),
            Value::Bool(flag) => (Bson::Double(f64::from(u8::from(*flag))), Holds::Numbers),
            value => (text(rendering::text(value).unwrap_or_default()), Holds::Texts),
        };
        Operand {
            nullable: value == Value::Null,
            value: expression,
            holds,
            affinity: Affinity::Free,
            bound: Some(value),
            plain: false,
        }
    }

    /// A term that yields texts, null where `nullable`.
    pub(super) fn texts(value: Bson, nullable: bool, affinity: Affinity) -> Self {
        Operand { value, holds: Holds::Texts, nullable, affinity, bound: None, plain: true }
    }

    /// A term that yields numbers, null where `nullable`.
    pub(super) fn numbers(value: Bson, nullable: bool, affinity: Affinity) -> Self {
        Operand { value, holds: Holds::Numbers, nullable, affinity, bound: None, plain: true }
    }

    /// A term that yields anything, spelled as JSON spells it.
    pub(super) fn either(value: Bson, affinity: Affinity) -> Self {
        let holds = Holds::Either;
        Operand { value, holds, nullable: true, affinity, bound: None, plain: false }
    }

    /// Whether it is a bound null or empty text.
    pub(super) fn is_bound_empty(&self) -> bool {
        match &self.bound {
            Some(Value::Null) => true,
            Some(Value::Text(text)) => text.is_empty(),
            _ => false,
        }
    }

    /// The value, null where it is missing.
    pub(super) fn settled(&self) -> Bson {
        if self.nullable && !matches!(self.value, Bson::Null) {
            or_null(self.value.clone())
        } else {
            self.value.clone()
        }
    }

    /// The text of the value, as `~` and `:lower` see it.
    pub(super) fn text(&self) -> Bson {
        if let Some(value) = &self.bound {
            return spelled(value).map_or(Bson::Null, text);
        }
        let plain = self.plain;
        match self.holds {
            Holds::Texts => self.settled(),
            Holds::Numbers if !self.nullable => number_text(self.value.clone(), plain),
            Holds::Numbers => with(self.settled(), "spell", |value| {
                cond(is_null(value.clone()), Bson::Null, number_text(value, plain))
            }),
            Holds::Either => with(self.settled(), "spell", |value| {
                let is_text = two("$eq", op("$type", value.clone()), "string");
                let same = any([is_text, is_null(value.clone())]);
                cond(same, value.clone(), number_text(value, plain))
            }),
        }
    }

    /// With texts that spell numbers as numbers.
    pub(super) fn to_number(&self) -> Self {
        let mut out = self.clone();
        match (&self.bound, self.holds) {
            (_, Holds::Numbers) => {}
            (Some(Value::Text(spelled)), _) => {
                if let Some(number) = dialect::decimal(spelled) {
                    out.value = Bson::Double(number);
                    out.holds = Holds::Numbers;
                }
            }
            (Some(_), _) => {}
            (None, _) => {
                out.value = decimal_or_text(self.settled());
                out.holds = Holds::Either;
            }
        }
        out
    }

    /// With numbers as texts.
    pub(super) fn to_text(&self) -> Self {
        let mut out = self.clone();
        if self.holds != Holds::Texts && !matches!(self.bound, Some(Value::Null)) {
            out.value = self.text();
            out.holds = Holds::Texts;
        }
        out
    }

    /// In lower case. `affinity` is that of the whole term.
    pub(super) fn lower(&self, affinity: Affinity) -> Self {
        if let Some(value) = &self.bound {
            let lower = rendering::text(value).map(|text| dialect::lower(&text));
            let lower = lower.map_or(Value::Null, Value::Text);
            return Operand { affinity, ..Operand::bound(&lower) };
        }
        let value = with(self.text(), "unfolded", |value| {
            let lower = op("$toLower", value.clone());
            if self.nullable { cond(is_null(value), Bson::Null, lower) } else { lower }
        });
        Operand::texts(value, self.nullable, affinity)
    }
}

impl Operand {
    /// The text of a bound value as a pattern.
    pub(super) fn text_of_bound(&self) -> String {
        let value = self.bound.as_ref();
        value.and_then(rendering::text).map(|text| text.into_owned()).unwrap_or_default()
    }

    /// The text of a bound value to the left of `~`.
    pub(super) fn bound_text(&self) -> Option<String> {
        self.bound.as_ref().and_then(spelled)
    }
}

/// The text of a bound value: a number is a double and has a point.
fn spelled(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(dialect::general(*number, 15, true)),
        value => rendering::text(value).map(|text| text.into_owned()),
    }
}

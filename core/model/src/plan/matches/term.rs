//! The values of terms.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

use super::super::condition::Term;
use super::super::rendering;
use super::choice::{Chosen, Evaluation, Joined};
use crate::value::Value;
use crate::{date, dialect};

const NULL: Cow<'static, Value> = Cow::Owned(Value::Null);

impl Evaluation<'_> {
    /// The value of a term for these rows.
    pub(super) fn term<'s>(&'s self, chosen: &'s Chosen, term: &'s Term) -> Cow<'s, Value> {
        match term {
            Term::Value(value) => Cow::Borrowed(value),
            Term::Column { row, field } => {
                self.value(chosen, *row, *field).map_or(NULL, Cow::Borrowed)
            }
            Term::Path { row, field, steps } => {
                let value = self.value(chosen, *row, *field);
                Cow::Owned(value.and_then(|value| member(value, steps)).unwrap_or(Value::Null))
            }
            Term::Length { row, field } => {
                let count = self.value(chosen, *row, *field).map_or(0, |it| it.items().len());
                #[allow(clippy::cast_precision_loss)]
                let count = count as f64;
                Cow::Owned(Value::Number(count))
            }
            Term::Item { row } => match &chosen[*row] {
                Joined::Value(value) => Cow::Borrowed(value),
                Joined::Nothing | Joined::Record(_) => NULL,
            },
            Term::Lower(inner) => {
                let value = self.term(chosen, inner);
                let text = rendering::text(&value).map(|text| dialect::lower(&text));
                Cow::Owned(text.map_or(Value::Null, Value::Text))
            }
            Term::Distance(terms) => {
                let mut degrees = [0.0; 4];
                for (degree, term) in degrees.iter_mut().zip(terms.iter()) {
                    match number(&self.term(chosen, term)) {
                        Some(number) => *degree = number,
                        None => return NULL,
                    }
                }
                let [lon_a, lat_a, lon_b, lat_b] = degrees;
                // A double wherever its text shows: `0.0`, not `0`.
                let distance = dialect::distance(lon_a, lat_a, lon_b, lat_b);
                Cow::Owned(Value::Json(format!("{distance:?}")))
            }
            Term::Strftime { format, time, modifiers } => {
                let time = time.as_deref().map(|time| scalar(&self.term(chosen, time)));
                let text = date::strftime(format, time.as_ref(), modifiers, self.world.now());
                Cow::Owned(text.map_or(Value::Null, Value::Text))
            }
            Term::When { test, term } => match self.is_true(chosen, test) {
                true => self.term(chosen, term),
                false => NULL,
            },
        }
    }
}

/// A value as functions take it: scalars of JSON typed, everything else that is no scalar as text.
fn scalar(value: &Value) -> Value {
    match value {
        Value::Json(json) => match rendering::scalar(json) {
            Value::Json(text) => Value::Text(text),
            scalar => scalar,
        },
        Value::List(_) | Value::Point { .. } => {
            rendering::text(value).map_or(Value::Null, |text| Value::Text(text.into_owned()))
        }
        value => value.clone(),
    }
}

fn number(value: &Value) -> Option<f64> {
    match scalar(value) {
        Value::Number(number) => Some(number),
        Value::Bool(flag) => Some(f64::from(u8::from(flag))),
        Value::Text(text) => dialect::decimal(&text),
        _ => None,
    }
}

/// A member of a json or geoPoint value, or all of it; null where there is none.
pub(in crate::plan) fn part(value: &Value, steps: &[String]) -> Value {
    if steps.is_empty() {
        return value.clone();
    }
    member(value, steps).unwrap_or(Value::Null)
}

/// A member of a json or geoPoint value. Numbers inside lists and objects keep their spelling.
fn member(value: &Value, steps: &[String]) -> Option<Value> {
    match value {
        Value::Point { lon, lat } => match steps {
            [step] if step == "lon" => Some(Value::Number(*lon)),
            [step] if step == "lat" => Some(Value::Number(*lat)),
            _ => None,
        },
        Value::Json(json) => {
            let mut json: &str = json;
            for step in steps {
                json = child(json, step)?;
            }
            Some(Value::Json(json.to_owned()))
        }
        _ => None,
    }
}

/// The text of an array's item or an object's member.
fn child<'j>(json: &'j str, step: &str) -> Option<&'j str> {
    if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
        let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        return step.parse::<usize>().ok().and_then(|index| items.get(index).map(|it| it.get()));
    }
    let members: HashMap<Cow<'_, str>, &RawValue> = serde_json::from_str(json).ok()?;
    members.get(step).map(|it| it.get())
}

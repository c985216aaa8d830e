//! How two values compare: the canonical meaning of the operators (http-api.md 2.6, 8.2), which
//! every store and every evaluation in memory must agree with.
//!
//! What a term *is* decides as much as what it holds:
//!
//! | Term | Affinity |
//! |---|---|
//! | `Column` of a number or bool field | `Number` |
//! | `Column` of a json field, `Path`, `Distance` | `Json` |
//! | `Column` of every other kind | `Text` (lists and points: their compact JSON text) |
//! | `Value`, `Item`, `Length`, `Strftime` | `Free` |
//! | `Lower` | `Json` over a `Json` term, else `Free` |
//! | `When` | that of its term |
//!
//! Conversions, before any comparison: opposite a `Number`, a text that is a decimal number counts
//! as that number; opposite a `Text`, a number that is no field counts as its text (a bound `10`
//! as `10.0`, a bool as `1` or `0`, a count or a whole number in JSON without a point). Numbers are
//! less than texts, different kinds are never equal.
//!
//! Equality besides: with a `Json` side it is strict (null is only null). Otherwise a bound null
//! or empty text means "null or empty"; a bound value that is neither is compared plainly; two
//! terms that are not bound have null replaced by the empty text and are not converted.
//! `!=` is never unknown; every other comparison with null is. To the left of `~` a bound number
//! counts as its text with a point (`10.0`), a number of a field without (`10`).

use std::borrow::Cow;
use std::cmp::Ordering;

use super::condition::{Row, Term};
use super::rendering;
use crate::dialect;
use crate::query::Op;
use crate::schema::FieldKind;
use crate::value::Value;

/// What a term converts values opposite to it to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affinity {
    /// Numbers opposite become text.
    Text,
    /// Numeric texts opposite become numbers.
    Number,
    /// Nothing is converted; equality is strict about null.
    Json,
    /// Nothing is converted.
    Free,
}

/// One side of a comparison, evaluated.
#[derive(Clone, Copy, Debug)]
pub struct Side<'v> {
    /// The value; `Json` values count as the scalar they are, or as their text.
    pub value: &'v Value,
    /// What the term it came from converts to.
    pub affinity: Affinity,
    /// Whether the term was a `Term::Value` (or the lower-case of one).
    pub bound: bool,
}

impl Affinity {
    /// The affinity of a whole field.
    #[must_use]
    pub fn of(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Number { .. } | FieldKind::Bool => Affinity::Number,
            FieldKind::Json { .. } => Affinity::Json,
            _ => Affinity::Text,
        }
    }
}

impl Term {
    /// The affinity of this term over the rows of its condition.
    #[must_use]
    pub fn affinity(&self, rows: &[Row]) -> Affinity {
        match self {
            Term::Column { row, field } => match &rows[*row].collection {
                Some(collection) => Affinity::of(&collection.fields[*field].kind),
                None => Affinity::Free,
            },
            Term::Path { .. } | Term::Distance(_) => Affinity::Json,
            Term::Lower(inner) if inner.affinity(rows) == Affinity::Json => Affinity::Json,
            Term::When { term, .. } => term.affinity(rows),
            _ => Affinity::Free,
        }
    }

    /// Whether this is a value known before any record is read.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        match self {
            Term::Value(_) => true,
            Term::Lower(inner) => inner.is_bound(),
            _ => false,
        }
    }
}

/// Whether a comparison holds; `None` = unknown.
#[must_use]
pub fn compare(left: Side<'_>, op: Op, right: Side<'_>) -> Option<bool> {
    match op {
        Op::Equal => equal(left, right),
        Op::NotEqual => Some(equal(left, right) != Some(true)),
        Op::Like => like(left, right),
        Op::NotLike => like(left, right).map(|holds| !holds),
        Op::Less => order(left, right).map(Ordering::is_lt),
        Op::LessEqual => order(left, right).map(Ordering::is_le),
        Op::Greater => order(left, right).map(Ordering::is_gt),
        Op::GreaterEqual => order(left, right).map(Ordering::is_ge),
    }
}

/// The order of two values in a sort: null, numbers, texts by their bytes.
#[must_use]
pub fn collate(left: &Value, right: &Value) -> Ordering {
    Scalar::of(left).cmp(&Scalar::of(right))
}

fn equal(left: Side<'_>, right: Side<'_>) -> Option<bool> {
    let (a, b) = (Scalar::of(left.value), Scalar::of(right.value));
    if left.affinity == Affinity::Json || right.affinity == Affinity::Json {
        let (a, b) = convert(a, left, b, right);
        return Some(a == b);
    }
    let empty = |side: Side<'_>, scalar: &Scalar<'_>| side.bound && scalar.is_empty();
    match (empty(left, &a), empty(right, &b)) {
        (true, _) => Some(b.is_empty()),
        (_, true) => Some(a.is_empty()),
        _ if left.bound || right.bound => {
            let (a, b) = convert(a, left, b, right);
            (a != Scalar::Null && b != Scalar::Null).then(|| a == b)
        }
        _ => Some((a.is_empty() && b.is_empty()) || a == b),
    }
}

fn order(left: Side<'_>, right: Side<'_>) -> Option<Ordering> {
    let (a, b) = convert(Scalar::of(left.value), left, Scalar::of(right.value), right);
    (a != Scalar::Null && b != Scalar::Null).then(|| a.cmp(&b))
}

fn like(left: Side<'_>, right: Side<'_>) -> Option<bool> {
    let (text, wanted) = (spelled(left)?, rendering::text(right.value)?);
    if right.bound {
        return Some(dialect::like(&text, &wanted));
    }
    Some(dialect::like(&text, &format!("%{wanted}%")))
}

/// A value as comparisons see it.
#[derive(Debug, PartialEq)]
enum Scalar<'v> {
    Null,
    Number(f64),
    Text(Cow<'v, str>),
}

impl<'v> Scalar<'v> {
    fn of(value: &'v Value) -> Self {
        match value {
            Value::Null => Scalar::Null,
            Value::Bool(flag) => Scalar::Number(f64::from(u8::from(*flag))),
            Value::Number(number) => Scalar::Number(*number),
            Value::Text(text) => Scalar::Text(Cow::Borrowed(text)),
            Value::Json(text) => match rendering::scalar(text) {
                Value::Null => Scalar::Null,
                Value::Bool(flag) => Scalar::Number(f64::from(u8::from(flag))),
                Value::Number(number) => Scalar::Number(number),
                Value::Text(text) => Scalar::Text(Cow::Owned(text)),
                _ => Scalar::Text(Cow::Borrowed(text)),
            },
            Value::List(_) | Value::Point { .. } => {
                rendering::text(value).map_or(Scalar::Null, Scalar::Text)
            }
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Scalar::Null => true,
            Scalar::Number(_) => false,
            Scalar::Text(text) => text.is_empty(),
        }
    }

    fn cmp(&self, other: &Scalar<'_>) -> Ordering {
        match (self, other) {
            (Scalar::Number(a), Scalar::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Scalar::Text(a), Scalar::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Scalar::Null => 0,
            Scalar::Number(_) => 1,
            Scalar::Text(_) => 2,
        }
    }
}

/// Both sides after conversion by what is opposite.
fn convert<'v>(
    a: Scalar<'v>,
    left: Side<'v>,
    b: Scalar<'v>,
    right: Side<'v>,
) -> (Scalar<'v>, Scalar<'v>) {
    match (left.affinity, right.affinity) {
        (Affinity::Number, Affinity::Number) => (a, b),
        (Affinity::Number, _) => (a, to_number(b)),
        (_, Affinity::Number) => (to_number(a), b),
        (Affinity::Text, Affinity::Text) => (a, b),
        (Affinity::Text, _) => (a, to_text(b, right)),
        (_, Affinity::Text) => (to_text(a, left), b),
        _ => (a, b),
    }
}

fn to_number(scalar: Scalar<'_>) -> Scalar<'_> {
    match &scalar {
        Scalar::Text(text) => dialect::decimal(text).map_or(scalar, Scalar::Number),
        _ => scalar,
    }
}

fn to_text<'v>(scalar: Scalar<'v>, side: Side<'v>) -> Scalar<'v> {
    match scalar {
        Scalar::Number(_) => spelled(side).map_or(Scalar::Null, Scalar::Text),
        other => other,
    }
}

/// The text of a side: a bound number is a double and has a point, one that is stored or counted
/// has none where it is whole.
fn spelled(side: Side<'_>) -> Option<Cow<'_, str>> {
    match side.value {
        Value::Number(number) if side.bound => Some(dialect::general(*number, 15, true).into()),
        value => rendering::text(value),
    }
}

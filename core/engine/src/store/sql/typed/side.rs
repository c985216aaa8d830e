//! One side of a comparison, converted by what stands opposite.

use purlin_model::plan::{Affinity, Row, Term, rendering};
use purlin_model::{Value, dialect};

use super::super::statement::{Parameter, Statement};
use super::kinds::Kinds;
use super::{Typed, Write};

/// A bound value as comparisons see it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Scalar {
    Null,
    Number(f64),
    Text(String),
}

impl Scalar {
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Bool(flag) => Scalar::Number(f64::from(u8::from(*flag))),
            Value::Number(number) => Scalar::Number(*number),
            Value::Json(json) => match rendering::scalar(json) {
                Value::Json(text) => Scalar::Text(text),
                scalar => Scalar::of(&scalar),
            },
            other => rendering::text(other).map_or(Scalar::Null, |it| Scalar::Text(it.into())),
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Scalar::Null => true,
            Scalar::Number(_) => false,
            Scalar::Text(text) => text.is_empty(),
        }
    }
}

/// What a side is converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Convert {
    Nothing,
    /// Decimal texts become numbers.
    ToNumber,
    /// Numbers become texts.
    ToText,
}

/// A side of a comparison.
pub(super) struct Side<'s> {
    typed: &'s dyn Typed,
    rows: &'s [Row],
    it: &'s Term,
    /// The value, where it is known now; converted.
    pub(super) value: Option<Scalar>,
    convert: Convert,
    /// What it may be after the conversion.
    pub(super) kinds: Kinds,
    /// Bound and null or empty text, before any conversion.
    pub(super) empty: bool,
}

impl<'s> Side<'s> {
    pub(super) fn new(
        typed: &'s dyn Typed,
        rows: &'s [Row],
        it: &'s Term,
        opposite: &Term,
    ) -> Self {
        let (own, opposite) = (it.affinity(rows), opposite.affinity(rows));
        let convert = match (own, opposite) {
            (Affinity::Number, _) => Convert::Nothing,
            (_, Affinity::Number) => Convert::ToNumber,
            (Affinity::Json | Affinity::Free, Affinity::Text) => Convert::ToText,
            _ => Convert::Nothing,
        };
        Side::converted(typed, rows, it, convert)
    }

    /// As it is.
    pub(super) fn plain(typed: &'s dyn Typed, rows: &'s [Row], it: &'s Term) -> Self {
        Side::converted(typed, rows, it, Convert::Nothing)
    }

    fn converted(typed: &'s dyn Typed, rows: &'s [Row], it: &'s Term, convert: Convert) -> Self {
        let plain = bound(it);
        let mut kinds = Kinds::of(rows, it);
        match convert {
            Convert::ToNumber => kinds.number = kinds.number || kinds.text,
            Convert::ToText if kinds.number => (kinds.number, kinds.text) = (false, true),
            _ => {}
        }
        let empty = plain.as_ref().is_some_and(Scalar::is_empty);
        let value = plain.map(|plain| known(it, plain, convert));
        if let Some(value) = &value {
            let (number, text) =
                (matches!(value, Scalar::Number(_)), matches!(value, Scalar::Text(_)));
            kinds = Kinds { number, text, null: *value == Scalar::Null };
        }
        Side { typed, rows, it, value, convert, kinds, empty }
    }

    /// Whether it is a bound value.
    pub(super) fn is_bound(&self) -> bool {
        self.value.is_some()
    }

    /// Whether the expression of one kind may be null though the side is not.
    pub(super) fn may_lack(&self) -> bool {
        self.kinds.null || self.kinds.is_either()
    }

    pub(super) fn number(&self, out: &mut Statement) {
        match &self.value {
            Some(Scalar::Number(number)) => drop(out.bind(Parameter::Real(*number))),
            Some(_) => drop(out.push("NULL")),
            None if self.convert == Convert::ToNumber => {
                let plain = Kinds::of(self.rows, self.it);
                if plain.is_either() {
                    out.push("coalesce(");
                    super::number(self.typed, out, self.rows, self.it);
                    out.push(", ");
                    self.typed.decimal(out, &|out| self.plain_text(out));
                    out.push(")");
                } else if plain.text {
                    self.typed.decimal(out, &|out| self.plain_text(out));
                } else {
                    super::number(self.typed, out, self.rows, self.it);
                }
            }
            None => super::number(self.typed, out, self.rows, self.it),
        }
    }

    pub(super) fn text(&self, out: &mut Statement) {
        match (&self.value, self.convert) {
            (Some(Scalar::Text(text)), _) => drop(out.bind_text(text.as_str())),
            (Some(_), _) => drop(out.push("NULL")),
            (None, Convert::ToNumber) => {
                out.push("CASE WHEN ");
                self.typed.decimal(out, &|out| self.plain_text(out));
                out.push(" IS NULL THEN ");
                self.plain_text(out);
                out.push(" END");
            }
            (None, Convert::ToText) => super::shown(self.typed, out, self.rows, self.it),
            (None, Convert::Nothing) => self.plain_text(out),
        }
    }

    fn plain_text(&self, out: &mut Statement) {
        super::text(self.typed, out, self.rows, self.it);
    }

    /// The expression of a kind.
    pub(super) fn of_kind(&self, number: bool, out: &mut Statement) {
        if number { self.number(out) } else { self.text(out) }
    }

    /// The text it shows as where it stands to the left of `~`.
    pub(super) fn shown(&self, out: &mut Statement) {
        match &self.value {
            Some(value) => match known(self.it, value.clone(), Convert::ToText) {
                Scalar::Text(text) => drop(out.bind_text(text)),
                _ => drop(out.push("NULL")),
            },
            None => super::shown(self.typed, out, self.rows, self.it),
        }
    }

    /// Whether it is a column of the database's own kind for bools that can be asked directly.
    pub(super) fn is_flag(&self, out: &mut Statement, value: bool) -> bool {
        self.typed.is_flag(out, self.rows, self.it, value)
    }

    /// The text it shows as, to be written where a pattern is built of it.
    pub(super) fn around(&self, out: &mut Statement) {
        let shown: Write<'_> = &|out| super::shown(self.typed, out, self.rows, self.it);
        self.typed.around(out, shown);
    }
}

/// The value of a term that is bound.
fn bound(it: &Term) -> Option<Scalar> {
    match it {
        Term::Value(value) => Some(Scalar::of(value)),
        Term::Lower(inner) if inner.is_bound() => Some(match bound(inner)? {
            Scalar::Null => Scalar::Null,
            Scalar::Number(number) => Scalar::Text(dialect::number_text(number)),
            Scalar::Text(text) => Scalar::Text(dialect::lower(&text)),
        }),
        _ => None,
    }
}

/// A bound value after a conversion.
fn known(it: &Term, plain: Scalar, convert: Convert) -> Scalar {
    match (convert, plain) {
        (Convert::ToNumber, Scalar::Text(text)) => {
            dialect::decimal(&text).map_or(Scalar::Text(text), Scalar::Number)
        }
        // A bound number is a double and shows its point.
        (Convert::ToText, Scalar::Number(number)) => Scalar::Text(match it {
            Term::Value(Value::Number(number)) => dialect::general(*number, 15, true),
            Term::Value(value) => rendering::text(value).unwrap_or_default().into_owned(),
            _ => dialect::number_text(number),
        }),
        (_, plain) => plain,
    }
}

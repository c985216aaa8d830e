//! What a term may be.

use purlin_model::plan::{Row, Source, Term};
use purlin_model::schema::FieldKind;
use purlin_model::{Collection, Value};

use super::super::rows::field;
use super::side::Scalar;

/// What the values of a term may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kinds {
    pub(crate) number: bool,
    pub(crate) text: bool,
    pub(crate) null: bool,
}

impl Kinds {
    pub(crate) fn of(rows: &[Row], it: &Term) -> Self {
        match it {
            Term::Value(value) => match Scalar::of(value) {
                Scalar::Null => Kinds { number: false, text: false, null: true },
                Scalar::Number(_) => Kinds::number(false),
                Scalar::Text(_) => Kinds::text(false),
            },
            Term::Column { row, field: position } => {
                let null = !never_null(rows, it);
                match field(rows, *row, *position).kind {
                    FieldKind::Number { .. } | FieldKind::Bool => Kinds::number(null),
                    FieldKind::Json { .. } => Kinds::any(),
                    _ => Kinds::text(null),
                }
            }
            Term::Path { row, field: position, steps } => {
                let point = field(rows, *row, *position).kind == FieldKind::GeoPoint;
                let coordinate = matches!(steps.as_slice(), [it] if it == "lon" || it == "lat");
                if point && coordinate { Kinds::number(true) } else { Kinds::any() }
            }
            Term::Length { .. } => Kinds::number(false),
            Term::Item { row } => match &rows[*row].source {
                Source::Items { .. } => Kinds::text(true),
                Source::Values(values) => Kinds::of_values(values),
                _ => Kinds::any(),
            },
            Term::Lower(inner) => Kinds::text(Kinds::of(rows, inner).null),
            Term::Distance(_) => Kinds::number(true),
            Term::Strftime { .. } => Kinds::text(true),
            Term::When { term, .. } => Kinds { null: true, ..Kinds::of(rows, term) },
        }
    }

    /// Whether it may be a number as well as a text.
    pub(super) fn is_either(self) -> bool {
        self.number && self.text
    }

    fn any() -> Self {
        Kinds { number: true, text: true, null: true }
    }

    fn number(null: bool) -> Self {
        Kinds { number: true, text: false, null }
    }

    fn text(null: bool) -> Self {
        Kinds { number: false, text: true, null }
    }

    fn of_values(values: &[Value]) -> Self {
        let scalars = || values.iter().map(Scalar::of);
        let number = scalars().any(|it| matches!(it, Scalar::Number(_)));
        // Where there are no values, null joins.
        Kinds {
            number,
            text: !number || scalars().any(|it| matches!(it, Scalar::Text(_))),
            null: true,
        }
    }
}

/// Whether a term cannot be null: a column of the stored base record declared so.
pub(crate) fn never_null(rows: &[Row], term: &Term) -> bool {
    let Term::Column { row: 0, field: position } = term else { return false };
    let field = field(rows, 0, *position);
    matches!(rows[0].source, Source::Base)
        && rows[0].collection.as_deref().is_some_and(Collection::is_own_table)
        && !matches!(field.kind, FieldKind::Json { .. })
        && !field.nullable
}

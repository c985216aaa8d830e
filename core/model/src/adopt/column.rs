//! What a column becomes as a field.

use super::key::{native, pattern};
use super::table::TableColumn;
use crate::schema::{Field, FieldKind, NativeKind};

/// What a text or document may have where its column sets no limit: the usual limits are for new
/// collections, not for what is there.
const MOST: u64 = 1 << 24;

/// Words in the names of columns that are better not shown unasked.
const SECRETS: [&str; 7] = ["password", "passwd", "pwd", "secret", "token", "salt", "api_key"];

/// Whether a column of that kind can hold what a field of this kind stores, and the other way
/// round. Fields of adopted tables may be changed among these.
#[must_use]
pub fn holds(native: NativeKind, kind: &FieldKind) -> bool {
    let single = !kind.is_multiple();
    match native {
        NativeKind::Text => {
            matches!(
                kind,
                FieldKind::Text { .. }
                    | FieldKind::Editor { .. }
                    | FieldKind::Email { .. }
                    | FieldKind::Url { .. }
                    | FieldKind::Select { .. }
                    | FieldKind::Relation { .. }
            ) && single
        }
        NativeKind::Integer => match kind {
            FieldKind::Number { only_int, .. } => *only_int,
            FieldKind::Relation { .. } => single,
            FieldKind::Bool => true,
            kind => is_key(kind),
        },
        NativeKind::Real | NativeKind::Decimal => matches!(kind, FieldKind::Number { .. }),
        NativeKind::Bool => *kind == FieldKind::Bool,
        NativeKind::Uuid | NativeKind::ObjectId => {
            matches!(kind, FieldKind::Text { .. } | FieldKind::Relation { .. }) && single
        }
        NativeKind::Timestamp | NativeKind::Moment => {
            matches!(kind, FieldKind::Date { .. } | FieldKind::Autodate { .. })
        }
        NativeKind::Day => matches!(kind, FieldKind::Date { .. }),
        NativeKind::Json => matches!(kind, FieldKind::Json { .. }),
        NativeKind::Texts => {
            matches!(kind, FieldKind::Json { .. })
                || matches!(kind, FieldKind::Select { .. }) && kind.is_multiple()
        }
        NativeKind::Other => matches!(kind, FieldKind::Text { .. }),
    }
}

fn is_key(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Text { primary_key: true, .. })
}

/// The field of a column that refers to nothing.
pub(super) fn field(name: &str, column: &TableColumn, is_view: bool) -> Field {
    let kind = kind(column, is_view);
    let lower = column.name.to_ascii_lowercase();
    Field {
        required: needed(column, &kind, is_view),
        nullable: column.nullable,
        hidden: SECRETS.iter().any(|word| lower.contains(word)),
        native: Some(native(column)),
        ..Field::new(name, kind)
    }
}

/// The field of a column that refers to the records of a collection.
pub(super) fn relation(name: &str, column: &TableColumn, target: &str, cascades: bool) -> Field {
    let kind = FieldKind::Relation {
        collection_id: target.to_owned(),
        cascade_delete: cascades,
        min_select: 0,
        max_select: 1,
    };
    Field {
        required: needed(column, &kind, false),
        nullable: column.nullable,
        native: Some(native(column)),
        ..Field::new(name, kind)
    }
}

/// Whether something must be given: null is refused, the database fills nothing in, and the empty
/// value of the field is none the column could hold. Zero, false and the empty text are values.
fn needed(column: &TableColumn, kind: &FieldKind, is_view: bool) -> bool {
    let blank_is_none = match kind {
        FieldKind::Relation { .. } | FieldKind::Date { .. } => true,
        FieldKind::Select { values, .. } => {
            !kind.is_multiple() && !values.iter().any(String::is_empty)
        }
        FieldKind::Text { .. } => matches!(column.kind, NativeKind::Uuid | NativeKind::ObjectId),
        _ => false,
    };
    blank_is_none && !column.nullable && !column.filled && !is_view
}

fn kind(column: &TableColumn, is_view: bool) -> FieldKind {
    let values = || column.choices.clone();
    match column.kind {
        NativeKind::Text if !column.choices.is_empty() => {
            FieldKind::Select { values: values(), max_select: 1 }
        }
        NativeKind::Texts if column.choices.len() > 1 => {
            FieldKind::Select { values: values(), max_select: column.choices.len() as u64 }
        }
        NativeKind::Integer => FieldKind::Number { min: None, max: None, only_int: true },
        NativeKind::Real | NativeKind::Decimal => {
            FieldKind::Number { min: None, max: None, only_int: false }
        }
        NativeKind::Bool => FieldKind::Bool,
        NativeKind::Timestamp | NativeKind::Moment | NativeKind::Day => {
            FieldKind::Date { min: String::new(), max: String::new() }
        }
        NativeKind::Json | NativeKind::Texts => FieldKind::Json { max_size: MOST },
        NativeKind::Uuid | NativeKind::ObjectId => text(MOST, pattern(column.kind)),
        NativeKind::Text | NativeKind::Other => {
            let length = length(&column.type_text).filter(|_| !is_view);
            text(length.unwrap_or(MOST), "")
        }
    }
}

fn text(max: u64, pattern: &str) -> FieldKind {
    FieldKind::Text {
        min: 0,
        max,
        pattern: pattern.to_owned(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    }
}

/// How many characters a type holds that says so: `varchar(50)`, `character varying(50)`.
pub(super) fn length(type_text: &str) -> Option<u64> {
    let lower = type_text.to_ascii_lowercase();
    let (name, rest) = lower.split_once('(')?;
    let digits = rest.split_once(')')?.0.trim();
    name.contains("char").then(|| digits.parse().ok())?.filter(|length| *length > 0)
}

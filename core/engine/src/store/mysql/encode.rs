//! Rows to JSON, where they are read.

use std::borrow::Cow;

use purlin_model::Collection;
use purlin_model::encode::{self, Stored};
use purlin_model::plan::Shape;
use sqlx::mysql::{MySql, MySqlRow, MySqlValueRef};
use sqlx::{Column as _, Decode, Row as _, TypeInfo as _, ValueRef as _};

use crate::store::StoreError;

/// How the values of a column of a result are written on the wire.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Form {
    Text,
    Double,
    Signed,
    Unsigned,
    Decimal,
    Bits,
    Moment,
    Time,
}

/// The forms of a result's columns.
pub(super) fn forms(row: &MySqlRow) -> Vec<Form> {
    let form = |name: &str| match name {
        "DOUBLE" | "FLOAT" => Form::Double,
        "DECIMAL" => Form::Decimal,
        "BIT" => Form::Bits,
        "DATE" | "DATETIME" | "TIMESTAMP" => Form::Moment,
        "TIME" => Form::Time,
        "YEAR" => Form::Unsigned,
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => Form::Signed,
        name if name.ends_with(" UNSIGNED") => Form::Unsigned,
        _ => Form::Text,
    };
    row.columns().iter().map(|column| form(column.type_info().name())).collect()
}

/// A value of a result, borrowed from its row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell<'r> {
    Null,
    Integer(i64),
    Real(f64),
    Text(Cow<'r, str>),
}

impl Cell<'_> {
    /// As the model's encoders take it.
    pub(super) fn stored(&self) -> Stored<'_> {
        match self {
            Cell::Null => Stored::Null,
            Cell::Integer(number) => Stored::Integer(*number),
            Cell::Real(number) => Stored::Real(*number),
            Cell::Text(text) => Stored::Text(text),
        }
    }

    /// A whole number.
    pub(super) fn integer(&self) -> Option<i64> {
        match self {
            Cell::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// A count; 0 where it is none.
    pub(super) fn number(&self) -> u64 {
        self.integer().and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
    }

    /// A text.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Cell::Text(text) => Some(text.clone().into_owned()),
            _ => None,
        }
    }

    /// Whether a condition answered as a column is true.
    pub(super) fn is_true(&self) -> bool {
        matches!(self, Cell::Integer(number) if *number != 0)
    }
}

/// The value of a column.
pub(super) fn cell<'r>(
    row: &'r MySqlRow,
    forms: &[Form],
    index: usize,
) -> Result<Cell<'r>, StoreError> {
    let broken = |error: String| StoreError::Unavailable(format!("an answer is broken: {error}"));
    let value: MySqlValueRef<'r> =
        row.try_get_raw(index).map_err(|error| broken(error.to_string()))?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let bytes = <&[u8] as Decode<'r, MySql>>::decode(value).map_err(|e| broken(e.to_string()))?;
    Ok(read(bytes, forms.get(index).copied().unwrap_or(Form::Text)))
}

fn read(bytes: &[u8], form: Form) -> Cell<'_> {
    match form {
        Form::Text => Cell::Text(String::from_utf8_lossy(bytes)),
        Form::Double => match *bytes {
            [a, b, c, d] => Cell::Real(f64::from(f32::from_le_bytes([a, b, c, d]))),
            [a, b, c, d, e, f, g, h] => Cell::Real(f64::from_le_bytes([a, b, c, d, e, f, g, h])),
            _ => Cell::Null,
        },
        Form::Signed => Cell::Integer(signed(bytes)),
        Form::Unsigned => whole(little(bytes)),
        Form::Bits => whole(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))),
        Form::Decimal => {
            let text = String::from_utf8_lossy(bytes);
            text.parse().map_or(Cell::Null, Cell::Real)
        }
        Form::Moment => Cell::Text(Cow::Owned(moment(bytes))),
        Form::Time => Cell::Text(Cow::Owned(time(bytes))),
    }
}

fn little(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

fn signed(bytes: &[u8]) -> i64 {
    match *bytes {
        [a] => i64::from(i8::from_le_bytes([a])),
        [a, b] => i64::from(i16::from_le_bytes([a, b])),
        [a, b, c, d] => i64::from(i32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => i64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => 0,
    }
}

fn whole<'r>(number: u64) -> Cell<'r> {
    #[allow(clippy::cast_precision_loss)]
    i64::try_from(number).map_or(Cell::Real(number as f64), Cell::Integer)
}

/// The canonical text of a date and time (http-api.md 8.5): a length, the year in two bytes, month,
/// day, and where they are not zero hour, minute, second, and microseconds in four bytes.
fn moment(bytes: &[u8]) -> String {
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let year = u16::from_le_bytes([at(1), at(2)]);
    let micros = u32::from_le_bytes([at(8), at(9), at(10), at(11)]);
    format!(
        "{year:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:03}Z",
        at(3),
        at(4),
        at(5),
        at(6),
        at(7),
        micros / 1000
    )
}

/// The text of a time: a length, a sign, days in four bytes, hour, minute, second, microseconds.
fn time(bytes: &[u8]) -> String {
    let at = |index: usize| bytes.get(index).copied().unwrap_or(0);
    let days = u32::from_le_bytes([at(2), at(3), at(4), at(5)]);
    let sign = if at(1) == 1 { "-" } else { "" };
    let hours = u64::from(days) * 24 + u64::from(at(6));
    let micros = u32::from_le_bytes([at(9), at(10), at(11), at(12)]);
    let text = format!("{sign}{hours:02}:{:02}:{:02}", at(7), at(8));
    if micros == 0 { text } else { format!("{text}.{micros:06}") }
}

/// Appends a record's object: the row's columns are the shape's fields in order, then the masks,
/// the first of which is column `masks`.
pub(super) fn object(
    out: &mut Vec<u8>,
    row: &MySqlRow,
    forms: &[Form],
    collection: &Collection,
    shape: &Shape,
    masks: usize,
) -> Result<(), StoreError> {
    let shown = |mask| Ok(cell(row, forms, masks + mask)?.is_true());
    shape.write_row(out, shown, |field, column, out| {
        let value = cell(row, forms, column)?;
        encode::field(collection, &collection.fields[field], value.stored(), out);
        Ok(())
    })
}

//! What a foreign SQLite column holds, as values of ours.

use purlin_model::encode::{self, Stored};
use purlin_model::{FieldKind, Value, json};

use crate::store::sqlite::foreign::Cell;

/// The value a field of this kind takes from a column. What is already in the form Purlin keeps it
/// in (texts, dates, hashes, JSON) stays byte for byte.
pub(super) fn value(kind: &FieldKind, cell: &Cell) -> Value {
    match (kind, cell) {
        // A hash is not a password: nothing may be made of it.
        (FieldKind::Password { .. }, cell) => Value::Text(text(cell)),
        // A JSON column of stock PocketBase turns what looks like a number into one. A double
        // would round the large ones.
        (FieldKind::Json { .. }, Cell::Integer(number)) => Value::Json(number.to_string()),
        // What came in with a form still has its blanks; answers never show them.
        (FieldKind::Json { .. }, Cell::Text(json)) if json.contains([' ', '\t', '\n', '\r']) => {
            let compact = json::compact(json);
            encode::decode(kind, Stored::Text(compact.as_ref().unwrap_or(json)))
        }
        (kind, Cell::Blob(bytes)) => {
            value(kind, &Cell::Text(String::from_utf8_lossy(bytes).into_owned()))
        }
        (kind, cell) => encode::decode(kind, stored(cell)),
    }
}

/// A column's content as text; `""` of NULL.
pub(super) fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn stored(cell: &Cell) -> Stored<'_> {
    match cell {
        Cell::Null | Cell::Blob(_) => Stored::Null,
        Cell::Integer(number) => Stored::Integer(*number),
        Cell::Real(number) => Stored::Real(*number),
        Cell::Text(text) => Stored::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_become_values() {
        let number = FieldKind::Number { min: None, max: None, only_int: false };
        let json_kind = FieldKind::Json { max_size: 0 };
        let many = FieldKind::Select { values: Vec::new(), max_select: 3 };
        let one = FieldKind::Select { values: Vec::new(), max_select: 1 };
        let date = FieldKind::Date { min: String::new(), max: String::new() };
        let hash = FieldKind::Password { min: 0, max: 0, pattern: String::new(), cost: 0 };
        let of = |text: &str| Cell::Text(text.to_owned());
        let json_of = |text: &str| Value::Json(text.to_owned());
        let list = |items: &[&str]| Value::List(items.iter().map(|&item| item.into()).collect());
        for (kind, cell, expected) in [
            (&number, Cell::Integer(-3), Value::Number(-3.0)),
            (&number, Cell::Real(0.1), Value::Number(0.1)),
            (&number, Cell::Null, Value::Number(0.0)),
            (&FieldKind::Bool, Cell::Integer(1), Value::Bool(true)),
            (&FieldKind::Bool, Cell::Integer(0), Value::Bool(false)),
            (&json_kind, Cell::Null, Value::Null),
            (&json_kind, of(""), Value::Null),
            (&json_kind, of("null"), Value::Null),
            (&json_kind, of("{\"b\": [1,  2]}"), json_of("{\"b\":[1,2]}")),
            (&json_kind, of("\"text\""), json_of("\"text\"")),
            (&json_kind, Cell::Integer(9_007_199_254_740_993), json_of("9007199254740993")),
            (&json_kind, Cell::Real(1.5), json_of("1.5")),
            (&json_kind, Cell::Blob(b"[1]".to_vec()), json_of("[1]")),
            (&many, of("[\"a\",\"b\"]"), list(&["a", "b"])),
            (&many, of("[]"), list(&[])),
            (&many, Cell::Null, list(&[])),
            (&one, of("a"), Value::from("a")),
            (&date, of("2022-01-01 10:00:00.123Z"), Value::from("2022-01-01 10:00:00.123Z")),
            (&date, of("odd"), Value::from("odd")),
            (&hash, of("$2a$10$abc"), Value::from("$2a$10$abc")),
            (
                &FieldKind::GeoPoint,
                of("{\"lon\":1.5,\"lat\":-2}"),
                Value::Point { lon: 1.5, lat: -2.0 },
            ),
            (&FieldKind::GeoPoint, of(""), Value::Point { lon: 0.0, lat: 0.0 }),
        ] {
            assert_eq!(value(kind, &cell), expected, "{kind:?} {cell:?}");
        }
    }
}

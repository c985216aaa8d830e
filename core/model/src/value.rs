//! What a field of a record holds.

/// One field's value in its canonical form (http-api.md 3.4, 3.5).
///
/// A value stored by a field is never `Null` unless the field is of kind json; `Null` also stands
/// for what an expression yields when there is nothing (a missing JSON path, an absent relation).
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL's unknown, JSON's null.
    Null,
    /// A bool field.
    Bool(bool),
    /// A number field: an IEEE double, never NaN or infinite.
    Number(f64),
    /// Text, editor, email, url, date, autodate, password hash, and the single-valued select,
    /// relation and file fields. Dates are canonical text: `2024-05-06 07:08:09.123Z`.
    Text(String),
    /// A select, relation or file field of several values, in order, without duplicates.
    List(Vec<String>),
    /// A json field: the JSON text exactly as it is stored and echoed. Never the text `null`.
    Json(String),
    /// A geoPoint field, in degrees.
    Point {
        /// Longitude, −180 to 180.
        lon: f64,
        /// Latitude, −90 to 90.
        lat: f64,
    },
}

impl Value {
    /// The text of a `Text` value, `""` of every other.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// The ids or options a select, relation or file value names: none for the empty text.
    #[must_use]
    pub fn items(&self) -> &[String] {
        match self {
            Value::List(items) => items,
            Value::Text(text) if !text.is_empty() => std::slice::from_ref(text),
            _ => &[],
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

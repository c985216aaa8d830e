//! Values as literals of the filter language.

use std::borrow::Cow;
use std::time::SystemTime;

use serde_json::Value;

use crate::DateTime;

/// A value that can stand in a filter: texts, numbers, booleans, dates, JSON, and options of them
/// (`None` is `null`, which equals the empty value of any field).
pub trait FilterValue {
    /// The literal, or `None` for a number that is not finite.
    fn to_literal(&self) -> Option<String>;
}

/// Puts quotes around a text and escapes what would end or change it.
///
/// The language knows `\\`, `\"`, `\n`, `\r` and `\t` and takes any other backslash literally, so
/// these and no more may be written (a JSON string literal would be wrong for control characters).
fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

impl FilterValue for str {
    fn to_literal(&self) -> Option<String> {
        Some(quote(self))
    }
}

impl FilterValue for String {
    fn to_literal(&self) -> Option<String> {
        self.as_str().to_literal()
    }
}

impl FilterValue for Cow<'_, str> {
    fn to_literal(&self) -> Option<String> {
        self.as_ref().to_literal()
    }
}

impl<T: FilterValue + ?Sized> FilterValue for &T {
    fn to_literal(&self) -> Option<String> {
        (**self).to_literal()
    }
}

impl<T: FilterValue> FilterValue for Option<T> {
    fn to_literal(&self) -> Option<String> {
        self.as_ref().map_or_else(|| Some("null".into()), FilterValue::to_literal)
    }
}

impl FilterValue for DateTime {
    fn to_literal(&self) -> Option<String> {
        Some(format!("\"{self}\""))
    }
}

impl FilterValue for SystemTime {
    fn to_literal(&self) -> Option<String> {
        DateTime::from(*self).to_literal()
    }
}

macro_rules! written_as_they_are {
    ($($type:ty)*) => {$(
        impl FilterValue for $type {
            fn to_literal(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

written_as_they_are!(bool i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

macro_rules! written_if_finite {
    ($($type:ty)*) => {$(
        /// The language has no exponents; Rust writes floats without.
        impl FilterValue for $type {
            fn to_literal(&self) -> Option<String> {
                self.is_finite().then(|| self.to_string())
            }
        }
    )*};
}

written_if_finite!(f32 f64);

/// Texts, numbers, booleans and null stand for themselves, arrays and objects for their JSON text.
impl FilterValue for Value {
    fn to_literal(&self) -> Option<String> {
        match self {
            Value::Null => Some("null".into()),
            Value::Bool(value) => value.to_literal(),
            Value::String(text) => text.to_literal(),
            Value::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(number), _) => number.to_literal(),
                (_, Some(number)) => number.to_literal(),
                _ => number.as_f64()?.to_literal(),
            },
            Value::Array(_) | Value::Object(_) => Some(quote(&self.to_string())),
        }
    }
}

/// A text for the right side of `~` that is found as it stands.
///
/// There `%` and `_` are wildcards once a text contains a `%`; what a user typed into a search box
/// should rarely be. Matching stays case-insensitive for ASCII letters.
///
/// ```
/// # use purlin_sdk::filter::contains;
/// # use purlin_sdk::filter;
/// let typed = "100%";
/// let filter = filter!("title ~ {:typed}", typed = contains(typed));
/// assert_eq!(filter.to_string(), r#"title ~ "%100\\%%""#);
/// ```
pub fn contains(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals() {
        let table: &[(&dyn FilterValue, &str)] = &[
            (&"", r#""""#),
            (&"it's", r#""it's""#),
            (&"a\"b", r#""a\"b""#),
            (&r"tail\", r#""tail\\""#),
            (&r#"\""#, r#""\\\"""#),
            (&"a\nb\tc\rd", r#""a\nb\tc\rd""#),
            (&"\u{1}\u{2028}é", "\"\u{1}\u{2028}é\""),
            (&String::from("@now"), r#""@now""#),
            (&-5, "-5"),
            (&u64::MAX, "18446744073709551615"),
            (&1.5, "1.5"),
            (&1e21, "1000000000000000000000"),
            (&1e-7, "0.0000001"),
            (&true, "true"),
            (&None::<i32>, "null"),
            (&Some("x"), r#""x""#),
            (&DateTime::from_unix_millis(0), r#""1970-01-01 00:00:00.000Z""#),
            (&SystemTime::UNIX_EPOCH, r#""1970-01-01 00:00:00.000Z""#),
            (&json!(null), "null"),
            (&json!(1e300), &format!("1{}", "0".repeat(300))),
            (&json!({"a": "b\"c"}), r#""{\"a\":\"b\\\"c\"}""#),
        ];
        for (value, literal) in table {
            assert_eq!(value.to_literal().as_deref(), Some(*literal));
        }
        assert_eq!(f64::INFINITY.to_literal(), None);
        assert_eq!(Some(f32::NAN).to_literal(), None);
    }
}

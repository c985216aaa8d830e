//! Typed values out of submitted JSON. `null` stands for the zero value of every type.

use super::Unreadable;
use crate::json::Json;

type Read<T> = Result<T, Unreadable>;

/// A text; `null` is `""`.
pub(crate) fn text(json: &Json) -> Read<String> {
    match json {
        Json::Null => Ok(String::new()),
        Json::Text(text) => Ok(text.clone()),
        _ => Err(Unreadable),
    }
}

/// A text or nothing.
pub(crate) fn maybe_text(json: &Json) -> Read<Option<String>> {
    match json {
        Json::Null => Ok(None),
        other => text(other).map(Some),
    }
}

/// A boolean; `null` is `false`.
pub(crate) fn flag(json: &Json) -> Read<bool> {
    match json {
        Json::Null => Ok(false),
        Json::Bool(flag) => Ok(*flag),
        _ => Err(Unreadable),
    }
}

/// A boolean or nothing.
pub(crate) fn maybe_flag(json: &Json) -> Read<Option<bool>> {
    match json {
        Json::Null => Ok(None),
        other => flag(other).map(Some),
    }
}

/// A number or nothing.
pub(crate) fn maybe_number(json: &Json) -> Read<Option<f64>> {
    match json {
        Json::Null => Ok(None),
        Json::Number(number) => Ok(Some(*number)),
        _ => Err(Unreadable),
    }
}

/// A whole number of 64 bits; `null` is 0.
pub(crate) fn int(json: &Json) -> Read<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match json {
        Json::Null => Ok(0),
        // The cast is exact: the number is whole and inside the range.
        #[allow(clippy::cast_possible_truncation)]
        Json::Number(number) if number.fract() == 0.0 && *number >= -LIMIT && *number < LIMIT => {
            Ok(*number as i64)
        }
        _ => Err(Unreadable),
    }
}

/// A list of texts; `null` is the empty list.
pub(crate) fn texts(json: &Json) -> Read<Vec<String>> {
    items(json)?.iter().map(text).collect()
}

/// A list; `null` is the empty list.
pub(crate) fn items(json: &Json) -> Read<&[Json]> {
    match json {
        Json::Null => Ok(&[]),
        Json::List(items) => Ok(items),
        _ => Err(Unreadable),
    }
}

/// The members of an object; `None` for `null`, which resets what it is merged onto.
pub(crate) fn members(json: &Json) -> Read<Option<&[(String, Json)]>> {
    match json {
        Json::Null => Ok(None),
        Json::Object(members) => Ok(Some(members)),
        _ => Err(Unreadable),
    }
}

//! JSON texts as documents that can be looked into: scalars as what they are (true is 1), numbers
//! spelled as whole as 64-bit integers, arrays and objects as their items or members with where in
//! the text they stand.

use std::borrow::Cow;

use mongodb::bson::raw::{CString, RawArrayBuf, RawDocumentBuf};
use mongodb::bson::{RawBson, raw::cstr};
use purlin_model::Value;
use purlin_model::plan::rendering;
use serde_json::value::RawValue;

use super::names::tree_key;

/// How deep steps may go: documents nest only so far. What is deeper is not found.
pub(super) const DEPTH: usize = 40;

/// The tree of a JSON text.
pub(super) fn of_json(json: &str) -> RawBson {
    node(json, json.trim(), 0)
}

fn node(whole: &str, part: &str, depth: usize) -> RawBson {
    match rendering::scalar(part) {
        Value::Bool(truth) => RawBson::Int64(truth.into()),
        Value::Number(number) => spelled(number, part),
        Value::Text(text) => RawBson::String(text),
        Value::Json(_) => container(whole, part, depth),
        _ => RawBson::Null,
    }
}

fn spelled(number: f64, part: &str) -> RawBson {
    let whole = !part.contains(['.', 'e', 'E']) && number.abs() < 9.223_372_036_854_775e18;
    #[allow(clippy::cast_possible_truncation)]
    if whole { RawBson::Int64(number as i64) } else { RawBson::Double(number) }
}

fn container(whole: &str, part: &str, depth: usize) -> RawBson {
    let mut out = RawDocumentBuf::new();
    if depth < DEPTH {
        if part.starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(part).unwrap_or_default();
            let items = items.iter().map(|item| node(whole, item.get(), depth + 1));
            out.append(cstr!("a"), items.collect::<RawArrayBuf>());
        } else {
            out.append(cstr!("m"), members(whole, part, depth));
        }
    }
    // Where the text stands, in bytes.
    let from = part.as_ptr() as usize - whole.as_ptr() as usize;
    out.append(cstr!("o"), i32::try_from(from).unwrap_or(i32::MAX));
    out.append(cstr!("n"), i32::try_from(part.len()).unwrap_or(i32::MAX));
    RawBson::Document(out)
}

fn members(whole: &str, part: &str, depth: usize) -> RawDocumentBuf {
    let members: std::collections::HashMap<Cow<'_, str>, &RawValue> =
        serde_json::from_str(part).unwrap_or_default();
    let mut out = RawDocumentBuf::new();
    for (key, value) in members {
        if let Ok(key) = CString::try_from(tree_key(&key)) {
            out.append(key, node(whole, value.get(), depth + 1));
        }
    }
    out
}

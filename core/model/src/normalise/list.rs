//! Options, ids and file names from what clients send.

use std::collections::HashSet;

use super::text;
use crate::json::Json;
use crate::schema::FieldKind;
use crate::value::Value;

/// The items named: of a list its scalars, of a text the JSON list of strings it may hold, of
/// another scalar itself. Neither empty ones nor duplicates; a list that holds lists or objects
/// names nothing.
pub(super) fn items(sent: &Json) -> Vec<String> {
    let given = match sent {
        Json::List(list) => scalars(list),
        Json::Text(text) => from_text(text).unwrap_or_else(|| vec![text.clone()]),
        sent => vec![text(sent)],
    };
    unique(given)
}

fn scalars(list: &[Json]) -> Vec<String> {
    if list.iter().any(|item| matches!(item, Json::List(_) | Json::Object(_))) {
        return Vec::new();
    }
    list.iter().map(text).collect()
}

fn from_text(text: &str) -> Option<Vec<String>> {
    if !text.contains('[') {
        return None;
    }
    let Ok(Json::List(list)) = Json::parse_whole(text.as_bytes()) else { return None };
    let string = |item: &Json| match item {
        Json::Null => Some(String::new()),
        item => item.text().map(str::to_owned),
    };
    list.iter().map(string).collect()
}

/// The items without empty ones and later duplicates.
pub(super) fn unique(items: Vec<String>) -> Vec<String> {
    if items.len() < 2 {
        return items.into_iter().filter(|item| !item.is_empty()).collect();
    }
    let mut seen = HashSet::with_capacity(items.len());
    items.into_iter().filter(|item| !item.is_empty() && seen.insert(item.clone())).collect()
}

/// What the field keeps of the items: all, or the last where it holds one.
pub(super) fn chosen(kind: &FieldKind, items: Vec<String>) -> Value {
    if kind.is_multiple() {
        return Value::List(unique(items));
    }
    let last = items.into_iter().rfind(|item| !item.is_empty());
    Value::Text(last.unwrap_or_default())
}

//! Expected against got: the wildcards, and the paths where two answers differ.
//!
//! `<id>` is 15 letters and digits, `<date>` a canonical date, `<token>` a JWT, `<any>` anything;
//! `<any>` inside a longer text stands for any piece of text.

use serde_json::Value;

/// Lines `path: expected …, got …`; none when the answer is as recorded.
pub(crate) fn differences(expected: &Value, got: &Value, unordered: bool) -> Vec<String> {
    let mut found = Vec::new();
    if unordered {
        walk(&settled(expected), &settled(got), "$", &mut found);
    } else {
        walk(expected, got, "$", &mut found);
    }
    found
}

fn walk(expected: &Value, got: &Value, path: &str, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::String(pattern), _) if pattern == "<any>" => {}
        (Value::String(pattern), Value::String(text)) if text_matches(pattern, text) => {}
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                match right.get(key) {
                    Some(other) => walk(value, other, &format!("{path}.{key}"), found),
                    None if value == "<any>" => {}
                    None => found.push(format!("{path}.{key}: missing, expected {}", brief(value))),
                }
            }
            for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                found.push(format!("{path}.{key}: unexpected {}", brief(value)));
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (position, (one, two)) in left.iter().zip(right).enumerate() {
                walk(one, two, &format!("{path}[{position}]"), found);
            }
        }
        (Value::Array(left), Value::Array(right)) => found.push(format!(
            "{path}: {} items expected, got {}: {}",
            left.len(),
            right.len(),
            brief(got)
        )),
        (Value::Number(left), Value::Number(right)) if same_number(left, right) => {}
        _ if expected == got && !expected.is_number() => {}
        _ => found.push(format!("{path}: expected {}, got {}", brief(expected), brief(got))),
    }
}

/// Numbers compare by value, whole ones exactly.
fn same_number(left: &serde_json::Number, right: &serde_json::Number) -> bool {
    left == right || (!(left.is_i64() && right.is_i64()) && left.as_f64() == right.as_f64())
}

/// Whether a text is what the expected text, maybe a wildcard, stands for.
pub(crate) fn text_matches(pattern: &str, text: &str) -> bool {
    match pattern {
        "<any>" => true,
        "<id>" => {
            text.len() == 15 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        }
        "<date>" => is_date(text),
        "<token>" => {
            let part = |part: &str| {
                !part.is_empty()
                    && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            };
            text.split('.').count() == 3 && text.split('.').all(part)
        }
        _ => pieces_match(pattern, text),
    }
}

fn is_date(text: &str) -> bool {
    let shape = b"dddd-dd-dd dd:dd:dd.dddZ";
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape)
            .all(|(b, s)| if *s == b'd' { b.is_ascii_digit() } else { b == *s })
}

fn pieces_match(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split("<any>");
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, middle)) = pieces.split_last() else { return rest.is_empty() };
    for piece in middle {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// The value with every list in one fixed order.
fn settled(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(key, one)| (key.clone(), settled(one))).collect()
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(settled).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        other => other.clone(),
    }
}

/// The value as short text for a report.
pub(crate) fn brief(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() < 160 {
        return text;
    }
    text.chars().take(157).chain("…".chars()).collect()
}

#[test]
fn wildcards_match_what_they_stand_for_and_nothing_else() {
    let rows = [
        ("<id>", "abc00000000000z", true),
        ("<id>", "abc", false),
        ("<date>", "2026-01-02 03:04:05.678Z", true),
        ("<date>", "2026-01-02T03:04:05.678Z", false),
        ("<token>", "a.b-c.d_e", true),
        ("<token>", "a.b", false),
        ("Raw error:<any>", "Raw error: near \"x\"", true),
        ("Raw error:<any>", "other", false),
        ("a<any>b<any>c", "a1b2c", true),
        ("a<any>b<any>c", "a1c", false),
        ("plain", "plain", true),
        ("plain", "plainer", false),
    ];
    for (pattern, text, expected) in rows {
        assert_eq!(text_matches(pattern, text), expected, "{pattern} on {text}");
    }
}

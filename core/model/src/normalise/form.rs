//! Text parts of form bodies, which have no types of their own (http-api.md 1.2).

use super::plain_number;
use crate::json::Json;

/// The value a text part stands for: a boolean, a number spelled as numbers print, or the text.
#[must_use]
pub fn infer(text: &str) -> Json {
    match text {
        "true" => return Json::Bool(true),
        "false" => return Json::Bool(false),
        _ => {}
    }
    let numeric = text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'.'));
    match text.parse::<f64>() {
        Ok(number) if numeric && plain_number(number) == text => Json::Number(number),
        _ => Json::from(text),
    }
}

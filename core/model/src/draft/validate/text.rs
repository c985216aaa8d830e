//! Rules of texts: length, pattern, size; ids and passwords.

use super::{PLAIN_ID, count, required};
use crate::fault::Fault;
use crate::json::Json;
use crate::pattern;
use crate::schema::{Field, FieldKind, NativeKind};
use crate::value::Value;

/// Characters a text may have when its field sets no limit.
const MAX_TEXT: u64 = 5000;
/// Characters a password may have when its field sets no limit.
const MAX_PASSWORD: u64 = 71;
/// Bytes a password may have at all.
const MAX_PASSWORD_BYTES: usize = 72;
/// Bytes of an editor's content when its field sets no limit.
const MAX_EDITOR: u64 = 5 << 20;
/// Bytes of a JSON value when its field sets no limit.
const MAX_JSON: u64 = 1 << 20;

/// What an id of a custom pattern must not hold: it becomes part of paths, file names and filters.
const FORBIDDEN: &str = "./\\|\"'`<>:?*%$\0\t\n\r ";

/// Names some systems keep for devices.
const RESERVED: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
    "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

fn or_default(limit: u64, default: u64) -> u64 {
    if limit == 0 { default } else { limit }
}

fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

pub(super) fn text(kind: &FieldKind, value: &str) -> Result<(), Fault> {
    let FieldKind::Text { min, max, pattern, .. } = kind else { return Ok(()) };
    if value.is_empty() {
        return Ok(());
    }
    let (length, max) = (characters(value), or_default(*max, MAX_TEXT));
    if length < *min {
        let message = format!("must be at least {min} character(s)");
        return Err(Fault::new("validation_min_text_constraint", message).with("min", count(*min)));
    }
    if length > max {
        let message = format!("must be no more than {max} character(s)");
        return Err(Fault::new("validation_max_text_constraint", message).with("max", count(max)));
    }
    matches(pattern, value)
}

fn matches(pattern: &str, value: &str) -> Result<(), Fault> {
    if pattern.is_empty() || pattern::matches(pattern, value) {
        return Ok(());
    }
    Err(Fault::new("validation_invalid_format", "invalid value format"))
}

/// An id; `stored` is that of the record it belongs to, if it is stored already.
pub(super) fn id(field: &Field, value: &str, stored: Option<&str>) -> Result<(), Fault> {
    if let Some(stored) = stored {
        let message = "the record primary key cannot be changed";
        let changed = || Fault::new("validation_pk_change", message);
        return if stored == value { Ok(()) } else { Err(changed()) };
    }
    if value.is_empty() {
        return Err(required());
    }
    text(&field.kind, value)?;
    let plain = matches!(&field.kind, FieldKind::Text { pattern, .. } if pattern == PLAIN_ID);
    if plain || field.native.is_some() {
        return Ok(());
    }
    if let Some(found) = FORBIDDEN.chars().find(|c| value.contains(*c)) {
        let message = format!("'{found}' is not a valid primary key character");
        let fault = Fault::new("validation_forbidden_pk_character", message);
        return Err(fault.with("ch", Json::from(found.to_string())));
    }
    if let Some(name) = RESERVED.iter().find(|name| value.eq_ignore_ascii_case(name)) {
        let message = format!("the primary key '{name}' is reserved and cannot be used");
        let fault = Fault::new("validation_reserved_pk", message);
        return Err(fault.with("reserved", Json::from(*name)));
    }
    Ok(())
}

/// A new password in plain text.
pub(super) fn password(kind: &FieldKind, value: &str) -> Result<(), Fault> {
    let FieldKind::Password { min, max, pattern, .. } = kind else { return Ok(()) };
    if value.is_empty() {
        return Ok(());
    }
    let (length, max) = (characters(value), or_default(*max, MAX_PASSWORD));
    if length < *min {
        let message = format!("must be at least {min} character(s)");
        return Err(Fault::new("validation_min_text_constraint", message));
    }
    if length > max {
        let message = format!("must be less than {max} character(s)");
        return Err(Fault::new("validation_max_text_constraint", message));
    }
    if value.len() > MAX_PASSWORD_BYTES {
        return Err(Fault::new("validation_invalid_value", "invalid value"));
    }
    matches(pattern, value)
}

pub(super) fn editor(max_size: u64, value: &str) -> Result<(), Fault> {
    let max = or_default(max_size, MAX_EDITOR);
    if value.len() as u64 <= max {
        return Ok(());
    }
    let message = format!("the maximum allowed content size is {max} bytes");
    Err(Fault::new("validation_content_size_limit", message).with("maxSize", count(max)))
}

/// JSON for a column of an adopted table that holds texts.
pub(super) fn texts(field: &Field, value: &Value) -> Result<(), Fault> {
    let Value::Json(json) = value else { return Ok(()) };
    if field.native_kind() != Some(NativeKind::Texts) {
        return Ok(());
    }
    match Json::parse(json.as_bytes()) {
        Ok(Json::List(items)) if items.iter().all(|item| item.text().is_some()) => Ok(()),
        _ => Err(super::not_texts()),
    }
}

pub(super) fn json(max_size: u64, value: &Value) -> Result<(), Fault> {
    let max = or_default(max_size, MAX_JSON);
    match value {
        Value::Json(json) if json.len() as u64 > max => {
            let message = format!("the maximum allowed JSON size is {max} bytes");
            Err(Fault::new("validation_json_size_limit", message).with("maxSize", count(max)))
        }
        _ => Ok(()),
    }
}

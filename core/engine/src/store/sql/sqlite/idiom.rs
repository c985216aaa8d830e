//! What SQLite calls things: JSON, lists, dates, distances, affinities (http-api.md 8).

use purlin_model::Value;
use purlin_model::schema::{Field, FieldKind, NativeKind};

use super::super::statement::{Parameter, Statement, texts_json};

/// Numbers up to this size are whole numbers exactly; SQLite stores them as integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The declared type of a column, by which SQLite converts what is compared with it.
pub(super) fn affinity(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Number { .. } | FieldKind::Bool => "NUMERIC",
        _ => "TEXT",
    }
}

/// Whether an adopted table holds numbers in the column of a field whose values are texts: keys, and
/// what refers to them.
pub(super) fn is_numbered(field: &Field) -> bool {
    let numbers = matches!(
        field.native_kind(),
        Some(NativeKind::Integer | NativeKind::Real | NativeKind::Decimal | NativeKind::Bool)
    );
    numbers && !matches!(field.kind, FieldKind::Number { .. } | FieldKind::Bool)
}

/// Appends a column as its field's values are compared.
pub(super) fn compared(out: &mut Statement, row: usize, field: &Field) {
    if is_numbered(field) {
        out.push("CAST(").column(row, field.column()).push(" AS TEXT)");
    } else {
        out.column(row, field.column());
    }
}

/// A text that a key is to be, as its column holds it: of a whole number only the one spelling that
/// is its text, for SQLite would take others for it, too. No number is null.
pub(super) fn key(field: Option<&Field>, text: &str) -> Parameter {
    if field.and_then(Field::native_kind) != Some(NativeKind::Integer) {
        return Parameter::Text(text.to_owned());
    }
    match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => Parameter::Integer(number),
        _ => Parameter::Null,
    }
}

/// The same for many, as JSON.
pub(super) fn keys(field: Option<&Field>, texts: &[String]) -> Parameter {
    if field.and_then(Field::native_kind) != Some(NativeKind::Integer) {
        return Parameter::Text(texts_json(texts));
    }
    let known = texts.iter().filter(|text| key(field, text) != Parameter::Null);
    // Numbers this exact would be rounded in JSON; the column turns their texts into numbers.
    Parameter::Text(texts_json(&known.cloned().collect::<Vec<_>>()))
}

/// A value in the form SQLite would hold it in a column of its field, where there is no column.
pub(super) fn as_stored(value: &Value) -> Parameter {
    match Parameter::stored(value) {
        Parameter::Real(number) if number.fract() == 0.0 && number.abs() <= EXACT =>
        {
            #[allow(clippy::cast_possible_truncation)]
            Parameter::Integer(number as i64)
        }
        other => other,
    }
}

/// Appends a table of the items of a list field, column `value`. A single-valued field is a list
/// of one.
pub(super) fn items(out: &mut Statement, row: usize, field: &Field) {
    if !field.kind.is_multiple() {
        out.push("json_each(CASE WHEN ").column(row, field.column());
        out.push(" IS NOT NULL THEN json_array(");
        compared(out, row, field);
        out.push(") END)");
        return;
    }
    out.push("json_each(CASE WHEN json_valid(").column(row, field.column());
    out.push(") AND json_type(").column(row, field.column()).push(") = 'array' THEN ");
    out.column(row, field.column()).push(" WHEN ").column(row, field.column());
    out.push(" IS NOT NULL THEN json_array(").column(row, field.column()).push(") END)");
}

/// Appends how many items a field holds.
pub(super) fn length(out: &mut Statement, row: usize, field: &Field) {
    if !field.kind.is_multiple() {
        out.push("(ifnull(").column(row, field.column()).push(", '') <> '')");
        return;
    }
    out.push("CASE WHEN json_valid(").column(row, field.column());
    out.push(") AND json_type(").column(row, field.column()).push(") = 'array' THEN ");
    out.push("json_array_length(").column(row, field.column()).push(") ELSE ifnull(");
    out.column(row, field.column()).push(", '') <> '' END");
}

/// Appends the JSON value of a json field; what is not JSON (in a view) counts as it is.
pub(super) fn json_value(out: &mut Statement, row: usize, field: &Field) {
    out.push("CASE WHEN json_valid(").column(row, field.column()).push(") THEN json_extract(");
    out.column(row, field.column()).push(", '$') ELSE ").column(row, field.column()).push(" END");
}

/// Appends a member of a json or geoPoint field.
pub(super) fn json_member(out: &mut Statement, row: usize, field: &Field, steps: &[String]) {
    out.push("CASE WHEN json_valid(").column(row, field.column()).push(") THEN json_extract(");
    out.column(row, field.column()).push(", ").bind(json_path(steps)).push(") END");
}

/// A path in SQLite's form. A step it cannot express is one no object has: null.
fn json_path(steps: &[String]) -> Parameter {
    let mut path = String::from("$");
    for step in steps {
        if step.contains('"') {
            return Parameter::Null;
        }
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            // Larger numbers would wrap around.
            let position = step.trim_start_matches('0');
            let position = if position.len() > 9 { "999999999" } else { position };
            path.push('[');
            path.push_str(if position.is_empty() { "0" } else { position });
            path.push(']');
        } else {
            path.push_str(".\"");
            path.push_str(step);
            path.push('"');
        }
    }
    Parameter::Text(path)
}

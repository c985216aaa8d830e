//! What MySQL calls lists.

use purlin_model::Value;
use purlin_model::json::{write_number, write_text};
use purlin_model::plan::rendering;
use purlin_model::schema::Field;

use super::super::statement::{Parameter, Statement, texts_json};

/// Longer lists of values are one parameter.
const MANY: usize = 512;

/// Appends the end of a condition: what stands before is one of these values. There are few sizes
/// of lists, so that statements repeat; the last value fills up.
pub(super) fn among(out: &mut Statement, mut values: Vec<Parameter>) {
    let Some(last) = values.last().cloned() else {
        out.push(" IN (NULL)");
        return;
    };
    if let [value] = values.as_slice() {
        out.push(" = ").bind(value.clone());
        return;
    }
    if values.len() > MANY && values.iter().all(|it| matches!(it, Parameter::Text(_))) {
        let texts: Vec<String> = values
            .into_iter()
            .filter_map(|it| if let Parameter::Text(text) = it { Some(text) } else { None })
            .collect();
        let collation = out_collation(out);
        out.push(" IN (SELECT value COLLATE ").push(collation).push(" FROM JSON_TABLE(");
        out.bind_text(texts_json(&texts));
        out.push(", '$[*]' COLUMNS(value VARCHAR(255) PATH '$')) AS list)");
        return;
    }
    values.resize(values.len().next_power_of_two(), last);
    out.push(" IN (")
        .list(values, ", ", |out, value| {
            out.bind(value);
        })
        .push(")");
}

fn out_collation(out: &Statement) -> &'static str {
    if out.dialect.table_options().contains("0900") {
        "utf8mb4_0900_bin"
    } else {
        "utf8mb4_nopad_bin"
    }
}

/// Appends what begins with `open` and is given the list a column holds; a single value is a list
/// of one, an empty one too.
pub(super) fn list(out: &mut Statement, row: usize, field: &Field, open: &str) {
    out.push(open);
    let column = |out: &mut Statement| {
        out.column(row, field.column());
    };
    if !field.kind.is_multiple() {
        out.push("CASE WHEN ");
        column(out);
        out.push(" IS NOT NULL THEN JSON_ARRAY(");
        column(out);
        out.push(") END");
        return;
    }
    // Of a view it may be anything.
    out.push("CASE WHEN JSON_VALID(");
    column(out);
    out.push(") AND LEFT(");
    column(out);
    out.push(", 1) = '[' THEN ");
    column(out);
    out.push(" WHEN ");
    column(out);
    // MySQL does not choose between a text and a JSON value.
    out.push(" IS NOT NULL THEN CAST(JSON_ARRAY(");
    column(out);
    out.push(") AS CHAR) END");
}

/// Appends a table of the items of a list field, column `value`.
pub(super) fn items(out: &mut Statement, row: usize, field: &Field) {
    list(out, row, field, "JSON_TABLE(");
    out.push(", '$[*]' COLUMNS(value LONGTEXT PATH '$'))");
}

/// Appends how many items a field holds; never null.
pub(super) fn length(out: &mut Statement, row: usize, field: &Field) {
    if !field.kind.is_multiple() {
        out.push("(coalesce(").column(row, field.column()).push(", '') <> '')");
        return;
    }
    out.push("CASE WHEN ").column(row, field.column()).push(" IS NULL OR ");
    out.column(row, field.column()).push(" = '' THEN 0 ELSE ");
    list(out, row, field, "JSON_LENGTH(");
    out.push(") END");
}

/// Values as JSON: of each its number, its text, and the text its number shows as.
pub(super) fn values(values: &[Value]) -> String {
    let mut out = vec![b'['];
    for (index, value) in values.iter().enumerate() {
        out.extend_from_slice(if index > 0 { b",[" } else { b"[" });
        let shown = rendering::text(value).unwrap_or_default();
        match Parameter::compared(value) {
            Parameter::Null | Parameter::Bool(_) | Parameter::Texts(_) => {
                out.extend_from_slice(b"null,null,null");
            }
            Parameter::Text(text) | Parameter::Label(text) => {
                out.extend_from_slice(b"null,");
                write_text(&text, &mut out);
                out.extend_from_slice(b",null");
            }
            Parameter::Integer(number) => {
                out.extend_from_slice(number.to_string().as_bytes());
                out.extend_from_slice(b",null,");
                write_text(&shown, &mut out);
            }
            Parameter::Real(number) => {
                write_number(number, &mut out);
                out.extend_from_slice(b",null,");
                write_text(&shown, &mut out);
            }
        }
        out.push(b']');
    }
    out.push(b']');
    String::from_utf8(out).unwrap_or_default()
}

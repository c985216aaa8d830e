//! Columns of tables that were found: how they are read, written and compared.

use purlin_model::schema::{Field, FieldKind, NativeKind};
use purlin_model::{Collection, Value};

use super::super::statement::{Parameter, Statement};
use super::{BYTES, json};

/// Appends a column in its canonical form.
pub(super) fn read(out: &mut Statement, row: usize, field: &Field) {
    let column = |out: &mut Statement| {
        out.column(row, field.column());
    };
    match field.native_kind() {
        None => column(out),
        Some(native) => canonical(out, native, &field.kind, &column),
    }
}

/// Appends an expression of a native kind in the canonical form of a field's kind.
pub(crate) fn canonical(
    out: &mut Statement,
    native: NativeKind,
    kind: &FieldKind,
    it: &dyn Fn(&mut Statement),
) {
    let around = |out: &mut Statement, before: &str, after: &str| {
        out.push(before);
        it(out);
        out.push(after);
    };
    match (kind, native) {
        (FieldKind::Bool, NativeKind::Bool) => it(out),
        (FieldKind::Bool, NativeKind::Integer | NativeKind::Real | NativeKind::Decimal) => {
            around(out, "(", " = 1)");
        }
        (FieldKind::Number { .. }, NativeKind::Bool) => around(out, "(", "::int::float8)"),
        (FieldKind::Number { .. }, _) => around(out, "(", "::float8)"),
        (_, NativeKind::Timestamp) => {
            around(out, "(to_char(", ", 'YYYY-MM-DD HH24:MI:SS.MS') || 'Z'");
            out.push(BYTES).push(")");
        }
        (_, NativeKind::Moment) => {
            let format = " AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || 'Z'";
            around(out, "(to_char(", format);
            out.push(BYTES).push(")");
        }
        (_, NativeKind::Day) => {
            around(out, "(to_char(", ", 'YYYY-MM-DD') || ' 00:00:00.000Z'");
            out.push(BYTES).push(")");
        }
        (_, NativeKind::Texts) => around(out, "(array_to_json(", ")::text COLLATE \"C\")"),
        (
            FieldKind::Json { .. },
            NativeKind::Integer | NativeKind::Real | NativeKind::Bool | NativeKind::Decimal,
        ) => {
            around(out, "(to_json(", ")::text COLLATE \"C\")");
        }
        _ => around(out, "(", "::text COLLATE \"C\")"),
    }
}

/// Appends a value in the form the column holds it in.
pub(super) fn write(out: &mut Statement, field: &Field, value: &Value) {
    let Some(native) = field.native_kind() else {
        return match (&field.kind, value) {
            (FieldKind::Bool | FieldKind::Number { .. }, Value::Null) => drop(out.push("NULL")),
            (_, Value::Bool(flag)) => drop(out.bind(Parameter::Bool(*flag))),
            (_, value) => drop(out.bind(Parameter::stored(value))),
        };
    };
    let empty = matches!(value, Value::Text(text) if text.is_empty());
    let text = native == NativeKind::Text;
    if *value == Value::Null || empty && !text {
        out.push("NULL");
        return;
    }
    let bound = Parameter::stored(value);
    match native {
        NativeKind::Text => match bound {
            Parameter::Text(text) => drop(out.bind(Parameter::Label(text))),
            other => drop(out.bind(other).push("::text")),
        },
        NativeKind::Texts => {
            out.push("ARRAY(SELECT json_array_elements_text(").bind(bound).push("::json))");
        }
        NativeKind::Bool => match value {
            Value::Bool(flag) => drop(out.bind(Parameter::Bool(*flag))),
            _ => drop(out.bind(bound).push("::text::bool")),
        },
        NativeKind::Integer if matches!(value, Value::Bool(_)) => drop(out.bind(bound)),
        native => drop(out.bind(bound).push("::").push(type_of(native))),
    }
}

/// The type a text or number is cast to.
fn type_of(native: NativeKind) -> &'static str {
    match native {
        NativeKind::Integer => "int8",
        NativeKind::Real => "float8",
        NativeKind::Decimal => "numeric",
        NativeKind::Bool => "bool",
        NativeKind::Uuid => "uuid",
        NativeKind::Timestamp => "timestamp",
        NativeKind::Moment => "timestamptz",
        NativeKind::Day => "date",
        NativeKind::Json => "jsonb",
        NativeKind::Texts => "text[]",
        NativeKind::Text | NativeKind::ObjectId | NativeKind::Other => "text",
    }
}

/// Appends a condition: the key of a row is among these texts.
pub(super) fn key_among(
    out: &mut Statement,
    row: Option<usize>,
    collection: &Collection,
    ids: &[String],
) {
    match collection.field("id") {
        Some(field) => among(out, row, field, ids),
        None => drop(out.push("FALSE")),
    }
}

/// Appends a condition that leaves an index of the column usable. A text that the column's type
/// does not know is equal to nothing.
pub(super) fn among(out: &mut Statement, row: Option<usize>, field: &Field, texts: &[String]) {
    let native = field.native_kind();
    let typed = match native {
        Some(NativeKind::Integer) => Some("int8"),
        Some(NativeKind::Uuid) => Some("uuid"),
        _ => None,
    };
    match row {
        Some(row) => out.column(row, field.column()),
        None => out.name(field.column()),
    };
    if typed.is_none() && !matches!(native, None | Some(NativeKind::Text)) {
        out.push("::text");
    }
    let known = texts.iter().filter(|text| match native {
        Some(NativeKind::Integer) => {
            text.parse::<i64>().is_ok_and(|number| number.to_string() == **text)
        }
        Some(NativeKind::Uuid) => is_uuid(text),
        _ => true,
    });
    let known: Vec<String> = known.cloned().collect();
    let cast = |out: &mut Statement, list: &str| {
        if let Some(name) = typed {
            out.push("::").push(name).push(list);
        }
    };
    match known.as_slice() {
        [] if texts.len() == 1 => drop(out.push(" = NULL")),
        [text] if texts.len() == 1 => {
            out.push(" = ").bind_text(text.as_str());
            cast(out, "");
        }
        _ => {
            out.push(" = ANY(").bind(Parameter::Texts(known));
            cast(out, "[]");
            out.push(")");
        }
    }
}

/// Whether a text is a UUID as the database shows one.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Appends a condition that joins row `key` by its id to a relation field of row `holder`.
pub(super) fn refers(
    out: &mut Statement,
    holder: usize,
    field: &Field,
    key: usize,
    to: &Collection,
) {
    let id = to.field("id");
    let native = id.and_then(Field::native_kind);
    let alike = native == field.native_kind();
    out.column(key, to.key_column());
    if field.kind.is_multiple() {
        if !matches!(native, None | Some(NativeKind::Text)) {
            out.push("::text");
        }
        out.push(" = ANY(");
        if field.native_kind() == Some(NativeKind::Texts) {
            out.column(holder, field.column());
        } else {
            out.push("ARRAY(SELECT ");
            json::items(out, holder, field);
            out.push(")");
        }
        out.push(")");
    } else if alike {
        out.push(" = ").column(holder, field.column());
    } else {
        out.push("::text = ").column(holder, field.column()).push("::text");
    }
}

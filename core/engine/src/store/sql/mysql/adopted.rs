//! Columns of tables Purlin found: to the canonical form and back.

use purlin_model::plan::{Row, Term};
use purlin_model::query::Op;
use purlin_model::schema::{Field, FieldKind, NativeKind};
use purlin_model::{Collection, Value};

use super::super::rows::field;
use super::super::statement::{Parameter, Statement};
use super::{Mysql, idiom};

/// Appends a column as it is answered and compared.
pub(super) fn canonical(dialect: &Mysql, out: &mut Statement, row: Option<usize>, field: &Field) {
    let column = |out: &mut Statement| match row {
        Some(row) => {
            out.column(row, field.column());
        }
        None => {
            out.name(field.column());
        }
    };
    let between = |out: &mut Statement, before: &str, after: &str| {
        out.push(before);
        column(out);
        out.push(after);
    };
    let collation = dialect.collation();
    match field.native_kind() {
        None | Some(NativeKind::Integer | NativeKind::Real | NativeKind::Bool) => column(out),
        Some(NativeKind::Decimal) => between(out, "(", " + 0e0)"),
        Some(NativeKind::Timestamp | NativeKind::Moment) => {
            between(
                out,
                "CONVERT(CONCAT(LEFT(DATE_FORMAT(",
                ", '%Y-%m-%d %H:%i:%s.%f'), 23), 'Z')",
            );
            out.push(" USING utf8mb4) COLLATE ").push(collation);
        }
        Some(NativeKind::Day) => {
            between(out, "CONVERT(CONCAT(DATE_FORMAT(", ", '%Y-%m-%d'), ' 00:00:00.000Z')");
            out.push(" USING utf8mb4) COLLATE ").push(collation);
        }
        Some(NativeKind::Uuid) => {
            between(out, "CONVERT(LOWER(CAST(", " AS CHAR)) USING utf8mb4) COLLATE ");
            out.push(collation);
        }
        Some(NativeKind::Text) => {
            between(out, "CONVERT(", " USING utf8mb4) COLLATE ");
            out.push(collation);
        }
        Some(_) => {
            between(out, "CONVERT(CAST(", " AS CHAR) USING utf8mb4) COLLATE ");
            out.push(collation);
        }
    }
}

/// Appends a value in the form the field's column holds it in.
pub(super) fn store(out: &mut Statement, field: &Field, value: &Value) {
    let parameter = Parameter::stored(value);
    out.bind(match (field.native_kind(), parameter) {
        (Some(NativeKind::Timestamp | NativeKind::Moment), Parameter::Text(text)) => match &*text {
            "" => Parameter::Null,
            text => Parameter::Text(text.trim_end_matches('Z').to_owned()),
        },
        (Some(NativeKind::Day), Parameter::Text(text)) => match text.get(..10) {
            Some(day) => Parameter::Text(day.to_owned()),
            None => Parameter::Null,
        },
        (Some(NativeKind::Integer), Parameter::Real(number)) => whole(number),
        (Some(NativeKind::Integer), Parameter::Text(text)) => {
            text.parse().map_or(Parameter::Text(text), Parameter::Integer)
        }
        (_, parameter) => parameter,
    });
}

/// A number without fraction as one; another is the database's to refuse.
fn whole(number: f64) -> Parameter {
    if number.fract() == 0.0 && number.abs() < 9.2e18 {
        #[allow(clippy::cast_possible_truncation)]
        return Parameter::Integer(number as i64);
    }
    Parameter::Real(number)
}

/// Appends the key of a row as text.
pub(super) fn key(dialect: &Mysql, out: &mut Statement, row: usize, to: &Collection) {
    match to.field("id") {
        Some(field) if field.native_kind() == Some(NativeKind::Integer) => {
            out.push("CONVERT(CAST(").column(row, field.column());
            out.push(" AS CHAR) USING utf8mb4) COLLATE ").push(dialect.collation());
        }
        Some(field) => canonical(dialect, out, Some(row), field),
        None => {
            out.column(row, "id");
        }
    }
}

/// Appends a condition: the key is one of these texts. It is asked in the key's own form, so that
/// the index serves.
pub(super) fn key_among(
    dialect: &Mysql,
    out: &mut Statement,
    row: Option<usize>,
    to: &Collection,
    ids: &[String],
) {
    let native = to.field("id").and_then(Field::native_kind);
    let column = |out: &mut Statement| match row {
        Some(row) => {
            out.column(row, to.key_column());
        }
        None => {
            out.name(to.key_column());
        }
    };
    let values: Vec<Parameter> = match native {
        Some(NativeKind::Integer) => {
            let numbers = ids.iter().filter_map(|id| {
                let number: i64 = id.parse().ok()?;
                (number.to_string() == *id).then_some(Parameter::Integer(number))
            });
            numbers.collect()
        }
        Some(NativeKind::Uuid) => {
            ids.iter().filter(|id| is_uuid(id)).cloned().map(Parameter::Text).collect()
        }
        _ => ids.iter().cloned().map(Parameter::Text).collect(),
    };
    if values.is_empty() {
        out.push("FALSE");
        return;
    }
    if native == Some(NativeKind::Text) {
        // Equal by the column's own rules, for its index; then by the bytes.
        out.push("(");
        column(out);
        idiom::among(out, values.clone());
        out.push(" AND CONVERT(");
        column(out);
        out.push(" USING utf8mb4) COLLATE ").push(dialect.collation());
        idiom::among(out, values);
        out.push(")");
        return;
    }
    column(out);
    idiom::among(out, values);
}

fn is_uuid(text: &str) -> bool {
    let hyphens = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match hyphens.contains(&at) {
            true => byte == b'-',
            false => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

/// Appends a condition: a single relation refers to the key.
pub(super) fn refers(
    dialect: &Mysql,
    out: &mut Statement,
    holder: usize,
    field: &Field,
    key_row: usize,
    to: &Collection,
) {
    let native = to.field("id").and_then(Field::native_kind);
    if native == field.native_kind() {
        out.column(key_row, to.key_column()).push(" = ").column(holder, field.column());
        return;
    }
    key(dialect, out, key_row, to);
    out.push(" = ");
    match field.native_kind() {
        Some(NativeKind::Integer) => {
            out.push("CONVERT(CAST(").column(holder, field.column());
            out.push(" AS CHAR) USING utf8mb4) COLLATE ").push(dialect.collation());
        }
        _ => canonical(dialect, out, Some(holder), field),
    }
}

/// As [`Typed::by_index`](super::super::typed::Typed::by_index): of a comparison of a found text
/// column with a bound text.
pub(super) fn by_index<'t>(
    rows: &'t [Row],
    left: &Term,
    op: Op,
    right: &'t Term,
) -> Option<(usize, &'t str, &'t str)> {
    let (Term::Column { row, field: position }, Op::Equal, Term::Value(Value::Text(text))) =
        (left, op, right)
    else {
        return None;
    };
    if rows[*row].collection.is_none() || text.is_empty() {
        return None;
    }
    let field = field(rows, *row, *position);
    let is_json = matches!(field.kind, FieldKind::Json { .. });
    let is_text = field.native_kind() == Some(NativeKind::Text) && !is_json;
    is_text.then_some((*row, field.column(), text))
}

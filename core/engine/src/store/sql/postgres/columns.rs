//! Many records in one INSERT: one array per column, so that the text is the same for any number.

use purlin_model::schema::FieldKind;
use purlin_model::{Record, Value};

use super::super::statement::{Parameter, Statement};
use super::POSTGRES;

/// What goes into one column, record by record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Column {
    Texts(Vec<Option<String>>),
    Reals(Vec<Option<f64>>),
    Bools(Vec<Option<bool>>),
}

/// The INSERT of records of one table of ours, in their order, and its parameters.
pub(crate) fn insert(records: &[&Record]) -> (String, Vec<Column>) {
    let mut out = Statement::new(POSTGRES, "INSERT INTO ");
    let Some(first) = records.first() else { return (out.text, Vec::new()) };
    let fields = &first.collection.fields;
    out.table(&first.collection).push(" (");
    out.list(fields, ", ", |out, field| {
        out.name(field.column());
    });
    out.push(") SELECT * FROM unnest(");
    let mut columns = Vec::with_capacity(fields.len());
    for (index, field) in fields.iter().enumerate() {
        let values = records.iter().map(|record| record.values.get(index).unwrap_or(&Value::Null));
        let (column, kind) = match field.kind {
            FieldKind::Number { .. } => (Column::Reals(values.map(real).collect()), "float8[]"),
            FieldKind::Bool => (Column::Bools(values.map(flag).collect()), "bool[]"),
            _ => (Column::Texts(values.map(text).collect()), "text[]"),
        };
        columns.push(column);
        let place = columns.len();
        out.push(if place == 1 { "$" } else { ", $" }).push(&place.to_string());
        out.push("::").push(kind);
    }
    out.push(")");
    (out.text, columns)
}

/// Whether every value is of the kind that its column holds.
pub(crate) fn fit(record: &Record) -> bool {
    let mut fields = record.collection.fields.iter().zip(&record.values);
    fields.all(|(field, value)| match (&field.kind, value) {
        (_, Value::Null) => true,
        (FieldKind::Number { .. }, value) => matches!(value, Value::Number(_)),
        (FieldKind::Bool, value) => matches!(value, Value::Bool(_)),
        (_, value) => !matches!(value, Value::Number(_) | Value::Bool(_)),
    })
}

fn real(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match Parameter::stored(value) {
        Parameter::Text(text) => Some(text),
        _ => None,
    }
}

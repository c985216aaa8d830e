//! Row variables to joins.

use purlin_model::plan::{Condition, Row, Source};
use purlin_model::schema::Field;

use super::idiom;
use super::statement::{Parameter, Statement, texts_json, values_json};

/// The field at a position of a row's collection.
pub(super) fn field(rows: &[Row], row: usize, field: usize) -> &Field {
    let collection = rows[row].collection.as_ref().expect("a row with fields has a collection");
    &collection.fields[field]
}

/// Appends `"table" AS r0`, or the one given record in that place.
pub(super) fn base(out: &mut Statement, condition: &Condition) {
    if let Source::Given(record) = &condition.rows[0].source {
        out.push("(SELECT ");
        let fields = record.collection.fields.iter().zip(&record.values);
        out.list(fields, ", ", |out, (field, value)| {
            out.push("CAST(").bind(idiom::as_stored(value)).push(" AS ");
            out.push(idiom::affinity(&field.kind)).push(") AS ").name(&field.name);
        });
        out.push(")");
    } else {
        out.name(&condition.base().name);
    }
    out.push(" AS ").alias(0);
}

/// Appends ` LEFT JOIN … ON …` for one row.
pub(super) fn join(out: &mut Statement, rows: &[Row], index: usize) {
    let row = &rows[index];
    out.push(" LEFT JOIN ");
    if let Some(collection) = &row.collection {
        out.name(&collection.name).push(" AS ").alias(index).push(" ON ");
    }
    match &row.source {
        Source::Relation { from, field: position } => {
            let relation = field(rows, *from, *position);
            out.column(index, "id");
            if relation.kind.is_multiple() {
                out.push(" IN (SELECT value FROM ");
                idiom::items(out, *from, relation);
                out.push(")");
            } else {
                out.push(" = ").column(*from, &relation.name);
            }
        }
        Source::Back { from, field: position } => {
            let relation = field(rows, index, *position);
            out.column(*from, "id");
            if relation.kind.is_multiple() {
                out.push(" IN (SELECT value FROM ");
                idiom::items(out, index, relation);
                out.push(")");
            } else {
                out.push(" = ").column(index, &relation.name);
            }
        }
        Source::Every => {
            out.push("1");
        }
        Source::Ids(ids) => {
            out.column(index, "id").push(" IN (SELECT value FROM json_each(");
            out.bind(Parameter::Text(texts_json(ids))).push("))");
        }
        Source::Items { from, field: position } => {
            idiom::items(out, *from, field(rows, *from, *position));
            out.push(" AS ").alias(index).push(" ON 1");
        }
        Source::Values(values) => {
            out.push("json_each(").bind(Parameter::Text(values_json(values))).push(")");
            out.push(" AS ").alias(index).push(" ON 1");
        }
        Source::Base | Source::Given(_) => {
            out.push("1");
        }
    }
}

/// Appends ` FROM (SELECT 1) LEFT JOIN …` for rows of a subquery: where nothing joins, one row of
/// nulls remains.
pub(super) fn from_nothing(
    out: &mut Statement,
    rows: &[Row],
    joined: impl IntoIterator<Item = usize>,
) {
    out.push(" FROM (SELECT 1)");
    for index in joined {
        join(out, rows, index);
    }
}

//! Row variables to joins.

use purlin_model::plan::{Condition, Row, Source};
use purlin_model::schema::Field;

use super::statement::Statement;

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
        out.list(fields, ", ", |out, (field, value)| out.dialect.given(out, field, value));
        out.push(")");
    } else {
        out.table(condition.base());
    }
    out.push(" AS ").alias(0);
}

/// Appends ` LEFT JOIN … ON …` for one row.
pub(super) fn join(out: &mut Statement, rows: &[Row], index: usize) {
    let row = &rows[index];
    let dialect = out.dialect;
    let Some(collection) = &row.collection else {
        return match &row.source {
            Source::Items { from, field: position } => {
                dialect.join_items(out, index, *from, field(rows, *from, *position));
            }
            Source::Values(values) => dialect.join_values(out, index, values),
            // What follows is of no row: the planner gives such rows a collection.
            _ => {}
        };
    };
    if let Source::Relation { from, field: position } = &row.source {
        let field = field(rows, *from, *position);
        return dialect.join_related(out, *from, field, index, collection);
    }
    out.push(" LEFT JOIN ").table(collection).push(" AS ").alias(index).push(" ON ");
    match &row.source {
        Source::Back { from, field: position } => match &rows[*from].collection {
            Some(to) => dialect.refers(out, index, field(rows, index, *position), *from, to),
            None => drop(out.push(dialect.truth(false))),
        },
        Source::Ids(ids) => dialect.key_among(out, Some(index), collection, ids),
        _ => drop(out.push(dialect.truth(true))),
    }
}

/// Appends ` FROM (SELECT 1) LEFT JOIN …` for rows of a subquery: where nothing joins, one row of
/// nulls remains.
pub(super) fn from_nothing(
    out: &mut Statement,
    rows: &[Row],
    joined: impl IntoIterator<Item = usize>,
) {
    out.push(out.dialect.nothing());
    for index in joined {
        join(out, rows, index);
    }
}

//! Writes and their guards to statements.

use purlin_model::plan::{Condition, RowSet};
use purlin_model::{Collection, Record, Value};

use super::condition::filter;
use super::select::from;
use super::statement::{Parameter, Statement, texts_json};

/// Inserts a record.
pub(crate) fn insert(record: &Record) -> Statement {
    let collection = &record.collection;
    let mut out = Statement::new("INSERT INTO ");
    out.name(&collection.name).push(" (");
    out.list(&collection.fields, ", ", |out, field| {
        out.name(&field.name);
    });
    out.push(") VALUES (");
    out.list(&record.values, ", ", |out, value| {
        out.bind(Parameter::stored(value));
    });
    out.push(")");
    out
}

/// Sets fields of the record of an id; `set` is not empty.
pub(crate) fn update(collection: &Collection, id: &str, set: &[(usize, Value)]) -> Statement {
    let mut out = Statement::new("UPDATE ");
    out.name(&collection.name).push(" SET ");
    out.list(set, ", ", |out, (field, value)| {
        out.name(&collection.fields[*field].name).push(" = ").bind(Parameter::stored(value));
    });
    out.push(" WHERE \"id\" = ").bind_text(id);
    out
}

/// Removes the record of an id.
pub(crate) fn delete(collection: &Collection, id: &str) -> Statement {
    let mut out = Statement::new("DELETE FROM ");
    out.name(&collection.name).push(" WHERE \"id\" = ").bind_text(id);
    out
}

/// Answers a row iff a condition holds for some record.
pub(crate) fn matches(condition: &Condition) -> Statement {
    let mut out = Statement::new("SELECT 1");
    from(&mut out, condition, RowSet::of_test(&condition.rows, &condition.test));
    filter(&mut out, condition);
    out.push(" LIMIT 1");
    out
}

/// Answers a row iff every one of the ids, of which none occurs twice, is a record.
pub(crate) fn exist(collection: &Collection, ids: &[String]) -> Statement {
    let mut out = Statement::new("SELECT 1 WHERE (SELECT count(*) FROM ");
    out.name(&collection.name).push(" WHERE \"id\" IN (SELECT value FROM json_each(");
    out.bind(Parameter::Text(texts_json(ids))).push("))) = ");
    out.bind(Parameter::Integer(i64::try_from(ids.len()).unwrap_or(i64::MAX)));
    out
}

/// Answers a row iff the record of the id holds these values, or is there when there are none.
pub(crate) fn unchanged(collection: &Collection, id: &str, values: &[(usize, Value)]) -> Statement {
    let mut out = Statement::new("SELECT 1 FROM ");
    out.name(&collection.name).push(" WHERE \"id\" = ").bind_text(id);
    for (field, value) in values {
        out.push(" AND ").name(&collection.fields[*field].name);
        out.push(" IS ").bind(Parameter::stored(value));
    }
    out
}

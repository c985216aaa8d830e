//! Writes and their guards to statements.

use purlin_model::plan::{Condition, RowSet};
use purlin_model::{Collection, Record, Value};

use super::condition::filter;
use super::dialect::Dialect;
use super::select::from;
use super::statement::{Parameter, Statement};

/// Inserts a record, but for the fields at these positions, which the database fills in.
pub(crate) fn insert(
    dialect: &'static dyn Dialect,
    record: &Record,
    left_out: &[usize],
) -> Statement {
    let collection = &record.collection;
    let named = || (0..collection.fields.len()).filter(|index| !left_out.contains(index));
    let mut out = Statement::new(dialect, "INSERT INTO ");
    out.table(collection);
    if named().next().is_none() {
        out.push(dialect.nothing_given());
        return out;
    }
    out.push(" (");
    out.list(named(), ", ", |out, index| {
        out.name(collection.fields[index].column());
    });
    out.push(") VALUES (");
    out.list(named(), ", ", |out, index| {
        out.bind(Parameter::stored(&record.values[index]));
    });
    out.push(")");
    out
}

/// The same, answering the key of the new record as text, where the database can.
pub(crate) fn insert_for_key(
    dialect: &'static dyn Dialect,
    record: &Record,
    left_out: &[usize],
) -> Statement {
    let mut out = insert(dialect, record, left_out);
    out.push(" RETURNING CAST(").name(record.collection.key_column());
    out.push(" AS ").push(dialect.text_type()).push(")");
    out
}

/// Sets fields of the record of an id; `set` is not empty.
pub(crate) fn update(
    dialect: &'static dyn Dialect,
    collection: &Collection,
    id: &str,
    set: &[(usize, Value)],
) -> Statement {
    let mut out = Statement::new(dialect, "UPDATE ");
    out.table(collection).push(" SET ");
    out.list(set, ", ", |out, (field, value)| {
        out.name(collection.fields[*field].column()).push(" = ").bind(Parameter::stored(value));
    });
    out.push(" WHERE ");
    dialect.key_is(&mut out, None, collection, id);
    out
}

/// Removes the record of an id.
pub(crate) fn delete(
    dialect: &'static dyn Dialect,
    collection: &Collection,
    id: &str,
) -> Statement {
    let mut out = Statement::new(dialect, "DELETE FROM ");
    out.table(collection).push(" WHERE ");
    dialect.key_is(&mut out, None, collection, id);
    out
}

/// Answers a row iff a condition holds for some record.
pub(crate) fn matches(dialect: &'static dyn Dialect, condition: &Condition) -> Statement {
    let mut out = Statement::new(dialect, "SELECT 1");
    from(&mut out, condition, RowSet::of_test(&condition.rows, &condition.test));
    filter(&mut out, condition);
    out.push(" LIMIT 1");
    out
}

/// Answers a row iff every one of the ids, of which none occurs twice, is a record.
pub(crate) fn exist(
    dialect: &'static dyn Dialect,
    collection: &Collection,
    ids: &[String],
) -> Statement {
    let mut out = Statement::new(dialect, "SELECT 1");
    out.push(dialect.nothing()).push(" WHERE (SELECT count(*) FROM ");
    out.table(collection).push(" WHERE ");
    dialect.keys_among(&mut out, collection, ids);
    out.push(") = ");
    out.bind(Parameter::Integer(i64::try_from(ids.len()).unwrap_or(i64::MAX)));
    out
}

/// Answers a row iff the record of the id holds these values, or is there when there are none.
pub(crate) fn unchanged(
    dialect: &'static dyn Dialect,
    collection: &Collection,
    id: &str,
    values: &[(usize, Value)],
) -> Statement {
    let mut out = Statement::new(dialect, "SELECT 1 FROM ");
    out.table(collection).push(" WHERE ");
    dialect.key_is(&mut out, None, collection, id);
    for (field, value) in values {
        out.push(" AND ").name(collection.fields[*field].column());
        out.push(dialect.same()).bind(Parameter::stored(value));
    }
    out
}

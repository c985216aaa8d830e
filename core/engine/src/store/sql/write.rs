//! Writes and their guards to statements.

use purlin_model::plan::{Condition, Guard, RowSet};
use purlin_model::{Collection, Field, Record, Value};

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
    let mut out = Statement::new(dialect, "INSERT INTO ");
    out.table(&record.collection);
    if left_out.len() == record.values.len() {
        out.push(dialect.nothing_given());
        return out;
    }
    rows(&mut out, &[record], left_out);
    out
}

/// Inserts several records of one collection, of which there is at least one; some field is given.
pub(crate) fn insert_all(
    dialect: &'static dyn Dialect,
    records: &[&Record],
    left_out: &[usize],
) -> Statement {
    let mut out = Statement::new(dialect, "INSERT INTO ");
    if let Some(first) = records.first() {
        out.table(&first.collection);
    }
    rows(&mut out, records, left_out);
    out
}

fn rows(out: &mut Statement, records: &[&Record], left_out: &[usize]) {
    if let Some(first) = records.first() {
        columns(out, first, left_out);
    }
    out.push(" VALUES ");
    out.list(records, ", ", |out, record| {
        out.push("(");
        values(out, record, left_out);
        out.push(")");
    });
}

/// The same as [`insert`] if all of these guards hold.
pub(crate) fn insert_if(
    dialect: &'static dyn Dialect,
    record: &Record,
    left_out: &[usize],
    guards: &[Guard],
) -> Statement {
    let mut out = Statement::new(dialect, "INSERT INTO ");
    out.table(&record.collection);
    columns(&mut out, record, left_out);
    out.push(" SELECT ");
    values(&mut out, record, left_out);
    out.push(dialect.nothing()).push(" WHERE ");
    out.list(guards, " AND ", exists);
    out
}

/// Inserts a record and answers its key as text, where the database can.
pub(crate) fn insert_for_key(
    dialect: &'static dyn Dialect,
    record: &Record,
    left_out: &[usize],
) -> Statement {
    let mut out = insert(dialect, record, left_out);
    returning_key(&mut out, record);
    out
}

/// Makes an insert answer the key of the record as text.
pub(crate) fn returning_key(out: &mut Statement, record: &Record) {
    let text = out.dialect.text_type();
    out.push(" RETURNING CAST(").name(record.collection.key_column());
    out.push(" AS ").push(text).push(")");
}

/// Makes an update or delete happen only if all of these guards hold.
pub(crate) fn only_if(out: &mut Statement, guards: &[Guard]) {
    for guard in guards {
        out.push(" AND ");
        exists(out, guard);
    }
}

fn exists(out: &mut Statement, it: &Guard) {
    out.push("EXISTS (");
    guard(out, it);
    out.push(")");
}

fn columns(out: &mut Statement, record: &Record, left_out: &[usize]) {
    out.push(" (");
    out.list(named(record, left_out), ", ", |out, (field, _)| {
        out.name(field.column());
    });
    out.push(")");
}

fn values(out: &mut Statement, record: &Record, left_out: &[usize]) {
    let dialect = out.dialect;
    let named = named(record, left_out);
    out.list(named, ", ", |out, (field, value)| dialect.store(out, field, value));
}

fn named<'r>(
    record: &'r Record,
    left_out: &'r [usize],
) -> impl Iterator<Item = (&'r Field, &'r Value)> {
    let all = record.collection.fields.iter().zip(&record.values).enumerate();
    all.filter(|(index, _)| !left_out.contains(index)).map(|(_, named)| named)
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
        let field = &collection.fields[*field];
        out.name(field.column()).push(" = ");
        dialect.store(out, field, value);
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

/// Answers a row iff a guard holds.
pub(crate) fn holds(dialect: &'static dyn Dialect, it: &Guard) -> Statement {
    let mut out = Statement::new(dialect, "");
    guard(&mut out, it);
    out
}

/// Answers a row iff the record of the id is there.
pub(crate) fn is_there(
    dialect: &'static dyn Dialect,
    collection: &Collection,
    id: &str,
) -> Statement {
    let mut out = Statement::new(dialect, "");
    unchanged(&mut out, collection, id, &[]);
    out
}

fn guard(out: &mut Statement, guard: &Guard) {
    match guard {
        Guard::Matches(condition) => matches(out, condition),
        Guard::Exist { collection, ids } => exist(out, collection, ids),
        Guard::Unchanged { collection, id, values } => unchanged(out, collection, id, values),
    }
}

/// Answers a row iff a condition holds for some record.
fn matches(out: &mut Statement, condition: &Condition) {
    out.push("SELECT 1");
    from(out, condition, RowSet::of_test(&condition.rows, &condition.test));
    filter(out, condition);
    out.push(" LIMIT 1");
}

/// Answers a row iff every one of the ids, of which none occurs twice, is a record.
fn exist(out: &mut Statement, collection: &Collection, ids: &[String]) {
    let dialect = out.dialect;
    out.push("SELECT 1").push(dialect.nothing()).push(" WHERE ");
    if ids.is_empty() {
        out.push(dialect.truth(true));
        return;
    }
    out.push("(SELECT count(*) FROM ");
    out.table(collection).push(" WHERE ");
    dialect.key_among(out, None, collection, ids);
    out.push(") = ");
    out.bind(Parameter::Integer(i64::try_from(ids.len()).unwrap_or(i64::MAX)));
}

/// Answers a row iff the record of the id holds these values, or is there when there are none.
fn unchanged(out: &mut Statement, collection: &Collection, id: &str, values: &[(usize, Value)]) {
    let dialect = out.dialect;
    out.push("SELECT 1 FROM ").table(collection).push(" AS ").alias(0).push(" WHERE ");
    dialect.key_is(out, Some(0), collection, id);
    for (field, value) in values {
        let field = &collection.fields[*field];
        out.push(" AND ");
        dialect.holds(out, field, value);
    }
}

//! Reads put together: what clients ask for, within a scope, and what Purlin itself needs.

use std::sync::Arc;

use super::condition::{Condition, Row, Source, Term, Test};
use super::facts::Facts;
use super::pattern;
use super::planner::Planner;
use super::scope::Scope;
use super::select::{Key, Order, Output, Select};
use super::side::any;
use crate::query::{Expr, ListRequest, Op, QueryError};
use crate::schema::{Collection, Schema, system};
use crate::value::Value;

/// A page of the records in scope that a request asks for.
///
/// # Errors
/// A filter or sort that names what the caller may not, or what is not there.
pub fn list(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    scope: &Scope,
    request: &ListRequest,
    output: Output,
) -> Result<Select, QueryError> {
    let mut planner = Planner::new(schema, facts, collection).within(scope);
    let mut tests = scoped(&mut planner, scope)?;
    if let Some(filter) = &request.filter {
        tests.push(planner.filter(filter)?);
    }
    let sort = planner.sort(&request.sort)?;
    Ok(Select {
        condition: planner.finish(tests),
        sort,
        after: None,
        offset: request.offset(),
        limit: request.per_page,
        total: !request.skip_total,
        masks: Vec::new(),
        output,
    })
}

/// The record of that id, if it is in scope.
///
/// # Errors
/// A rule that does not resolve.
pub fn view(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    scope: &Scope,
    id: &str,
    output: Output,
) -> Result<Select, QueryError> {
    let mut planner = Planner::new(schema, facts, collection);
    let mut tests = vec![has_id(collection, id)];
    tests.append(&mut scoped(&mut planner, scope)?);
    Ok(one(planner.finish(tests), output))
}

/// The records in scope whose field at a position holds one of these ids: related records, at
/// most `limit`.
///
/// # Errors
/// A rule that does not resolve.
pub fn gather(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    scope: &Scope,
    field: usize,
    ids: Vec<String>,
    limit: u64,
) -> Result<Select, QueryError> {
    let mut planner = Planner::new(schema, facts, collection);
    let tests = scoped(&mut planner, scope)?;
    let mut condition = planner.finish(tests);
    let holds = holds_one_of(&mut condition, field, ids);
    condition.test = Test::All(vec![holds, condition.test]);
    Ok(Select { limit, ..one(condition, Output::Records) })
}

/// The condition that a rule holds for a stored record.
///
/// # Errors
/// A rule that does not resolve.
pub fn rule_on(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    rule: &Expr,
    id: &str,
) -> Result<Condition, QueryError> {
    let mut planner = Planner::new(schema, facts, collection);
    let rule = planner.rule(rule)?;
    Ok(planner.finish(vec![has_id(collection, id), rule]))
}

/// Whether anything fulfils a condition: a page with a count of 0 or 1.
#[must_use]
pub fn whether(condition: Condition) -> Select {
    one(condition, Output::Nothing)
}

/// The record of that id.
#[must_use]
pub fn by_id(collection: &Arc<Collection>, id: &str, output: Output) -> Select {
    one(on(collection, has_id(collection, id)), output)
}

/// The records of these ids that there are.
#[must_use]
pub fn by_ids(collection: &Arc<Collection>, ids: &[String]) -> Select {
    let field = collection.field_index("id").unwrap_or(0);
    let test = Test::In { term: Term::Column { row: 0, field }, texts: ids.to_vec() };
    Select { limit: ids.len() as u64, ..one(on(collection, test), Output::Records) }
}

/// The first record whose text field at a position holds a value; `fold` ignores ASCII case.
#[must_use]
pub fn by_value(collection: &Arc<Collection>, field: usize, value: &str, fold: bool) -> Select {
    let column = Term::Column { row: 0, field };
    let test = if fold {
        compare(Term::Lower(Box::new(column)), Value::Text(value.to_ascii_lowercase()))
    } else {
        compare(column, Value::from(value))
    };
    one(on(collection, test), Output::Records)
}

/// The records whose relation field at a position holds an id, at most `limit`.
#[must_use]
pub fn referring(collection: &Arc<Collection>, field: usize, id: &str, limit: u64) -> Select {
    let mut condition = on(collection, Test::Constant(true));
    condition.test = holds_one_of(&mut condition, field, vec![id.to_owned()]);
    Select { limit, ..one(condition, Output::Records) }
}

/// The rows of a system collection that belong to an auth record, or to any of an auth collection.
/// Lines belong to the record or collection they name; to a collection also those about it.
#[must_use]
pub fn owned(collection: &Arc<Collection>, owner: &Collection, id: Option<&str>) -> Select {
    let test = match collection.name.as_str() {
        system::POLICIES => any(vec![
            names(collection, "subject", owner, id),
            id.map_or_else(|| by(collection, "object", &owner.name), |_| Test::Constant(false)),
        ]),
        system::ROLES => names(collection, "member", owner, id),
        _ => {
            let mut tests = vec![by(collection, "collectionRef", &owner.id)];
            tests.extend(id.map(|id| by(collection, "recordRef", id)));
            Test::All(tests)
        }
    };
    Select { limit: u64::from(u32::MAX), ..one(on(collection, test), Output::Records) }
}

/// The test that a field of that name holds a text.
fn by(collection: &Collection, name: &str, value: &str) -> Test {
    let field = collection.field_index(name);
    field.map_or(Test::Constant(false), |field| equal(field, Value::from(value)))
}

/// The test that a field of a line names a record, or any of an auth collection.
fn names(collection: &Collection, name: &str, owner: &Collection, id: Option<&str>) -> Test {
    let Some(field) = collection.field_index(name) else { return Test::Constant(false) };
    match id {
        Some(id) => equal(field, Value::Text(format!("{}/{id}", owner.name))),
        None => Test::Compare {
            left: Term::Column { row: 0, field },
            op: Op::Like,
            right: Term::Value(Value::Text(pattern::beginning(&format!("{}/", owner.name)))),
            every: false,
        },
    }
}

/// The first of what is left to be done in other datasources, but for these rows and what is to be
/// done in these datasources.
#[must_use]
pub fn pending(
    collection: &Arc<Collection>,
    rows: Vec<String>,
    datasources: Vec<String>,
    limit: u64,
) -> Select {
    let but = |name: &str, texts: Vec<String>| {
        let field = collection.field_index(name).filter(|_| !texts.is_empty())?;
        let test = Test::In { term: Term::Column { row: 0, field }, texts };
        Some(Test::Not(Box::new(test)))
    };
    let mut tests = vec![Test::Constant(true)];
    tests.extend(but("id", rows));
    tests.extend(but("target", datasources));
    let sort = vec![Order { key: Key::Insertion, descending: false }];
    Select { limit, sort, ..one(on(collection, Test::All(tests)), Output::Records) }
}

/// At most `limit` of the rows of a system collection that belong to records of an auth collection
/// and were made before a date, given as canonical text.
#[must_use]
pub fn owned_before(
    collection: &Arc<Collection>,
    collection_id: &str,
    date: &str,
    limit: u64,
) -> Select {
    let by = |name: &str, op: Op, value: &str| match collection.field_index(name) {
        None => Test::Constant(false),
        Some(field) => Test::Compare {
            left: Term::Column { row: 0, field },
            op,
            right: Term::Value(Value::from(value)),
            every: false,
        },
    };
    let tests = vec![by("collectionRef", Op::Equal, collection_id), by("created", Op::Less, date)];
    Select { limit, ..one(on(collection, Test::All(tests)), Output::Records) }
}

/// The first so many records in insertion order.
#[must_use]
pub fn first(collection: &Arc<Collection>, limit: u64) -> Select {
    let sort = vec![Order { key: Key::Insertion, descending: false }];
    Select { limit, sort, ..one(on(collection, Test::Constant(true)), Output::Records) }
}

/// The first so many records in insertion order that come after the one of that id; without one
/// those at the beginning.
#[must_use]
pub fn next(collection: &Arc<Collection>, after: Option<&str>, limit: u64) -> Select {
    Select { after: after.map(str::to_owned), ..first(collection, limit) }
}

/// The record inserted last.
#[must_use]
pub fn last(collection: &Arc<Collection>) -> Select {
    let sort = vec![Order { key: Key::Insertion, descending: true }];
    Select { sort, ..first(collection, 1) }
}

/// Every record in insertion order.
#[must_use]
pub fn all(collection: &Arc<Collection>) -> Select {
    first(collection, u64::from(u32::MAX))
}

/// The test of the scope's rows. What is wrong with a rule is not the caller's to know.
fn scoped(planner: &mut Planner<'_>, scope: &Scope) -> Result<Vec<Test>, QueryError> {
    let tests: Result<Vec<Test>, _> =
        scope.rows().map(|terms| planner.terms(0, terms)).into_iter().collect();
    tests.map_err(|error| QueryError { apart: false, ..error })
}

/// A condition on the stored records of a collection that joins nothing.
fn on(collection: &Arc<Collection>, test: Test) -> Condition {
    let row = Row { source: Source::Base, collection: Some(collection.clone()), many: false };
    Condition { rows: vec![row], test }
}

fn one(condition: Condition, output: Output) -> Select {
    let (sort, masks) = (Vec::new(), Vec::new());
    Select { condition, sort, after: None, offset: 0, limit: 1, total: false, masks, output }
}

pub(super) fn has_id(collection: &Collection, id: &str) -> Test {
    equal(collection.field_index("id").unwrap_or(0), Value::from(id))
}

pub(super) fn equal(field: usize, value: Value) -> Test {
    compare(Term::Column { row: 0, field }, value)
}

fn compare(left: Term, value: Value) -> Test {
    Test::Compare { left, op: Op::Equal, right: Term::Value(value), every: false }
}

/// The test that a field of the base row is, or as a list holds, one of these texts.
fn holds_one_of(condition: &mut Condition, field: usize, texts: Vec<String>) -> Test {
    let collection = condition.base().clone();
    if !collection.fields[field].kind.is_multiple() {
        return Test::In { term: Term::Column { row: 0, field }, texts };
    }
    let source = Source::Items { from: 0, field };
    condition.rows.push(Row { source, collection: None, many: true });
    Test::In { term: Term::Item { row: condition.rows.len() - 1 }, texts }
}

//! The terms of scopes to tests, and what is asked of single records by them.

use std::sync::Arc;

use super::condition::{Condition, Test};
use super::facts::Facts;
use super::planner::{Place, Planner};
use super::read::{equal, has_id};
use super::row_set::RowSet;
use super::scope::{Reach, Scope, Terms};
use super::side;
use crate::query::{Expr, QueryError};
use crate::record::Record;
use crate::schema::{Collection, Schema};
use crate::value::Value;

impl Planner<'_> {
    /// The test that terms hold for the record of a row.
    ///
    /// # Errors
    /// A collection's own rule that does not resolve. Of lines, an allow that does not resolve
    /// allows nothing and such a deny denies everything.
    pub(super) fn terms(&mut self, row: usize, terms: &Terms) -> Result<Test, QueryError> {
        let (allow, deny) = match terms {
            Terms::Never => return Ok(Test::Constant(false)),
            Terms::Rule(rule) => return self.rule_at(row, rule),
            Terms::Lines { allow, deny } => (allow, deny),
        };
        let mut tests = Vec::with_capacity(deny.len() + 1);
        if !allow.is_empty() {
            let each = allow.iter().map(|rule| self.line(row, rule, false));
            let each = each.collect();
            tests.push(side::any(each));
        }
        for rule in deny {
            let denied = self.line(row, rule, true);
            tests.push(side::not(denied));
        }
        Ok(side::all(tests))
    }

    /// The test of a line's rule, which stands for itself: the rows it joins are its own.
    fn line(&mut self, row: usize, rule: &Expr, unresolved: bool) -> Test {
        let test = self.rule_at(row, rule);
        test.map_or(Test::Constant(unresolved), |test| self.apart_from(row, test))
    }

    fn rule_at(&mut self, row: usize, rule: &Expr) -> Result<Test, QueryError> {
        let place = Place { row, many: false, trusted: true };
        self.expr(place, rule, !self.thorough)
    }

    /// The test with the rows it joins below a row chosen for it alone.
    fn apart_from(&self, row: usize, test: Test) -> Test {
        let above = self.above(row);
        let named = RowSet::of_test(&self.rows, &test).with_origins(&self.rows);
        let rows: Vec<usize> =
            named.joined_by(&self.rows, true).filter(|index| !above.contains(index)).collect();
        match rows.is_empty() {
            true => test,
            false => Test::Some { rows, test: Box::new(test) },
        }
    }

    /// The row and those it is joined to.
    pub(super) fn above(&self, row: usize) -> Vec<usize> {
        let mut above = vec![row];
        let mut at = row;
        while let Some(from) = self.rows[at].source.origin() {
            above.push(from);
            at = from;
        }
        above
    }
}

/// What the masks of a scope's shape go by, in their order: of an auth record whether its e-mail is
/// shown (http-api.md 4.1: it says so itself, is the caller, or the caller manages it), then each
/// class of fields. `manage` is what the caller may manage.
///
/// # Errors
/// Never for terms of lines; a manage rule of the collection's own that does not resolve.
pub fn masks(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    scope: &Scope,
    manage: Option<&Scope>,
) -> Result<Vec<Condition>, QueryError> {
    let mut masks = Vec::with_capacity(scope.classes().len() + 1);
    if collection.is_auth() && !scope.sees_hidden() {
        masks.push(email_mask(schema, facts, collection, scope, manage)?);
    }
    for class in scope.classes() {
        masks.push(met_by_any(schema, facts, collection, class)?);
    }
    Ok(masks)
}

fn email_mask(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    scope: &Scope,
    manage: Option<&Scope>,
) -> Result<Condition, QueryError> {
    let mut planner = Planner::new(schema, facts, collection);
    let mut tests = Vec::with_capacity(3);
    if let Some(field) = collection.field_index("emailVisibility") {
        tests.push(equal(field, Value::Bool(true)));
    }
    if let Some(caller) = facts.caller.record() {
        if caller.collection.id == collection.id {
            tests.push(has_id(collection, caller.id()));
        }
        match manage.map(Scope::rows) {
            None => {}
            Some(None) => tests.push(Test::Constant(true)),
            Some(Some(terms)) => tests.push(planner.terms(0, terms)?),
        }
    }
    let mut both = vec![side::any(tests)];
    let reach = collection.field_index("email").map(|field| scope.reach(field));
    if let Some(Reach::Where(class)) = reach {
        both.push(planner.terms(0, &scope.classes()[class])?);
    }
    Ok(planner.finish(both))
}

/// The condition that terms hold for a stored record.
///
/// # Errors
/// A collection's own rule that does not resolve.
pub fn met_on(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    terms: &Terms,
    id: &str,
) -> Result<Condition, QueryError> {
    let mut planner = Planner::new(schema, facts, collection);
    let test = planner.terms(0, terms)?;
    Ok(planner.finish(vec![has_id(collection, id), test]))
}

/// The condition that terms hold, for whichever stored record.
///
/// # Errors
/// A collection's own rule that does not resolve.
pub fn met_by_any(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    terms: &Terms,
) -> Result<Condition, QueryError> {
    let mut planner = Planner::new(schema, facts, collection);
    let test = planner.terms(0, terms)?;
    Ok(planner.finish(vec![test]))
}

/// The condition that terms hold for a record that is not stored.
///
/// # Errors
/// A collection's own rule that does not resolve.
pub fn met_given(
    schema: &Schema,
    facts: &Facts<'_>,
    record: &Arc<Record>,
    terms: &Terms,
) -> Result<Condition, QueryError> {
    let mut planner = Planner::given(schema, facts, record);
    let test = planner.terms(0, terms)?;
    Ok(planner.finish(vec![test]))
}

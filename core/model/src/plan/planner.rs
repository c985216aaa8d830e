//! Expressions to conditions: every name resolved, every value bound.

use std::sync::Arc;

use super::compare::Affinity;
use super::condition::{Condition, Row, Source, Term, Test};
use super::facts::Facts;
use super::scope::Scope;
use super::select::{Key, Order};
use super::side::{self, Side};
use crate::caller::Action;
use crate::query::{Comparison, Expr, Op, Operand, QueryError, SortItem, Span};
use crate::record::Record;
use crate::schema::{Collection, Schema};
use crate::value::Value;

/// Resolves rules, filters and sorts of one request against one collection. All of them share
/// row variables: what names the same path speaks of the same row (http-api.md 2.7).
///
/// ```text
/// let mut planner = Planner::new(&schema, &facts, &collection);
/// let rule = planner.rule(&rule)?;
/// let filter = planner.filter(&filter)?;
/// let sort = planner.sort(&items)?;
/// let condition = planner.finish(vec![rule, filter]);
/// ```
#[derive(Debug)]
pub struct Planner<'a> {
    pub(super) schema: &'a Schema,
    pub(super) facts: &'a Facts<'a>,
    pub(super) rows: Vec<Row>,
    /// What each row was made for; names that take the same step share the row.
    steps: Vec<Step>,
    /// What must hold besides: list rules of the collections a client's texts pass through.
    guards: Vec<Test>,
    guarded: Vec<usize>,
    /// What the caller may reach of the base row's collection, where a client's text is resolved.
    pub(super) scope: Option<&'a Scope>,
    /// What the names of the comparison at hand need, to count.
    pub(super) needs: Vec<Need>,
    /// Whether to look at every name even where the outcome is decided.
    pub(super) thorough: bool,
}

/// What makes a row the same row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The record the condition speaks of.
    Base,
    /// A relation field of a row.
    Relation { from: usize, field: usize },
    /// The records of a collection (its id) that point at a row.
    Back { from: usize, collection: String, field: usize },
    /// Every record of a collection (its id), by alias.
    Every { collection: String, alias: String },
    /// The caller.
    Auth,
    /// A relation field of the caller.
    AuthRelation { field: usize },
    /// A list field of the caller, item by item.
    AuthItems { field: usize },
    /// The roles of the caller, one by one.
    AuthRoles,
    /// A submitted relation field of a collection (its id).
    Body { collection: String, field: usize },
    /// A submitted list field of a collection (its id), item by item.
    BodyItems { collection: String, field: usize },
    /// A list field of a row, item by item.
    Items { from: usize, field: usize },
    /// Made for one comparison, never shared.
    Fork,
}

/// What must be true for a name in a client's text to count: the caller may read the field there.
#[derive(Clone, Debug)]
pub(super) struct Need {
    /// The row of the field.
    pub(super) row: usize,
    /// That it may be read on that row.
    pub(super) test: Test,
    /// Whether the name's path ranges over several rows.
    pub(super) many: bool,
}

/// Where a text stands: what its plain names speak of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// The row.
    pub(super) row: usize,
    /// Whether a step to several rows lies between the start of the text's path and here.
    pub(super) many: bool,
    /// Rules and superusers may name everything, clients what is open to them.
    pub(super) trusted: bool,
}

impl<'a> Planner<'a> {
    /// A planner for conditions on the stored records of a collection.
    #[must_use]
    pub fn new(schema: &'a Schema, facts: &'a Facts<'a>, collection: &Arc<Collection>) -> Self {
        Self::over(schema, facts, Source::Base, collection.clone())
    }

    /// A planner for conditions on one record, stored or not.
    #[must_use]
    pub fn given(schema: &'a Schema, facts: &'a Facts<'a>, record: &Arc<Record>) -> Self {
        Self::over(schema, facts, Source::Given(record.clone()), record.collection.clone())
    }

    fn over(
        schema: &'a Schema,
        facts: &'a Facts<'a>,
        source: Source,
        collection: Arc<Collection>,
    ) -> Self {
        Planner {
            schema,
            facts,
            rows: vec![Row { source, collection: Some(collection), many: false }],
            steps: vec![Step::Base],
            guards: Vec::new(),
            guarded: Vec::new(),
            scope: None,
            needs: Vec::new(),
            thorough: false,
        }
    }

    /// For clients' texts on what this scope reaches.
    #[must_use]
    pub fn within(self, scope: &'a Scope) -> Self {
        Planner { scope: Some(scope), ..self }
    }

    /// Resolves even what cannot change the outcome, so that every wrong name is found.
    #[must_use]
    pub(super) fn thorough(mut self) -> Self {
        self.thorough = true;
        self
    }

    /// The test of a rule, which may name everything.
    ///
    /// # Errors
    /// A name that does not resolve, a modifier or argument where it does not belong.
    pub fn rule(&mut self, rule: &Expr) -> Result<Test, QueryError> {
        let place = Place { row: 0, many: false, trusted: true };
        self.expr(place, rule, !self.thorough)
    }

    /// The test of a client's filter, within what the caller may name (http-api.md 2.9). The list
    /// rules of collections it passes through are added by [`Planner::finish`].
    ///
    /// # Errors
    /// As for rules; besides a hidden field, or a collection only superusers may list.
    pub fn filter(&mut self, filter: &Expr) -> Result<Test, QueryError> {
        let place = self.client();
        self.expr(place, filter, false)
    }

    /// What a client's sort goes by.
    ///
    /// # Errors
    /// As for filters; besides a key that is not of the records, or insertion order of a view.
    pub fn sort(&mut self, items: &[SortItem]) -> Result<Vec<Order>, QueryError> {
        items
            .iter()
            .map(|item| Ok(Order { key: self.key(item)?, descending: item.descending }))
            .collect()
    }

    /// The condition that all these tests hold, over the rows they were resolved with.
    #[must_use]
    pub fn finish(mut self, mut tests: Vec<Test>) -> Condition {
        tests.append(&mut self.guards);
        Condition { rows: self.rows, test: side::all(tests) }
    }

    fn client(&self) -> Place {
        Place { row: 0, many: false, trusted: self.facts.caller.is_superuser() }
    }

    fn key(&mut self, item: &SortItem) -> Result<Key, QueryError> {
        let place = self.client();
        match item.name.as_str() {
            "@random" => return Ok(Key::Random),
            "@rowid" if self.rows[0].collection.as_ref().is_some_and(|base| !base.is_view()) => {
                return Ok(Key::Insertion);
            }
            _ => {}
        }
        let side = self.column(place, &item.name, item.span)?;
        let needs = std::mem::take(&mut self.needs);
        match side.term {
            Term::Value(_) => {
                let message = format!("`{}` is not something to sort by", item.name);
                Err(QueryError::new(message, item.span))
            }
            term if needs.is_empty() => Ok(Key::Term(term)),
            term => {
                let test = side::all(needs.into_iter().map(|need| need.test).collect());
                Ok(Key::Term(Term::When { test: Box::new(test), term: Box::new(term) }))
            }
        }
    }

    /// `brief`: stop where the outcome is decided.
    pub(super) fn expr(
        &mut self,
        place: Place,
        expr: &Expr,
        brief: bool,
    ) -> Result<Test, QueryError> {
        let (parts, decided) = match expr {
            Expr::And(parts) => (parts, false),
            Expr::Or(parts) => (parts, true),
            Expr::Compare(comparison) => return self.comparison(place, comparison),
        };
        let mut tests = Vec::with_capacity(parts.len());
        for part in parts {
            let test = self.expr(place, part, brief)?;
            if brief && test == Test::Constant(decided) {
                return Ok(test);
            }
            tests.push(test);
        }
        Ok(if decided { side::any(tests) } else { side::all(tests) })
    }

    fn comparison(&mut self, place: Place, parts: &Comparison) -> Result<Test, QueryError> {
        let left = self.operand(place, &parts.left)?;
        let right = self.operand(place, &parts.right)?;
        let emails = [left.email, right.email];
        let mut tests = Vec::with_capacity(2);
        if !parts.any && left.many && right.many && self.meet(&left.term, &right.term) {
            // Every pair of values must pass, not only those of one row.
            let mut other = right.clone();
            other.term = self.fork(&right.term);
            tests.push(side::test(left.clone(), parts.op, false, other));
            tests.push(side::test(left, parts.op, true, right));
        } else {
            tests.push(side::test(left, parts.op, parts.any, right));
        }
        for row in emails.into_iter().flatten() {
            tests.push(self.is_public(row));
        }
        if !place.trusted {
            let needs = std::mem::take(&mut self.needs);
            tests.extend(needs.into_iter().map(|need| self.met(need, parts.any)));
        }
        Ok(side::all(tests))
    }

    /// That a need is met: where all rows of a name count, on all of them.
    fn met(&self, need: Need, any: bool) -> Test {
        let mut rows = self.above(need.row);
        rows.retain(|row| self.rows[*row].many);
        if any || !need.many || rows.is_empty() {
            return need.test;
        }
        rows.sort_unstable();
        side::not(Test::Some { rows, test: Box::new(side::not(need.test)) })
    }

    pub(super) fn operand(&mut self, place: Place, operand: &Operand) -> Result<Side, QueryError> {
        match operand {
            Operand::Name { text, span } => self.name(place, text, *span),
            Operand::Number { value, .. } => Ok(Side::value(Value::Number(*value))),
            Operand::Text { value, .. } => Ok(Side::value(Value::Text(value.clone()))),
            Operand::Call { name, args, span } => self.call(place, name, args, *span),
        }
    }

    /// The test that the e-mail address of a row is public.
    fn is_public(&self, row: usize) -> Test {
        let collection = self.rows[row].collection.as_ref();
        match collection.and_then(|collection| collection.field_index("emailVisibility")) {
            Some(field) => Test::Compare {
                left: Term::Column { row, field },
                op: Op::Equal,
                right: Term::Value(Value::Bool(true)),
                every: false,
            },
            None => Test::Constant(false),
        }
    }

    /// The collection of a row of records.
    pub(super) fn collection(&self, row: usize) -> Arc<Collection> {
        let of = |row: usize| self.rows[row].collection.as_ref();
        of(row).or_else(|| of(0)).expect("row 0 is a row of records").clone()
    }

    /// The row of that step, made on first use.
    pub(super) fn row(&mut self, step: Step, make: impl FnOnce() -> Row) -> usize {
        if let Some(row) = self.steps.iter().position(|known| *known == step) {
            return row;
        }
        self.add(step, make)
    }

    /// A new row.
    pub(super) fn add(&mut self, step: Step, make: impl FnOnce() -> Row) -> usize {
        self.steps.push(step);
        self.rows.push(make());
        self.rows.len() - 1
    }

    /// Adds what a client must satisfy to pass through a row: the list rule of its collection
    /// holds, or there is no such record.
    pub(super) fn guard(&mut self, row: usize, span: Span) -> Result<(), QueryError> {
        if self.guarded.contains(&row) {
            return Ok(());
        }
        self.guarded.push(row);
        let collection = self.collection(row);
        let Some(scope) = self.elsewhere(&collection) else {
            let message = format!("Only superusers may search through `{}`", collection.name);
            return Err(QueryError::new(message, span));
        };
        let Some(terms) = scope.rows() else { return Ok(()) };
        let holds = self.terms(row, terms).map_err(|error| QueryError::new(error.message, span))?;
        let test = self.or_absent(row, holds);
        self.guards.push(test);
        Ok(())
    }

    /// What the caller may list of another collection than the base row's.
    pub(super) fn elsewhere(&self, collection: &Collection) -> Option<Arc<Scope>> {
        self.facts.scopes.scope(self.facts.caller, Action::List, collection)
    }

    /// That a test holds or there is no such record.
    pub(super) fn or_absent(&self, row: usize, holds: Test) -> Test {
        let id = self.collection(row).field_index("id").unwrap_or_default();
        let id = Side::of(Term::Column { row, field: id }, Affinity::Text, false);
        let absent = side::test(id, Op::Equal, true, Side::null());
        side::any(vec![holds, absent])
    }
}

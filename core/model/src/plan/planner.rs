//! Expressions to conditions: every name resolved, every value bound.

use std::sync::Arc;

use super::compare::Affinity;
use super::condition::{Condition, Row, Source, Term, Test};
use super::facts::Facts;
use super::select::{Key, Order};
use super::side::{self, Side};
use crate::query::{self, Comparison, Expr, Op, Operand, QueryError, SortItem, Span};
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
    /// A submitted relation field of a collection (its id).
    Body { collection: String, field: usize },
    /// A submitted list field of a collection (its id), item by item.
    BodyItems { collection: String, field: usize },
    /// A list field of a row, item by item.
    Items { from: usize, field: usize },
    /// Made for one comparison, never shared.
    Fork,
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
            thorough: false,
        }
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
        match side.term {
            Term::Value(_) => {
                let message = format!("`{}` is not something to sort by", item.name);
                Err(QueryError::new(message, item.span))
            }
            term => Ok(Key::Term(term)),
        }
    }

    /// `brief`: stop where the outcome is decided.
    fn expr(&mut self, place: Place, expr: &Expr, brief: bool) -> Result<Test, QueryError> {
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
        Ok(side::all(tests))
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
        let rule = match collection.rules.list.as_deref() {
            None => {
                let message = format!("Only superusers may search through `{}`", collection.name);
                return Err(QueryError::new(message, span));
            }
            Some("") => return Ok(()),
            Some(rule) => rule,
        };
        let place = Place { row, many: false, trusted: true };
        let holds = query::parse(rule)
            .and_then(|rule| self.expr(place, &rule, true))
            .map_err(|error| QueryError::new(error.message, span))?;
        let id = collection.field_index("id").unwrap_or_default();
        let id = Side::of(Term::Column { row, field: id }, Affinity::Text, false);
        let absent = side::test(id, Op::Equal, true, Side::null());
        self.guards.push(side::any(vec![holds, absent]));
        Ok(())
    }
}

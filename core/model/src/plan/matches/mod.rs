//! Conditions decided in memory: what realtime asks for one record and many callers, what a create
//! rule asks before there is a row, and what every store is held against.
//!
//! A conjunction whose parts share no `many` row holds iff each part does, and a disjunction iff
//! one part does, so rows are chosen together only where a choice binds parts to each other.

mod choice;
mod clock;
mod term;

use std::sync::Arc;

pub(super) use self::term::part;

use self::choice::{Chosen, Evaluation};
use super::condition::{Condition, Source, Test};
use super::row_set::RowSet;
use super::select::{Key, Order};
use super::{compare, rendering};
use crate::record::Record;
use crate::schema::Collection;
use crate::value::Value;

/// The records a condition may look at besides the one it is asked about.
pub trait World {
    /// The stored record of that id.
    fn by_id(&self, collection: &Arc<Collection>, id: &str) -> Option<Arc<Record>>;

    /// Every stored record of a collection, in any order.
    fn all(&self, collection: &Arc<Collection>) -> Vec<Arc<Record>>;

    /// Milliseconds since 1970: what the text `now` in a field stands for where `strftime` reads it.
    fn now(&self) -> i64;
}

/// A world without records, for conditions that name none.
struct Empty;

impl World for Empty {
    fn by_id(&self, _: &Arc<Collection>, _: &str) -> Option<Arc<Record>> {
        None
    }

    fn all(&self, _: &Arc<Collection>) -> Vec<Arc<Record>> {
        Vec::new()
    }

    fn now(&self) -> i64 {
        0
    }
}

impl Condition {
    /// Whether the condition holds for a record of its base collection (a condition on a given
    /// record speaks of that one). Costs grow with the product of the `many` rows that parts of
    /// the condition share.
    #[must_use]
    pub fn matches(&self, record: &Record, world: &dyn World) -> bool {
        let evaluation = Evaluation { rows: &self.rows, base: self.given(record), world };
        evaluation.holds(&[&self.test])
    }

    /// Whether the condition holds, where the record itself decides that: `None` where other
    /// records or the clock have to be asked.
    #[must_use]
    pub fn decide(&self, record: &Record) -> Option<bool> {
        let evaluation = Evaluation { rows: &self.rows, base: self.given(record), world: &Empty };
        evaluation.decide(&self.test)
    }

    /// What a record is sorted by: of several joined rows the smallest value ascending, the largest
    /// descending, nulls left out. Null for keys that are not terms.
    #[must_use]
    pub fn sort_value(&self, order: &Order, record: &Record, world: &dyn World) -> Value {
        let Key::Term(term) = &order.key else { return Value::Null };
        let evaluation = Evaluation { rows: &self.rows, base: self.given(record), world };
        let mut named = RowSet::none(&self.rows);
        named.add_term(&self.rows, term);
        let mut best = Value::Null;
        evaluation.each(&named.with_origins(&self.rows), &mut |chosen| {
            let value = evaluation.term(chosen, term).into_owned();
            let order_of = |a, b| {
                if order.descending { compare::collate(a, b) } else { compare::collate(b, a) }
            };
            let better = best == Value::Null || order_of(&value, &best).is_gt();
            if better && rendering::text(&value).is_some() {
                best = value;
            }
            false
        });
        best
    }

    fn given<'r>(&'r self, record: &'r Record) -> &'r Record {
        match &self.rows[0].source {
            Source::Given(given) => given,
            _ => record,
        }
    }
}

impl Evaluation<'_> {
    /// Whether all of these tests are true for some choice of their rows.
    fn holds(&self, tests: &[&Test]) -> bool {
        match tests {
            [] => true,
            [Test::All(parts)] => self.holds(&parts.iter().collect::<Vec<_>>()),
            [Test::Any(parts)] => parts.iter().any(|part| self.holds(&[part])),
            [test] => self.chosen(&[test]),
            tests => self.together(tests).iter().all(|group| match group.as_slice() {
                [_] => self.holds(group),
                group => self.chosen(group),
            }),
        }
    }

    /// The tests in groups that share no `many` row, those that cost least first.
    fn together<'t>(&self, tests: &[&'t Test]) -> Vec<Vec<&'t Test>> {
        let mut groups: Vec<(RowSet, Vec<&Test>)> = Vec::new();
        for test in tests {
            let mut rows = RowSet::of_test(self.rows, test).with_origins(self.rows).many(self.rows);
            let mut group = vec![*test];
            let (sharing, apart) = groups.into_iter().partition(|(other, _)| other.meets(&rows));
            groups = apart;
            for (other, tests) in sharing {
                rows.add(&other);
                group.extend(tests);
            }
            groups.push((rows, group));
        }
        groups.sort_by_key(|(rows, _)| rows.count());
        groups.into_iter().map(|(_, group)| group).collect()
    }

    /// Whether some choice of the rows these tests name makes all of them true.
    fn chosen(&self, tests: &[&Test]) -> bool {
        let mut rows = RowSet::none(self.rows);
        tests.iter().for_each(|test| rows.add_test(self.rows, test));
        self.each(&rows.with_origins(self.rows), &mut |chosen| {
            tests.iter().all(|test| self.is_true(chosen, test))
        })
    }

    /// Whether a test is true for these rows. Unknown is not true, and every test of tests asks
    /// only that.
    fn is_true(&self, chosen: &Chosen, test: &Test) -> bool {
        match test {
            Test::Constant(truth) => *truth,
            Test::All(tests) => tests.iter().all(|test| self.is_true(chosen, test)),
            Test::Any(tests) => tests.iter().any(|test| self.is_true(chosen, test)),
            Test::Not(test) => !self.is_true(chosen, test),
            Test::Some { rows, test } => {
                let fresh = RowSet::fresh(self.rows, rows, test);
                self.each_anew(chosen, &fresh, &mut |chosen| self.is_true(chosen, test))
            }
            Test::In { term, texts } => {
                let value = self.term(chosen, term);
                rendering::text(&value).is_some_and(|text| texts.iter().any(|it| *it == text))
            }
            Test::Compare { left, op, right, every } => {
                let holds = |chosen: &Chosen| {
                    let (left_value, right_value) =
                        (self.term(chosen, left), self.term(chosen, right));
                    let side = |term: &super::Term, value| compare::Side {
                        value,
                        affinity: term.affinity(self.rows),
                        bound: term.is_bound(),
                    };
                    compare::compare(side(left, &left_value), *op, side(right, &right_value))
                };
                if holds(chosen) != Some(true) {
                    return false;
                }
                let mut named = RowSet::none(self.rows);
                named.add_term(self.rows, left);
                named.add_term(self.rows, right);
                let failing = &mut |chosen: &Chosen| holds(chosen) == Some(false);
                !(*every && self.each(&named.with_origins(self.rows), failing))
            }
        }
    }

    /// The outcome where the base record is enough. A conjunction may be false by one of its parts
    /// alone, a disjunction true.
    fn decide(&self, test: &Test) -> Option<bool> {
        let rows = RowSet::read_by_test(self.rows, test);
        if !rows.reaches_out(self.rows) && !clock::asks_the_clock(test) {
            return Some(self.holds(&[test]));
        }
        match test {
            Test::All(parts) => {
                parts.iter().any(|part| self.decide(part) == Some(false)).then_some(false)
            }
            Test::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.decide(part)).collect();
                match parts.contains(&Some(true)) {
                    true => Some(true),
                    false => parts.iter().all(|it| *it == Some(false)).then_some(false),
                }
            }
            _ => None,
        }
    }
}

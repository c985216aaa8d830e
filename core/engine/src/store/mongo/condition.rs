//! Conditions to expressions: which choice of joined rows makes the test true.
//!
//! Each joined row comes from an array the pipeline put into the document (see `lookup`). Tests
//! that share no row of which several may join are decided apart, as in the model's own evaluation:
//! costs grow only with rows that are bound to each other.

use mongodb::bson::{Bson, Document, doc};
use purlin_model::plan::{Row, RowSet, Term, Test};

use super::compare::{compare, is_one_of};
use super::expr::{all, any, map, not, op};
use super::lookup::Joins;
use super::operand::Operand;
use super::term::term;

/// An expression that is true iff all of these tests hold for the document; of the row arrays in it.
pub(super) fn lowered(rows: &[Row], joins: &Joins<'_>, tests: &[&Test]) -> Bson {
    let mut lowering = Lowering::new(rows, joins);
    let test = lowering.holds(tests);
    lowering.finish(test)
}

struct Lowering<'a> {
    rows: &'a [Row],
    joins: &'a Joins<'a>,
    /// What does not depend on the choice at hand: decided once, before.
    apart: Document,
}

impl<'a> Lowering<'a> {
    fn new(rows: &'a [Row], joins: &'a Joins<'a>) -> Self {
        Lowering { rows, joins, apart: Document::new() }
    }

    /// An expression made here, with what it decides before.
    fn finish(self, expression: Bson) -> Bson {
        if self.apart.is_empty() {
            return expression;
        }
        op("$let", doc! { "vars": self.apart, "in": expression })
    }

    /// Has a test decided once, before, by a lowering of its own: what is decided before cannot
    /// name anything else that is. Answers where the outcome is.
    fn before(&mut self, decide: impl FnOnce(&mut Lowering<'a>) -> Bson) -> Bson {
        let mut before = Lowering::new(self.rows, self.joins);
        let test = decide(&mut before);
        if matches!(test, Bson::Boolean(_)) {
            return test;
        }
        let name = format!("apart{}", self.apart.len());
        let place = Bson::String(format!("$${name}"));
        self.apart.insert(name, before.finish(test));
        place
    }

    /// Whether all of these tests are true for some choice of their rows.
    fn holds(&mut self, tests: &[&Test]) -> Bson {
        match tests {
            [] => Bson::Boolean(true),
            [Test::All(parts)] => self.holds(&parts.iter().collect::<Vec<_>>()),
            [Test::Any(parts)] => {
                any(parts.iter().map(|part| self.holds(&[part])).collect::<Vec<_>>())
            }
            [test] => self.chosen(&[test]),
            tests => {
                let groups = self.together(tests);
                let each = groups.iter().map(|group| match group.as_slice() {
                    [_] => self.holds(group),
                    group => self.chosen(group),
                });
                all(each.collect::<Vec<_>>())
            }
        }
    }

    /// The tests in groups that share no `many` row, those that cost least first.
    fn together<'t>(&self, tests: &[&'t Test]) -> Vec<Vec<&'t Test>> {
        let mut groups: Vec<(RowSet, Vec<&Test>)> = Vec::new();
        let mut plain = Vec::new();
        for test in tests {
            let mut rows = RowSet::of_test(self.rows, test).with_origins(self.rows).many(self.rows);
            if rows.count() == 0 {
                plain.push(vec![*test]);
                continue;
            }
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
        plain.into_iter().chain(groups.into_iter().map(|(_, group)| group)).collect()
    }

    /// Whether some choice of the rows these tests name makes all of them true.
    fn chosen(&mut self, tests: &[&Test]) -> Bson {
        let mut rows = RowSet::none(self.rows);
        tests.iter().for_each(|test| rows.add_test(self.rows, test));
        let body = all(tests.iter().map(|test| self.is_true(test)).collect::<Vec<_>>());
        self.some(&rows.with_origins(self.rows), body)
    }

    /// Whether a test holds for some choice of these rows.
    fn some(&self, rows: &RowSet, test: Bson) -> Bson {
        let joined: Vec<usize> = rows.joined().collect();
        joined.into_iter().rev().fold(test, |test, row| {
            if matches!(test, Bson::Boolean(_)) {
                return test;
            }
            let name = format!("r{row}");
            if self.rows[row].many {
                let each = map(self.joins.choices(self.rows, row), &name, test);
                return op("$anyElementTrue", vec![each]);
            }
            let vars = doc! { name: self.joins.one(self.rows, row) };
            op("$let", doc! { "vars": vars, "in": test })
        })
    }

    fn is_true(&mut self, test: &Test) -> Bson {
        match test {
            Test::Constant(truth) => Bson::Boolean(*truth),
            Test::All(tests) => {
                all(tests.iter().map(|test| self.is_true(test)).collect::<Vec<_>>())
            }
            Test::Any(tests) => {
                any(tests.iter().map(|test| self.is_true(test)).collect::<Vec<_>>())
            }
            Test::Not(test) => not(self.is_true(test)),
            Test::Some { rows, test: inner } => {
                self.afresh(RowSet::of_test(self.rows, test), rows, inner)
            }
            Test::In { term, texts } => is_one_of(&self.term(term), texts),
            Test::Compare { left, op, right, every } => {
                let holds = compare(&self.term(left), *op, &self.term(right), true);
                let named = named(self.rows, left, right);
                if !*every || !named.any_many(self.rows) {
                    return holds;
                }
                let none_fails = self.before(|before| {
                    let fails = compare(&before.term(left), *op, &before.term(right), false);
                    not(before.some(&named.with_origins(before.rows), fails))
                });
                all([holds, none_fails])
            }
        }
    }

    /// Whether an inner test is true for some choice of the listed rows, chosen afresh. `free` are
    /// the rows this leaves free.
    fn afresh(&mut self, free: RowSet, listed: &[usize], inner: &Test) -> Bson {
        let mut chosen = RowSet::fresh(self.rows, listed, inner);
        let free = free.with_origins(self.rows);
        if free.any_many(self.rows) {
            let test = self.is_true(inner);
            return self.some(&chosen, test);
        }
        chosen.add(&free);
        self.before(|before| {
            let test = before.is_true(inner);
            before.some(&chosen, test)
        })
    }

    fn term(&mut self, it: &Term) -> Operand {
        let rows = self.rows;
        term(rows, it, &mut |test| self.is_true(test))
    }
}

fn named(rows: &[Row], left: &Term, right: &Term) -> RowSet {
    let mut named = RowSet::none(rows);
    named.add_term(rows, left);
    named.add_term(rows, right);
    named
}

/// What a sort goes by that ranges over several rows: the smallest or the largest value there is.
pub(super) fn extreme(rows: &[Row], joins: &Joins<'_>, it: &Term, descending: bool) -> Bson {
    let mut used = RowSet::none(rows);
    used.add_term(rows, it);
    let used = used.with_origins(rows);
    let mut lowering = Lowering::new(rows, joins);
    let value = lowering.term(it).settled();
    let mut many = false;
    let joined: Vec<usize> = used.joined().collect();
    let values = joined.into_iter().rev().fold(value, |value, row| {
        let name = format!("r{row}");
        if rows[row].many {
            let each = map(joins.choices(rows, row), &name, value);
            let inner = std::mem::replace(&mut many, true);
            return if inner { flat(each) } else { each };
        }
        op("$let", doc! { "vars": doc! { name: joins.one(rows, row) }, "in": value })
    });
    lowering.finish(match (many, descending) {
        (false, _) => values,
        (true, false) => op("$min", values),
        (true, true) => op("$max", values),
    })
}

/// An array of arrays as one.
fn flat(arrays: Bson) -> Bson {
    let concat = op("$concatArrays", vec![Bson::from("$$value"), Bson::from("$$this")]);
    op("$reduce", doc! { "input": arrays, "initialValue": Vec::<Bson>::new(), "in": concat })
}

//! What no text says: rows chosen afresh, and terms taken only where a test holds, put at random
//! into a condition that the planner made of a text.

use purlin_model::plan::{Key, Order, Row, Term, Test};

use crate::random::Random;

/// Changes tests and terms over rows of one condition.
pub(crate) struct Twister<'a> {
    pub(crate) random: &'a mut Random,
    /// The rows of the condition.
    pub(crate) rows: &'a [Row],
    /// Tests to be put in.
    pub(crate) spare: &'a [Test],
}

impl Twister<'_> {
    /// The test, with some of its parts asked of rows chosen afresh.
    pub(crate) fn test(&mut self, test: Test) -> Test {
        let inner = match test {
            Test::All(tests) => Test::All(tests.into_iter().map(|it| self.test(it)).collect()),
            Test::Any(tests) => Test::Any(tests.into_iter().map(|it| self.test(it)).collect()),
            Test::Not(test) => Test::Not(Box::new(self.test(*test))),
            Test::Compare { left, op, right, every } => {
                Test::Compare { left: self.side(left), op, right: self.side(right), every }
            }
            test => test,
        };
        let with = match self.random.below(12) {
            0..6 => return inner,
            6 => Test::All(vec![inner, self.other()]),
            7 => Test::Any(vec![inner, self.other()]),
            8 => Test::Not(Box::new(inner)),
            _ => inner,
        };
        let some = self.some(with);
        if self.random.one_in(3) { Test::Not(Box::new(some)) } else { some }
    }

    /// Sort keys, some of them taken only where a test holds.
    pub(crate) fn sort(&mut self, sort: Vec<Order>) -> Vec<Order> {
        let twist = |order: Order| match order.key {
            Key::Term(term) if self.random.one_in(2) => {
                Order { key: Key::Term(self.when(term)), ..order }
            }
            key => Order { key, ..order },
        };
        sort.into_iter().map(twist).collect()
    }

    /// For some choice of some of the rows of which several may join.
    fn some(&mut self, test: Test) -> Test {
        let all = self.random.one_in(4);
        let mut rows: Vec<usize> = (1..self.rows.len()).filter(|at| self.rows[*at].many).collect();
        rows.retain(|_| all || self.random.one_in(2));
        Test::Some { rows, test: Box::new(test) }
    }

    fn side(&mut self, term: Term) -> Term {
        if self.random.one_in(8) { self.when(term) } else { term }
    }

    /// The term, or a part of it, where some test holds.
    fn when(&mut self, term: Term) -> Term {
        match term {
            term if term.is_bound() => term,
            Term::Lower(inner) if self.random.one_in(2) => Term::Lower(Box::new(self.when(*inner))),
            Term::Strftime { format, time: Some(time), modifiers } if self.random.one_in(2) => {
                Term::Strftime { format, time: Some(Box::new(self.when(*time))), modifiers }
            }
            Term::Distance(terms) if self.random.one_in(2) => {
                Term::Distance(Box::new(terms.map(|term| self.when(term))))
            }
            term => Term::When { test: Box::new(self.other()), term: Box::new(term) },
        }
    }

    /// A spare test, itself twisted at times.
    fn other(&mut self) -> Test {
        let Some(at) = self.spare.len().checked_sub(1) else { return Test::Constant(true) };
        let test = self.spare[self.random.below(at + 1)].clone();
        if self.random.one_in(3) { self.some(test) } else { test }
    }
}

//! Which rows tests and terms name.

use super::super::condition::{Row, Source, Term, Test};

/// A set of rows of one condition.
#[derive(Clone, Debug)]
pub(super) struct RowSet(Vec<bool>);

impl RowSet {
    pub(super) fn none(rows: &[Row]) -> Self {
        RowSet(vec![false; rows.len()])
    }

    pub(super) fn of_test(rows: &[Row], test: &Test) -> Self {
        let mut set = RowSet::none(rows);
        set.add_test(test);
        set
    }

    pub(super) fn add(&mut self, other: &RowSet) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    pub(super) fn add_test(&mut self, test: &Test) {
        match test {
            Test::Constant(_) => {}
            Test::All(tests) | Test::Any(tests) => tests.iter().for_each(|it| self.add_test(it)),
            Test::Not(test) => self.add_test(test),
            Test::In { term, .. } => self.add_term(term),
            Test::Compare { left, right, .. } => {
                self.add_term(left);
                self.add_term(right);
            }
        }
    }

    pub(super) fn add_term(&mut self, term: &Term) {
        match term {
            Term::Value(_) => {}
            Term::Column { row, .. }
            | Term::Path { row, .. }
            | Term::Length { row, .. }
            | Term::Item { row } => self.0[*row] = true,
            Term::Lower(inner) => self.add_term(inner),
            Term::Distance(terms) => terms.iter().for_each(|term| self.add_term(term)),
            Term::Strftime { time, .. } => {
                if let Some(time) = time {
                    self.add_term(time);
                }
            }
        }
    }

    /// With the rows these are joined to.
    pub(super) fn with_origins(mut self, rows: &[Row]) -> Self {
        // A row's origin comes before it, so one pass from the end finds all.
        for index in (1..rows.len()).rev() {
            if let (true, Some(from)) = (self.0[index], origin(&rows[index].source)) {
                self.0[from] = true;
            }
        }
        self
    }

    /// Those of which several may join.
    pub(super) fn many(mut self, rows: &[Row]) -> Self {
        self.0.iter_mut().zip(rows).for_each(|(own, row)| *own &= row.many);
        self
    }

    /// The rows besides the base, in joining order.
    pub(super) fn joined(&self) -> Vec<usize> {
        (1..self.0.len()).filter(|index| self.0[*index]).collect()
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().filter(|own| **own).count()
    }

    pub(super) fn meets(&self, other: &RowSet) -> bool {
        self.0.iter().zip(&other.0).any(|(own, other)| *own && *other)
    }

    /// Whether any row comes from another record than the base.
    pub(super) fn reach_out(&self, rows: &[Row]) -> bool {
        self.joined()
            .iter()
            .any(|index| !matches!(rows[*index].source, Source::Items { .. } | Source::Values(_)))
    }
}

/// Whether a test reads a time that may say `now`.
pub(super) fn asks_the_clock(test: &Test) -> bool {
    fn reads(term: &Term) -> bool {
        match term {
            Term::Strftime { .. } => true,
            Term::Lower(inner) => reads(inner),
            Term::Distance(terms) => terms.iter().any(reads),
            _ => false,
        }
    }
    match test {
        Test::Constant(_) => false,
        Test::All(tests) | Test::Any(tests) => tests.iter().any(asks_the_clock),
        Test::Not(test) => asks_the_clock(test),
        Test::In { term, .. } => reads(term),
        Test::Compare { left, right, .. } => reads(left) || reads(right),
    }
}

/// The row another is joined to.
fn origin(source: &Source) -> Option<usize> {
    match source {
        Source::Relation { from, .. } | Source::Back { from, .. } | Source::Items { from, .. } => {
            Some(*from)
        }
        Source::Base | Source::Given(_) | Source::Every | Source::Ids(_) | Source::Values(_) => {
            None
        }
    }
}

//! Which rows tests and terms name.

use super::condition::{Row, Source, Term, Test};

/// A set of rows of one condition.
#[derive(Clone, Debug)]
pub struct RowSet(Vec<bool>);

/// Which of the rows a test names are meant.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    /// Those it does not choose itself.
    Free,
    /// Also those chosen afresh within it.
    Every,
}

impl RowSet {
    /// The empty set.
    #[must_use]
    pub fn none(rows: &[Row]) -> Self {
        RowSet(vec![false; rows.len()])
    }

    /// The rows a test leaves free: those it names, but for the ones it chooses afresh itself.
    #[must_use]
    pub fn of_test(rows: &[Row], test: &Test) -> Self {
        let mut set = RowSet::none(rows);
        set.add_test(rows, test);
        set
    }

    /// Every row whose values a test reads, chosen afresh or not, with those they are joined to.
    #[must_use]
    pub fn read_by_test(rows: &[Row], test: &Test) -> Self {
        let mut set = RowSet::none(rows);
        set.gather_test(rows, test, Which::Every);
        set.with_origins(rows)
    }

    /// Every row whose values a term reads, chosen afresh or not, with those they are joined to.
    #[must_use]
    pub fn read_by_term(rows: &[Row], term: &Term) -> Self {
        let mut set = RowSet::none(rows);
        set.gather_term(rows, term, Which::Every);
        set.with_origins(rows)
    }

    /// Those of the rows chosen afresh for a test on which it depends.
    #[must_use]
    pub fn fresh(rows: &[Row], listed: &[usize], test: &Test) -> Self {
        let mut named = RowSet::of_test(rows, test);
        named.add_origins(rows, listed.iter().copied());
        let mut set = RowSet::none(rows);
        listed.iter().for_each(|index| set.0[*index] = named.0[*index]);
        set
    }

    /// Adds the rows of another set.
    pub fn add(&mut self, other: &RowSet) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    /// Adds the rows a test leaves free.
    pub fn add_test(&mut self, rows: &[Row], test: &Test) {
        self.gather_test(rows, test, Which::Free);
    }

    /// Adds the rows a term leaves free: those it names, but for the ones it chooses afresh itself.
    pub fn add_term(&mut self, rows: &[Row], term: &Term) {
        self.gather_term(rows, term, Which::Free);
    }

    fn gather_test(&mut self, rows: &[Row], test: &Test, which: Which) {
        match test {
            Test::Constant(_) => {}
            Test::All(tests) | Test::Any(tests) => {
                tests.iter().for_each(|it| self.gather_test(rows, it, which));
            }
            Test::Not(test) => self.gather_test(rows, test, which),
            Test::Some { rows: listed, test } => {
                let mut inner = RowSet::none(rows);
                inner.gather_test(rows, test, which);
                // What a fresh row is joined to is named by its join, fresh itself or not.
                inner.add_origins(rows, listed.iter().copied());
                if which == Which::Free {
                    listed.iter().for_each(|index| inner.0[*index] = false);
                }
                self.add(&inner);
            }
            Test::In { term, .. } => self.gather_term(rows, term, which),
            Test::Compare { left, right, .. } => {
                self.gather_term(rows, left, which);
                self.gather_term(rows, right, which);
            }
        }
    }

    fn gather_term(&mut self, rows: &[Row], term: &Term, which: Which) {
        match term {
            Term::Value(_) => {}
            Term::Column { row, .. }
            | Term::Path { row, .. }
            | Term::Length { row, .. }
            | Term::Item { row } => self.0[*row] = true,
            Term::Lower(inner) => self.gather_term(rows, inner, which),
            Term::Distance(terms) => {
                terms.iter().for_each(|term| self.gather_term(rows, term, which));
            }
            Term::Strftime { time, .. } => {
                if let Some(time) = time {
                    self.gather_term(rows, time, which);
                }
            }
            Term::When { test, term } => {
                self.gather_test(rows, test, which);
                self.gather_term(rows, term, which);
            }
        }
    }

    /// With the rows these are joined to.
    #[must_use]
    pub fn with_origins(mut self, rows: &[Row]) -> Self {
        self.add_origins(rows, 1..rows.len());
        self
    }

    /// Adds what those of these rows, given ascending, that are in the set are joined to.
    fn add_origins(&mut self, rows: &[Row], of: impl DoubleEndedIterator<Item = usize>) {
        // A row's origin comes before it, so one pass from the end finds all.
        for index in of.rev() {
            if let (true, Some(from)) = (self.0[index], rows[index].source.origin()) {
                self.0[from] = true;
            }
        }
    }

    /// Those of which several may join.
    #[must_use]
    pub fn many(mut self, rows: &[Row]) -> Self {
        self.0.iter_mut().zip(rows).for_each(|(own, row)| *own &= row.many);
        self
    }

    /// The rows besides the base, in joining order.
    pub fn joined(&self) -> impl Iterator<Item = usize> + '_ {
        (1..self.0.len()).filter(|index| self.0[*index])
    }

    /// Those of them that are, or are not, `many`.
    pub fn joined_by<'a>(
        &'a self,
        rows: &'a [Row],
        many: bool,
    ) -> impl Iterator<Item = usize> + 'a {
        self.joined().filter(move |index| rows[*index].many == many)
    }

    /// How many rows are in the set.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.iter().filter(|own| **own).count()
    }

    /// Whether the sets share a row.
    #[must_use]
    pub fn meets(&self, other: &RowSet) -> bool {
        self.0.iter().zip(&other.0).any(|(own, other)| *own && *other)
    }

    /// Whether no row but the base is in the set.
    #[must_use]
    pub fn is_base_only(&self) -> bool {
        self.joined().next().is_none()
    }

    /// Whether any row of the set is `many`.
    #[must_use]
    pub fn any_many(&self, rows: &[Row]) -> bool {
        self.joined().any(|index| rows[index].many)
    }

    /// Whether any row comes from another record than the base.
    #[must_use]
    pub fn reaches_out(&self, rows: &[Row]) -> bool {
        let within = |source: &Source| matches!(source, Source::Items { .. } | Source::Values(_));
        self.joined().any(|index| !within(&rows[index].source))
    }
}

impl Source {
    /// The row another is joined to.
    #[must_use]
    pub fn origin(&self) -> Option<usize> {
        match self {
            Source::Relation { from, .. }
            | Source::Back { from, .. }
            | Source::Items { from, .. } => Some(*from),
            Source::Base
            | Source::Given(_)
            | Source::Every
            | Source::Ids(_)
            | Source::Values(_) => None,
        }
    }
}

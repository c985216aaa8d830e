//! Which rows tests and terms name.

use super::condition::{Row, Source, Term, Test};

/// A set of rows of one condition.
#[derive(Clone, Debug)]
pub struct RowSet(Vec<bool>);

impl RowSet {
    /// The empty set.
    #[must_use]
    pub fn none(rows: &[Row]) -> Self {
        RowSet(vec![false; rows.len()])
    }

    /// The rows a test names.
    #[must_use]
    pub fn of_test(rows: &[Row], test: &Test) -> Self {
        let mut set = RowSet::none(rows);
        set.add_test(test);
        set
    }

    /// Adds the rows of another set.
    pub fn add(&mut self, other: &RowSet) {
        self.0.iter_mut().zip(&other.0).for_each(|(own, other)| *own |= other);
    }

    /// Adds the rows a test names.
    pub fn add_test(&mut self, test: &Test) {
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

    /// Adds the rows a term names.
    pub fn add_term(&mut self, term: &Term) {
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
    #[must_use]
    pub fn with_origins(mut self, rows: &[Row]) -> Self {
        // A row's origin comes before it, so one pass from the end finds all.
        for index in (1..rows.len()).rev() {
            if let (true, Some(from)) = (self.0[index], rows[index].source.origin()) {
                self.0[from] = true;
            }
        }
        self
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

//! Rows of a comparison's own: where both sides range over several rows, every pair of values must
//! pass, though both sides name the same rows (http-api.md 2.7).

use super::condition::{Source, Term, Test};
use super::planner::{Planner, Step};

impl Planner<'_> {
    /// Whether two terms range over a row in common.
    pub(super) fn meet(&self, left: &Term, right: &Term) -> bool {
        let (left, right) = (self.ranges(left), self.ranges(right));
        left.iter().any(|row| right.contains(row))
    }

    /// The term over copies of the rows it ranges over.
    pub(super) fn fork(&mut self, term: &Term) -> Term {
        let mut copies: Vec<(usize, usize)> = Vec::new();
        let mut rows = self.ranges(term);
        rows.sort_unstable();
        for row in rows {
            let mut copy = self.rows[row].clone();
            if let Source::Relation { from, .. }
            | Source::Back { from, .. }
            | Source::Items { from, .. } = &mut copy.source
            {
                *from = renamed(&copies, *from);
            }
            copies.push((row, self.add(Step::Fork, || copy)));
        }
        let mut term = term.clone();
        for_rows(&mut term, &mut |row| *row = renamed(&copies, *row));
        term
    }

    /// The `many` rows a term names and those they are joined to.
    fn ranges(&self, term: &Term) -> Vec<usize> {
        let mut rows = Vec::new();
        for_rows(&mut term.clone(), &mut |row| {
            let mut next = Some(*row);
            while let Some(row) = next.filter(|row| self.rows[*row].many && !rows.contains(row)) {
                rows.push(row);
                next = self.rows[row].source.origin();
            }
        });
        rows
    }
}

fn renamed(copies: &[(usize, usize)], row: usize) -> usize {
    copies.iter().find(|(from, _)| *from == row).map_or(row, |(_, to)| *to)
}

fn for_rows(term: &mut Term, act: &mut impl FnMut(&mut usize)) {
    match term {
        Term::Value(_) => {}
        Term::Column { row, .. }
        | Term::Path { row, .. }
        | Term::Length { row, .. }
        | Term::Item { row } => act(row),
        Term::Lower(inner) => for_rows(inner, act),
        Term::Distance(terms) => terms.iter_mut().for_each(|term| for_rows(term, act)),
        Term::Strftime { time, .. } => {
            if let Some(time) = time {
                for_rows(time, act);
            }
        }
        Term::When { test, term } => {
            for_rows_of_test(test, act);
            for_rows(term, act);
        }
    }
}

fn for_rows_of_test(test: &mut Test, act: &mut impl FnMut(&mut usize)) {
    match test {
        Test::Constant(_) => {}
        Test::All(tests) | Test::Any(tests) => {
            tests.iter_mut().for_each(|test| for_rows_of_test(test, act));
        }
        Test::Not(test) => for_rows_of_test(test, act),
        Test::Some { rows, test } => {
            rows.iter_mut().for_each(&mut *act);
            for_rows_of_test(test, act);
        }
        Test::In { term, .. } => for_rows(term, act),
        Test::Compare { left, right, .. } => {
            for_rows(left, act);
            for_rows(right, act);
        }
    }
}

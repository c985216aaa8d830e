//! Whether a condition needs to know the time.

use super::super::condition::{Term, Test};

/// Whether a test reads a time that may say `now`.
pub(super) fn asks_the_clock(test: &Test) -> bool {
    fn reads(term: &Term) -> bool {
        match term {
            Term::Strftime { .. } => true,
            Term::Lower(inner) => reads(inner),
            Term::Distance(terms) => terms.iter().any(reads),
            Term::When { test, term } => asks_the_clock(test) || reads(term),
            _ => false,
        }
    }
    match test {
        Test::Constant(_) => false,
        Test::All(tests) | Test::Any(tests) => tests.iter().any(asks_the_clock),
        Test::Not(test) | Test::Some { test, .. } => asks_the_clock(test),
        Test::In { term, .. } => reads(term),
        Test::Compare { left, right, .. } => reads(left) || reads(right),
    }
}

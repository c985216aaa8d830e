//! A resolved operand and the comparison of two.

use super::compare::{self, Affinity};
use super::condition::{Term, Test};
use super::{pattern, rendering};
use crate::dialect;
use crate::query::Op;
use crate::value::Value;

/// What an operand turned out to be.
#[derive(Clone, Debug)]
pub(super) struct Side {
    /// What stores see.
    pub(super) term: Term,
    /// What it converts values opposite to it to.
    pub(super) affinity: Affinity,
    /// Whether its path crosses a step to several rows, from the row the text speaks of on.
    pub(super) many: bool,
    /// The value of a term that is not bound but known all the same: a column of a given record.
    pub(super) known: Option<Value>,
    /// A bound term that stands for a field: compares as a column does.
    pub(super) field: bool,
    /// A whole number whose text has no fraction.
    pub(super) whole: bool,
    /// Stands for 1 where this test is true, else for 0 (`:changed`).
    pub(super) test: Option<Box<Test>>,
    /// The row whose e-mail address this is, where only a public one may be asked for.
    pub(super) email: Option<usize>,
}

impl Side {
    /// Of a term over rows.
    pub(super) fn of(term: Term, affinity: Affinity, many: bool) -> Self {
        Side {
            term,
            affinity,
            many,
            known: None,
            field: false,
            whole: false,
            test: None,
            email: None,
        }
    }

    /// A bound value.
    pub(super) fn value(value: Value) -> Self {
        Side::of(Term::Value(value), Affinity::Free, false)
    }

    /// A bound whole number.
    pub(super) fn count(count: usize) -> Self {
        #[allow(clippy::cast_precision_loss)]
        let number = Value::Number(count as f64);
        Side { whole: true, ..Side::value(number) }
    }

    /// Nothing.
    pub(super) fn null() -> Self {
        Side::value(Value::Null)
    }

    /// With `:lower`.
    pub(super) fn lower(mut self) -> Self {
        if self.affinity != Affinity::Json {
            self.affinity = Affinity::Free;
        }
        self.known = self.known.as_ref().map(lower_value);
        self.term = match self.term {
            Term::Value(value) => Term::Value(lower_value(&value)),
            term => Term::Lower(Box::new(term)),
        };
        self
    }

    /// The value, where it is known before anything is read.
    fn fixed(&self) -> Option<compare::Side<'_>> {
        let (value, bound) = match (&self.term, &self.known) {
            (Term::Value(value), _) => (value, !self.field),
            (_, Some(value)) => (value, false),
            _ => return None,
        };
        Some(compare::Side { value, affinity: self.affinity, bound })
    }

    /// The term as stores see it opposite a term of that affinity.
    fn into_term(self, opposite: Affinity) -> Term {
        match self.term {
            Term::Value(Value::Number(number)) if self.whole && opposite == Affinity::Text => {
                Term::Value(Value::Text(dialect::number_text(number)))
            }
            term => term,
        }
    }
}

fn lower_value(value: &Value) -> Value {
    rendering::text(value).map_or(Value::Null, |text| Value::Text(dialect::lower(&text)))
}

/// The test of `left op right`; `any` = written with `?`.
pub(super) fn test(mut left: Side, op: Op, any: bool, mut right: Side) -> Test {
    if let Some(inner) = left.test.take() {
        let [yes, no] = [1, 0].map(|count| test(Side::count(count), op, any, right.clone()));
        return either(*inner, yes, no);
    }
    if let Some(inner) = right.test.take() {
        let [yes, no] = [1, 0].map(|count| test(left.clone(), op, any, Side::count(count)));
        return either(*inner, yes, no);
    }
    if matches!(op, Op::Like | Op::NotLike) {
        finish_pattern(&mut right);
    }
    if let (Some(a), Some(b)) = (left.fixed(), right.fixed()) {
        return Test::Constant(compare::compare(a, op, b) == Some(true));
    }
    if let Some(test) = strict(&left, op, any, &right) {
        return test;
    }
    let every = !any && (left.many || right.many);
    let (a, mut b) = (left.affinity, right.affinity);
    if matches!(op, Op::Like | Op::NotLike) {
        b = Affinity::Text;
    }
    Test::Compare { left: left.into_term(b), op, right: right.into_term(a), every }
}

/// Equality with a bound member of a json value that is null or the empty text: unlike other bound
/// values it equals nothing but itself. `None` for everything else. Nothing of the kind is said of
/// several values that all have to pass: that does not hold.
fn strict(left: &Side, op: Op, any: bool, right: &Side) -> Option<Test> {
    let is_strict = |side: &Side| {
        let empty = matches!(&side.term, Term::Value(Value::Null))
            || matches!(&side.term, Term::Value(Value::Text(text)) if text.is_empty());
        empty && side.affinity == Affinity::Json
    };
    let (bound, other) = match (is_strict(left), is_strict(right)) {
        (true, _) => (left, right),
        (_, true) => (right, left),
        _ => return None,
    };
    if !matches!(op, Op::Equal | Op::NotEqual) {
        return None;
    }
    if other.many && !any {
        return Some(Test::Constant(false));
    }
    let compare = |op: Op| Test::Compare {
        left: other.term.clone(),
        op,
        right: Term::Value(Value::Text(String::new())),
        every: false,
    };
    // Everything but null has a place in the order, before or after the empty text.
    let is_there = self::any(vec![compare(Op::GreaterEqual), compare(Op::Less)]);
    let equal = match bound.term {
        Term::Value(Value::Null) => not(is_there),
        _ => all(vec![compare(Op::Equal), is_there]),
    };
    Some(if op == Op::Equal { equal } else { not(equal) })
}

/// Makes a bound right side of `~` the pattern it stands for.
fn finish_pattern(side: &mut Side) {
    if let Term::Value(value) = &side.term {
        let finished = rendering::text(value).map(|text| Value::Text(pattern::finish(&text)));
        side.term = Term::Value(finished.unwrap_or(Value::Null));
        side.field = false;
    }
}

fn either(test: Test, yes: Test, no: Test) -> Test {
    any(vec![all(vec![test.clone(), yes]), all(vec![not(test), no])])
}

/// True iff the test is not.
pub(super) fn not(test: Test) -> Test {
    match test {
        Test::Constant(holds) => Test::Constant(!holds),
        test => Test::Not(Box::new(test)),
    }
}

/// True iff all are; nothing is true.
pub(super) fn all(tests: Vec<Test>) -> Test {
    let mut kept = Vec::with_capacity(tests.len());
    for test in tests {
        match test {
            Test::Constant(true) => {}
            Test::Constant(false) => return test,
            Test::All(inner) => kept.extend(inner),
            test => kept.push(test),
        }
    }
    match kept.len() {
        0 => Test::Constant(true),
        1 => kept.swap_remove(0),
        _ => Test::All(kept),
    }
}

/// True iff one is; nothing is false.
pub(super) fn any(tests: Vec<Test>) -> Test {
    let mut kept = Vec::with_capacity(tests.len());
    for test in tests {
        match test {
            Test::Constant(false) => {}
            Test::Constant(true) => return test,
            Test::Any(inner) => kept.extend(inner),
            test => kept.push(test),
        }
    }
    match kept.len() {
        0 => Test::Constant(false),
        1 => kept.swap_remove(0),
        _ => Test::Any(kept),
    }
}

//! Rows chosen afresh, and terms taken only where a test holds.

use purlin_model::Value;
use purlin_model::plan::{Condition, Key, Order, Term, Test};
use purlin_model::query::Op::{self, *};

use crate::backends::{Bench, on_stores};
use crate::conditions::{Blog, blog};
use crate::kit::*;

on_stores! {
    rows_chosen_afresh_are_not_bound_to_those_outside,
    a_term_is_null_where_its_test_does_not_hold,
    a_key_sorts_as_null_where_its_test_does_not_hold,
}

fn some<const N: usize>(rows: [usize; N], test: Test) -> Test {
    Test::Some { rows: rows.to_vec(), test: Box::new(test) }
}

fn not(test: Test) -> Test {
    Test::Not(Box::new(test))
}

fn both(a: Test, b: Test) -> Test {
    Test::All(vec![a, b])
}

fn when(test: Test, term: Term) -> Term {
    Term::When { test: Box::new(test), term: Box::new(term) }
}

fn every(left: Term, op: Op, right: impl Into<Value>) -> Test {
    Test::Compare { left, op, right: Term::Value(right.into()), every: true }
}

fn terms(left: Term, op: Op, right: Term) -> Test {
    Test::Compare { left, op, right, every: false }
}

fn tag(blog: &Blog, name: &str) -> Test {
    compare(blog.column(2, "name"), Equal, name)
}

async fn rows_chosen_afresh_are_not_bound_to_those_outside(bench: &Bench) {
    let blog = blog(bench).await;
    let tag = |name| tag(&blog, name);
    let text = |text: &str| compare(blog.column(3, "text"), Equal, text);
    let author = |name: &str| compare(blog.column(1, "name"), Equal, name);
    let weight = |row| blog.column(row, "w");
    let heavier = || some([5], terms(weight(5), Greater, weight(2)));
    let name = || blog.column(2, "name");
    let same = || terms(blog.column(5, "name"), Equal, name());
    for (case, test, expected) in [
        ("one row is not both", both(tag("red"), tag("blue")), ""),
        ("another row may be", both(tag("red"), some([2], tag("blue"))), "p1"),
        ("no row is", not(some([2], tag("blue"))), "p2 p3"),
        ("none beside one that is", both(tag("red"), not(some([2], tag("blue")))), "p2"),
        ("nothing joined is a row of nulls", some([2], tag("")), "p3"),
        ("a single row stays", some([2], both(author("Ann"), tag("red"))), "p1"),
        ("rows that refer back", both(some([3], text("yes")), some([3], text("no"))), "p1"),
        ("items", not(some([4], compare(Term::Item { row: 4 }, Equal, "b"))), "p2 p3"),
        ("all of them, within", some([2], every(name(), Equal, "red")), "p2"),
        ("a row that is not listed stays", both(tag("red"), heavier()), "p1 p2"),
        ("so it does where none is", both(tag("blue"), heavier()), ""),
        ("none, for some row that stays", not(heavier()), "p1 p3"),
        ("some within none", not(some([2], not(some([5], both(tag("red"), same()))))), "p2"),
        ("nothing listed", both(tag("red"), some([], tag("red"))), "p1 p2"),
        ("a row listed that is not named", some([3, 4], author("Ann")), "p1"),
    ] {
        assert_eq!(blog.matching(test).await, expected, "{case}");
    }
}

async fn a_term_is_null_where_its_test_does_not_hold(bench: &Bench) {
    let blog = blog(bench).await;
    let number = Value::Number;
    let large = || compare(blog.column(0, "n"), Greater, number(0.0));
    let title = || when(large(), blog.column(0, "t"));
    let blue = || when(tag(&blog, "blue"), blog.column(2, "w"));
    let small = when(not(large()), blog.column(0, "t"));
    for (test, expected) in [
        (compare(title(), Equal, "Hello"), "p1"),
        (compare(title(), Equal, ""), "p2 p3"),
        (compare(title(), NotEqual, "Hello"), "p2 p3"),
        (compare(title(), Like, "%ELL%"), "p1"),
        (compare(title(), NotLike, "%x%"), "p1"),
        (compare(Term::Lower(Box::new(title())), Equal, "hello"), "p1"),
        (terms(title(), Equal, blog.column(0, "t")), "p1"),
        // A number is a text opposite a text, a text a number opposite a number.
        (compare(small, Equal, number(10.0)), ""),
        (compare(when(large(), blog.column(0, "n")), Equal, "10"), "p1"),
        // Null is not the empty text of a JSON value.
        (compare(when(large(), blog.path("j", &["e"])), Equal, ""), "p1"),
        (compare(when(not(large()), blog.path("j", &["e"])), Equal, ""), ""),
        (compare(blue(), Greater, number(1.0)), "p1"),
        (compare(blue(), Equal, Value::Null), "p1 p2 p3"),
        (every(blue(), Greater, number(1.0)), "p1"),
        (every(blue(), Less, number(2.0)), ""),
    ] {
        let case = format!("{test:?}");
        assert_eq!(blog.matching(test).await, expected, "{case}");
    }
}

async fn a_key_sorts_as_null_where_its_test_does_not_hold(bench: &Bench) {
    let blog = blog(bench).await;
    let large = || compare(blog.column(0, "n"), Greater, Value::Number(0.0));
    let (title, weight) = (|| blog.column(0, "t"), || blog.column(2, "w"));
    let none_blue = || not(some([2], tag(&blog, "blue")));
    for (term, ascending, descending) in [
        (when(large(), title()), "p2 p3 p1", "p1 p2 p3"),
        (when(none_blue(), title()), "p1 p2 p3", "p3 p2 p1"),
        // Of several joined rows those count for which it holds.
        (when(tag(&blog, "blue"), weight()), "p2 p3 p1", "p1 p2 p3"),
        (when(not(tag(&blog, "blue")), weight()), "p3 p1 p2", "p1 p2 p3"),
        (when(tag(&blog, "blue"), title()), "p2 p3 p1", "p1 p2 p3"),
        (
            when(compare(blog.column(2, "name"), NotLike, Value::Null), title()),
            "p1 p2 p3",
            "p1 p2 p3",
        ),
    ] {
        for (direction, expected) in [(false, ascending), (true, descending)] {
            let case = format!("{term:?} {direction}");
            let all = Condition { rows: blog.rows(), test: Test::Constant(true) };
            let mut select = everything(all);
            select.sort = vec![Order { key: Key::Term(term.clone()), descending: direction }];
            assert_eq!(ids(&*blog.store, &select).await.join(" "), expected, "{case}");
        }
    }
}

//! How values compare (http-api.md 2.3, 2.6, 8.2).

use super::*;
use crate::plan::compare::{Affinity, Side, collate, compare};
use crate::plan::pattern;
use crate::query::Op;

fn side(value: &Value, kind: char) -> Side<'_> {
    let affinity = match kind {
        't' => Affinity::Text,
        'n' => Affinity::Number,
        'j' => Affinity::Json,
        _ => Affinity::Free,
    };
    Side { value, affinity, bound: kind == 'v' }
}

/// The sides are a kind and a value: `t` text column, `n` number or bool column, `j` JSON, `f`
/// computed, `v` bound.
#[test]
fn operators() {
    let (none, yes, no) = (Value::Null, Value::Bool(true), Value::Bool(false));
    let text = |text: &str| Value::Text(text.into());
    let number = Value::Number;
    let json = |text: &str| Value::Json(text.into());
    for (left, kind, op, right, other, wanted) in [
        (text(""), 't', "=", none.clone(), 'v', Some(true)),
        (none.clone(), 't', "=", text(""), 'v', Some(true)),
        (none.clone(), 't', "!=", text(""), 'v', Some(false)),
        (none.clone(), 'v', "=", text(""), 'v', Some(true)),
        (none.clone(), 'v', "=", none.clone(), 'v', Some(true)),
        (none.clone(), 't', "=", text("x"), 'v', None),
        (none.clone(), 't', "!=", text("x"), 'v', Some(true)),
        (none.clone(), 't', "=", text(""), 't', Some(true)),
        (none.clone(), 't', "=", none.clone(), 't', Some(true)),
        (none.clone(), 't', "!=", text("x"), 't', Some(true)),
        (text("a"), 't', "=", text("A"), 't', Some(false)),
        (number(0.0), 'n', "=", text(""), 'v', Some(false)),
        (number(0.0), 'n', "!=", none.clone(), 'v', Some(true)),
        (number(0.0), 'n', "=", text(" 0 "), 'v', Some(true)),
        (number(1.0), 'n', "=", text("1"), 'v', Some(true)),
        (number(10.0), 'n', ">", text("2"), 'v', Some(true)),
        (number(1.0), 'n', "<", text("abc"), 'v', Some(true)),
        (number(1.0), 'n', ">", text("abc"), 'v', Some(false)),
        (number(1.0), 'n', "=", text("abc"), 'v', Some(false)),
        (number(1.0), 'n', "=", text("1"), 't', Some(false)),
        (number(9.0), 'n', "<", text("10"), 't', Some(true)),
        (text("10"), 't', "=", number(10.0), 'v', Some(false)),
        (text("10.0"), 't', "=", number(10.0), 'v', Some(true)),
        (text("6"), 't', ">", number(5.0), 'v', Some(true)),
        (text("1"), 't', "=", yes.clone(), 'v', Some(true)),
        (yes.clone(), 'n', "=", yes.clone(), 'v', Some(true)),
        (yes.clone(), 'n', "=", number(1.0), 'v', Some(true)),
        (no, 'n', "=", number(0.0), 'v', Some(true)),
        (yes.clone(), 'n', "=", text("true"), 'v', Some(false)),
        (number(1.0), 'v', "=", text("1"), 'v', Some(false)),
        (number(1.0), 'f', "=", text("1"), 'v', Some(false)),
        (number(1.0), 'v', "<", text(""), 'v', Some(true)),
        (none.clone(), 'j', "=", none.clone(), 'v', Some(true)),
        (none.clone(), 'j', "=", text(""), 'v', Some(false)),
        (json("\"\""), 'j', "=", text(""), 'v', Some(true)),
        (json("\"\""), 'j', "=", none.clone(), 'v', Some(false)),
        (json("1"), 'j', "=", text("1"), 'v', Some(false)),
        (json("1.50"), 'j', "=", number(1.5), 'v', Some(true)),
        (json("true"), 'j', "=", number(1.0), 'v', Some(true)),
        (json("[1,2]"), 'j', "=", text("[1,2]"), 'v', Some(true)),
        (json("\"1\""), 'j', "=", number(1.0), 'n', Some(true)),
        (none.clone(), 'n', ">", number(0.0), 'v', None),
        (text("a"), 't', "<", none.clone(), 'v', None),
        (text("2024-05-06"), 't', ">=", text("2024"), 'v', Some(true)),
        (text(""), 't', "<", text("2024"), 'v', Some(true)),
        (text("Hello"), 't', "~", text("%HELL%"), 'v', Some(true)),
        (text("ÜBER"), 't', "~", text("%über%"), 'v', Some(false)),
        (number(-1.5), 'n', "~", text("%1%"), 'v', Some(true)),
        (none.clone(), 't', "!~", text("%a%"), 'v', None),
        (text("a"), 't', "~", none, 'v', None),
        (text("abc"), 't', "~", text("b"), 't', Some(true)),
        (json("[1,2]"), 'j', "~", text("%1,2%"), 'v', Some(true)),
        (number(21.0), 'v', "~", number(0.0), 'n', Some(true)),
        (number(21.0), 'n', "~", number(0.0), 'n', Some(false)),
        (yes, 'n', "~", text("%1%"), 'v', Some(true)),
    ] {
        let op = [Op::Equal, Op::NotEqual, Op::Like, Op::NotLike]
            .into_iter()
            .chain([Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual])
            .find(|known| known.text() == op)
            .expect("an operator");
        let found = compare(side(&left, kind), op, side(&right, other));
        assert_eq!(found, wanted, "{kind}{left:?} {} {other}{right:?}", op.text());
    }
}

#[test]
fn order() {
    let text = |text: &str| Value::Text(text.into());
    let ascending = [
        Value::Null,
        Value::Number(-1.0),
        Value::Bool(true),
        Value::Json("2".into()),
        text(""),
        text("10"),
        text("9"),
        text("Hello"),
        Value::Json("\"hello\"".into()),
        text("ÜBER"),
    ];
    for pair in ascending.windows(2) {
        assert!(collate(&pair[0], &pair[1]).is_lt(), "{pair:?}");
    }
}

#[test]
fn patterns() {
    for (text, wanted) in [
        ("", "%%"),
        ("a", "%a%"),
        ("a_b", "%a\\_b%"),
        ("a\\b", "%a\\\\b%"),
        ("a\\\\b", "%a\\\\b%"),
        ("50\\%", "%50\\%%"),
        ("a\\_b_", "%a\\_b\\_%"),
        ("__", "%\\_\\_%"),
        ("a%", "a%"),
        ("a\\\\%", "a\\\\%"),
        ("\\", "%\\\\%"),
    ] {
        assert_eq!(pattern::finish(text), wanted, "{text}");
    }
}

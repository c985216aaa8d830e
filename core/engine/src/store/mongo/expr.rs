//! Aggregation expressions put together.

use mongodb::bson::{Bson, Document, doc};

/// `{operator: argument}`.
pub(super) fn op(name: &str, argument: impl Into<Bson>) -> Bson {
    let mut out = Document::new();
    out.insert(name, argument);
    Bson::Document(out)
}

/// `{operator: [a, b]}`.
pub(super) fn two(name: &str, a: impl Into<Bson>, b: impl Into<Bson>) -> Bson {
    op(name, vec![a.into(), b.into()])
}

/// A text as a constant.
pub(super) fn text(text: impl Into<String>) -> Bson {
    let text = text.into();
    if text.starts_with('$') { op("$literal", text) } else { Bson::String(text) }
}

/// Any value as a constant.
pub(super) fn literal(value: impl Into<Bson>) -> Bson {
    op("$literal", value)
}

/// `if yes then … else …`; constants are decided here.
pub(super) fn cond(test: Bson, yes: impl Into<Bson>, no: impl Into<Bson>) -> Bson {
    match test {
        Bson::Boolean(true) => yes.into(),
        Bson::Boolean(false) => no.into(),
        test => op("$cond", vec![test, yes.into(), no.into()]),
    }
}

/// Missing becomes null.
pub(super) fn or_null(value: impl Into<Bson>) -> Bson {
    two("$ifNull", value, Bson::Null)
}

/// Missing or null becomes something else.
pub(super) fn or(value: impl Into<Bson>, other: impl Into<Bson>) -> Bson {
    two("$ifNull", value, other)
}

/// Whether a value that is never missing is null.
pub(super) fn is_null(value: impl Into<Bson>) -> Bson {
    two("$eq", value, Bson::Null)
}

/// True iff all are.
pub(super) fn all(tests: impl IntoIterator<Item = Bson>) -> Bson {
    let mut kept = Vec::new();
    for test in tests {
        match test {
            Bson::Boolean(true) => {}
            Bson::Boolean(false) => return test,
            test => kept.push(test),
        }
    }
    match kept.len() {
        0 => Bson::Boolean(true),
        1 => kept.swap_remove(0),
        _ => op("$and", kept),
    }
}

/// True iff one is.
pub(super) fn any(tests: impl IntoIterator<Item = Bson>) -> Bson {
    let mut kept = Vec::new();
    for test in tests {
        match test {
            Bson::Boolean(false) => {}
            Bson::Boolean(true) => return test,
            test => kept.push(test),
        }
    }
    match kept.len() {
        0 => Bson::Boolean(false),
        1 => kept.swap_remove(0),
        _ => op("$or", kept),
    }
}

/// The opposite.
pub(super) fn not(test: Bson) -> Bson {
    match test {
        Bson::Boolean(truth) => Bson::Boolean(!truth),
        test => op("$not", vec![test]),
    }
}

/// A value under a name, computed once; what costs nothing is put in as it is. The name must not
/// be in use inside of `body` for another value.
pub(super) fn with(value: Bson, name: &str, body: impl FnOnce(Bson) -> Bson) -> Bson {
    if !matches!(value, Bson::Document(_) | Bson::Array(_)) {
        return body(value);
    }
    let inner = body(Bson::String(format!("$${name}")));
    let mut vars = Document::new();
    vars.insert(name, value);
    op("$let", doc! { "vars": vars, "in": inner })
}

/// Each item of an array, under a name, made into something.
pub(super) fn map(input: impl Into<Bson>, name: &str, each: impl Into<Bson>) -> Bson {
    op("$map", doc! { "input": input.into(), "as": name, "in": each.into() })
}

/// The items of an array for which a test holds.
pub(super) fn filter(input: impl Into<Bson>, name: &str, test: impl Into<Bson>) -> Bson {
    op("$filter", doc! { "input": input.into(), "as": name, "cond": test.into() })
}

/// Branches tried in order.
pub(super) fn switch(branches: Vec<(Bson, Bson)>, default: impl Into<Bson>) -> Bson {
    let branches: Vec<Bson> = branches
        .into_iter()
        .map(|(case, then)| Bson::Document(doc! { "case": case, "then": then }))
        .collect();
    op("$switch", doc! { "branches": branches, "default": default.into() })
}

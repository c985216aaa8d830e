//! SQL functions beside SQLite's own: the mathematical ones, which view queries may use and the
//! SQLite compiled in here lacks, and the distance of two points.

use purlin_model::dialect;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;

/// A function and the name SQL calls it by.
type OfOne = (&'static str, fn(f64) -> f64);
type OfTwo = (&'static str, fn(f64, f64) -> f64);

/// Functions of one number. Where there is no result (or no number) they answer null.
const OF_ONE: [OfOne; 20] = [
    ("acos", f64::acos),
    ("acosh", f64::acosh),
    ("asin", f64::asin),
    ("asinh", f64::asinh),
    ("atan", f64::atan),
    ("atanh", f64::atanh),
    ("cos", f64::cos),
    ("cosh", f64::cosh),
    ("degrees", f64::to_degrees),
    ("exp", f64::exp),
    ("ln", logarithm),
    ("log", logarithm_10),
    ("log10", logarithm_10),
    ("log2", logarithm_2),
    ("radians", f64::to_radians),
    ("sin", f64::sin),
    ("sinh", f64::sinh),
    ("sqrt", f64::sqrt),
    ("tan", f64::tan),
    ("tanh", f64::tanh),
];

/// Functions of two numbers.
const OF_TWO: [OfTwo; 5] = [
    ("atan2", f64::atan2),
    ("log", logarithm_of),
    ("mod", remainder),
    ("pow", f64::powf),
    ("power", f64::powf),
];

/// Functions that round; a whole number stays one.
const ROUNDING: [OfOne; 4] =
    [("ceil", f64::ceil), ("ceiling", f64::ceil), ("floor", f64::floor), ("trunc", f64::trunc)];

/// Makes them known to a connection.
pub(super) fn register(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    // Innocuous: views may call them although the schema is not trusted.
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, compute) in OF_ONE {
        connection.create_scalar_function(name, 1, flags, move |call| {
            Ok(number(call, 0).and_then(|x| result(compute(x))))
        })?;
    }
    for (name, compute) in OF_TWO {
        connection.create_scalar_function(name, 2, flags, move |call| {
            Ok(number(call, 0).zip(number(call, 1)).and_then(|(x, y)| result(compute(x, y))))
        })?;
    }
    for (name, compute) in ROUNDING {
        connection.create_scalar_function(name, 1, flags, move |call| {
            if let ValueRef::Integer(whole) = call.get_raw(0) {
                return Ok(rusqlite::types::Value::Integer(whole));
            }
            let rounded = number(call, 0).and_then(|x| result(compute(x)));
            Ok(rounded.map_or(rusqlite::types::Value::Null, rusqlite::types::Value::Real))
        })?;
    }
    connection.create_scalar_function("pi", 0, flags, |_| Ok(std::f64::consts::PI))?;
    connection.create_scalar_function("purlin_distance", 4, flags, |call| {
        let from = number(call, 0).zip(number(call, 1));
        let to = number(call, 2).zip(number(call, 3));
        Ok(from
            .zip(to)
            .and_then(|(from, to)| result(dialect::distance(from.0, from.1, to.0, to.1))))
    })
}

/// An argument as SQLite's own functions take one.
fn number(call: &Context<'_>, index: usize) -> Option<f64> {
    match call.get_raw(index) {
        #[allow(clippy::cast_precision_loss)]
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number),
        ValueRef::Text(text) => dialect::decimal(std::str::from_utf8(text).ok()?),
        ValueRef::Null | ValueRef::Blob(_) => None,
    }
}

fn result(number: f64) -> Option<f64> {
    (!number.is_nan()).then_some(number)
}

fn logarithm(x: f64) -> f64 {
    if x > 0.0 { x.ln() } else { f64::NAN }
}

fn logarithm_2(x: f64) -> f64 {
    if x > 0.0 { x.log2() } else { f64::NAN }
}

fn logarithm_10(x: f64) -> f64 {
    if x > 0.0 { x.log10() } else { f64::NAN }
}

fn logarithm_of(base: f64, x: f64) -> f64 {
    let by = logarithm(base);
    if by > 0.0 { logarithm(x) / by } else { f64::NAN }
}

fn remainder(x: f64, y: f64) -> f64 {
    x % y
}

#[cfg(test)]
mod tests {
    #[test]
    fn functions_answer_as_sqlite_does() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        super::register(&connection).unwrap();
        for (call, expected) in [
            ("floor(1.5)", "1.0"),
            ("floor(-1.5)", "-2.0"),
            ("ceil(7)", "7"),
            ("trunc(-2.5)", "-2.0"),
            ("mod(5, 3)", "2.0"),
            ("mod(5, 0)", "NULL"),
            ("pow(2, 3)", "8.0"),
            ("power('2', 0.5) = sqrt(2)", "1"),
            ("sqrt(-1)", "NULL"),
            ("ln(0)", "NULL"),
            ("log(100)", "2.0"),
            ("log(2, 8)", "3.0"),
            ("log(1, 8)", "NULL"),
            ("acos(2)", "NULL"),
            ("sin('x')", "NULL"),
            ("round(degrees(pi()))", "180.0"),
            ("round(purlin_distance(10, 50, 10, 51), 2)", "111.19"),
            ("purlin_distance(1, 1, 1, 1)", "0.0"),
            ("purlin_distance(1, 1, 1, NULL)", "NULL"),
        ] {
            let text = format!("SELECT quote({call})");
            let found: String = connection.query_row(&text, [], |row| row.get(0)).unwrap();
            assert_eq!(found, expected, "{call}");
        }
    }
}

//! Held against the SQLite the embedded store runs on.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;

use super::{decimal, like, number_text};
use crate::date;
use crate::value::Value;

fn connection() -> Connection {
    Connection::open_in_memory().expect("SQLite opens")
}

#[test]
fn like_is_sqlites() {
    let connection = connection();
    let texts = [
        "",
        "a",
        "A",
        "ab",
        "aXb",
        "a%b",
        "a_b",
        "a\\b",
        "über",
        "ÜBER",
        "x\ny",
        "hello",
        "Hello World",
        "aaab",
        "🙂",
    ];
    let patterns = [
        "", "%", "_", "a", "A%", "%b", "%a%", "a_b", "a\\_b", "a\\%b", "%\\\\%", "h%o", "%ü%",
        "%Ü%", "x_y", "%l%l%", "a%%b", "_%_", "%a", "%aab", "a\\", "\\a", "__", "%_", "🙂", "_b",
    ];
    for text in texts {
        for pattern in patterns {
            let sql = "SELECT ?1 LIKE ?2 ESCAPE '\\'";
            let expected: bool =
                connection.query_row(sql, [text, pattern], |row| row.get(0)).unwrap();
            assert_eq!(like(text, pattern), expected, "{text:?} ~ {pattern:?}");
        }
    }
}

#[test]
fn numbers_print_as_in_a_numeric_column() {
    let connection = connection();
    connection.execute_batch("CREATE TABLE t (n NUMERIC)").unwrap();
    for number in [
        0.0,
        1.0,
        -1.0,
        10.0,
        1.5,
        -1.5,
        0.1,
        1e15,
        1e16,
        123_456_789_012_345_680.0,
        1e18,
        9e18,
        1e19,
        1e20,
        1e21,
        1.5e300,
        1e-4,
        1e-5,
        1.23e-7,
        5e-324,
        0.1 + 0.2,
        1.0 / 3.0,
        9_007_199_254_740_993.0,
        1e-300,
        123.456,
        100_000.5,
        999_999_999_999_999.9,
    ] {
        connection.execute("DELETE FROM t", []).unwrap();
        connection.execute("INSERT INTO t VALUES (?1)", [number]).unwrap();
        let sql = "SELECT CAST(n AS TEXT) FROM t";
        let expected: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(number_text(number), expected, "{number:e}");
    }
}

#[test]
fn texts_count_as_numbers_where_sqlite_says_so() {
    let connection = connection();
    connection.execute_batch("CREATE TABLE t (n NUMERIC)").unwrap();
    for text in [
        "1", " 1 ", "1.5", "1e3", "+1", "-1", ".5", "5.", "", " ", "abc", "1a", "0x10", "1_0",
        "1e", "e1", ".", "-", "inf", "nan", "1 2", "\t1\n", "1e400", "--1", "1.2.3",
    ] {
        connection.execute("DELETE FROM t", []).unwrap();
        connection.execute("INSERT INTO t VALUES (?1)", [text]).unwrap();
        let sql = "SELECT typeof(n) <> 'text' FROM t";
        let expected: bool = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(decimal(text).is_some(), expected, "{text:?}");
    }
}

/// What SQLite's own formatter says.
fn sqlite(
    connection: &Connection,
    format: &str,
    time: &Value,
    modifiers: &[&str],
) -> Option<String> {
    let time = match time {
        Value::Number(number) => Sql::Real(*number),
        Value::Text(text) => Sql::Text(text.clone()),
        _ => Sql::Null,
    };
    let places: String = (0..modifiers.len()).map(|index| format!(", ?{}", index + 3)).collect();
    let mut params = vec![Sql::Text(format.to_owned()), time];
    params.extend(modifiers.iter().map(|modifier| Sql::Text((*modifier).to_owned())));
    let sql = format!("SELECT strftime(?1, ?2{places})");
    connection.query_row(&sql, rusqlite::params_from_iter(params), |row| row.get(0)).unwrap()
}

/// How ours differs, if it does.
fn difference(
    connection: &Connection,
    format: &str,
    time: &Value,
    modifiers: &[&str],
) -> Option<String> {
    let expected = sqlite(connection, format, time, modifiers);
    let owned: Vec<String> = modifiers.iter().map(|modifier| (*modifier).to_owned()).collect();
    let found = date::strftime(format, Some(time), &owned, 0);
    let call = format!("strftime({format:?}, {time:?}, {modifiers:?})");
    (found != expected).then(|| format!("{call}\n  ours {found:?}\n  SQLite {expected:?}\n"))
}

const ALL: &str =
    "%d|%e|%f|%F|%G|%g|%V|%H|%k|%I|%l|%j|%J|%m|%M|%p|%P|%R|%s|%S|%T|%u|%w|%U|%W|%Y|%%";

#[test]
fn dates_format_as_sqlites_do() {
    let connection = connection();
    let mut wrong = Vec::new();
    for time in [
        "2024-05-06 07:08:09.123Z",
        "2024-01-01",
        "2023-12-31 23:59:59.999Z",
        "2021-01-03",
        "2020-12-31T12:00",
        "2016-01-01 00:00:00Z",
        "1969-12-31 23:59:59",
        "0000-01-01",
        "9999-12-31 23:59:59",
        "-4713-11-24 12:00:00",
        "-0044-03-15",
        "12:34",
        "12:34:56.789",
        "2024-02-30",
        "2023-02-29",
        "2024-13-01",
        "2024-01-32",
        "2024-1-1",
        "2024-01-01 25:00",
        "2024-01-01 10:60",
        "2024-01-01 10:00:60",
        "2024-01-01 10:00+02:00",
        "2024-01-01 10:00:00 -05:30",
        "2024-01-01 10:00:00 Z ",
        "2024-01-01T10:00:00.1234567z",
        "2024-01-01 10:00:00x",
        "2024-01-01 ",
        "2024-01-01T",
        " 2024-01-01",
        "2460436.797",
        "0",
        "-1",
        "5373484.5",
        "5373484.4",
        "1e3",
        "abc",
        "",
        "2024",
        "20240101",
        "1700000000",
        "2024-01-01 10:00:00+15:00",
        "2024-01-01 10:00:00.",
        "é",
        "2024-01-01 é",
        "0.5",
        "+5",
        "2024-01-01 10:00:00.9999",
        "2024-01-01 10:00:59.9996",
    ] {
        wrong.extend(difference(&connection, ALL, &Value::from(time), &[]));
    }
    for number in [0.0, 2_460_436.797_33, 1_700_000_000.0, -1.0, 5_373_484.499, 2_440_587.5, 1e300]
    {
        wrong.extend(difference(&connection, ALL, &Value::Number(number), &[]));
    }
    for format in ["%q", "%", "abc", "", "%Y-%m-%dT%H:%M:%SZ", "é%Yü", "%%%", "%n", "%D", "%E"] {
        wrong.extend(difference(
            &connection,
            format,
            &Value::from("2024-05-06 07:08:09.123Z"),
            &[],
        ));
    }
    wrong.extend(difference(&connection, ALL, &Value::Null, &[]));
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn modifiers_act_as_sqlites_do() {
    let connection = connection();
    let mut wrong = Vec::new();
    let times = [
        Value::from("2024-01-31 10:20:30.456Z"),
        Value::from("2024-02-29"),
        Value::from("2023-12-31 23:59:59"),
        Value::from("12:34"),
        Value::Number(2_460_436.75),
        Value::Number(1_700_000_000.0),
        Value::from("1700000000.5"),
        Value::from("9999-12-31"),
        Value::from("-4713-12-25"),
        Value::Number(30.0),
        Value::from("-62135596800"),
    ];
    for modifiers in [&["utc"], &["localtime"]] {
        wrong.extend(difference(&connection, "%F %T", &times[0], modifiers));
    }
    let modifiers: [&[&str]; 68] = [
        &["+1 day"],
        &["-1 day"],
        &["1 day"],
        &["+1 days"],
        &["+1.5 days"],
        &["-1.5 hours"],
        &["+90 minutes"],
        &["+1e1 seconds"],
        &["+1 month"],
        &["-1 month"],
        &["+1 months", "floor"],
        &["+1 month", "ceiling"],
        &["+1.5 months"],
        &["+1 year"],
        &["-1 year", "floor"],
        &["+100 years"],
        &["+10000 years"],
        &["start of month"],
        &["start of year"],
        &["start of day"],
        &["START OF DAY"],
        &["start of week"],
        &["start of month", "+1 month", "-1 day"],
        &["weekday 0"],
        &["weekday 3"],
        &["weekday 6"],
        &["weekday 7"],
        &["weekday 1.5"],
        &["weekday x"],
        &["unixepoch"],
        &["auto"],
        &["julianday"],
        &["+1 day", "unixepoch"],
        &["unixepoch", "+1 day"],
        &["subsec"],
        &["subsecond", "+1 day"],
        &["+01:30"],
        &["-01:30"],
        &["01:30"],
        &["+01:30:15"],
        &["-00:00:00.5"],
        &["+25:00"],
        &["+0001-02-03"],
        &["-0001-02-03"],
        &["+0001-12-03"],
        &["+0001-02-31"],
        &["0001-02-03"],
        &["+0001-02-03 04:05"],
        &["-0000-00-01 00:00:01"],
        &["+0001-02-03x"],
        &[""],
        &["day"],
        &["+ day"],
        &["+1"],
        &["+1 fortnight"],
        &["++1 day"],
        &["+1day"],
        &["+1  day"],
        &["+1 dayss"],
        &["-1 Month"],
        &["+5373485 days"],
        &["+x days"],
        &["now"],
        &["+1 day", "+1 day", "-2 days"],
        &["auto", "+1 day"],
        &["+00:60"],
        &["é"],
        &["+1 é"],
    ];
    for time in &times {
        for modifiers in modifiers {
            wrong.extend(difference(&connection, "%F %T %f %s", time, modifiers));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

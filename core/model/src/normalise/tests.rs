//! What fields hold after clients sent all sorts of things, as observed at the reference server.

use super::*;
use crate::json::Json;

fn select(max_select: u64) -> FieldKind {
    FieldKind::Select { values: Vec::new(), max_select }
}

fn number() -> FieldKind {
    FieldKind::Number { min: None, max: None, only_int: false }
}

fn plain_text() -> FieldKind {
    FieldKind::Editor { max_size: 0, convert_urls: false }
}

fn date_kind() -> FieldKind {
    FieldKind::Date { min: String::new(), max: String::new() }
}

/// The JSON of the value a field of that kind holds, or the code of what is wrong.
fn held(kind: &FieldKind, sent: &str) -> String {
    let sent = Json::parse(sent.as_bytes()).expect("the table holds JSON");
    match normalise(kind, &sent) {
        Ok(value) => {
            let mut out = Vec::new();
            crate::encode::value(&value, &mut out);
            String::from_utf8(out).unwrap()
        }
        Err(Fault::Item { code, .. }) => code.into_owned(),
        Err(Fault::Group(_)) => "group".to_owned(),
    }
}

#[test]
fn text_holds_scalars() {
    for (sent, expected) in [
        ("null", r#""""#),
        ("true", r#""true""#),
        ("false", r#""false""#),
        ("-0.0", r#""-0""#),
        ("12.5", r#""12.5""#),
        ("1.0", r#""1""#),
        ("1e21", r#""1000000000000000000000""#),
        ("1e-7", r#""0.0000001""#),
        ("[\"a\"]", r#""""#),
        ("{\"a\":1}", r#""""#),
        ("\" a\"", r#"" a""#),
    ] {
        assert_eq!(held(&plain_text(), sent), expected, "{sent}");
    }
}

#[test]
fn numbers_come_from_numbers_booleans_and_their_spellings() {
    for (sent, expected) in [
        ("null", "0"),
        ("true", "1"),
        ("false", "0"),
        ("12.5", "12.5"),
        ("-0.0", "-0"),
        ("[]", "0"),
        ("{}", "0"),
        (r#""""#, "0"),
        (r#"" 5""#, "0"),
        (r#""5 ""#, "0"),
        (r#""1e3""#, "1000"),
        (r#""1E+3""#, "1000"),
        (r#""1_000""#, "1000"),
        (r#""1_0.5""#, "10.5"),
        (r#""0x10""#, "0"),
        (r#""010""#, "10"),
        (r#"".5""#, "0.5"),
        (r#""5.""#, "5"),
        (r#""+5""#, "5"),
        (r#""-5""#, "-5"),
        (r#""1__0""#, "0"),
        (r#""_1""#, "0"),
        (r#""1_""#, "0"),
        (r#""1e400""#, "0"),
        (r#""12abc""#, "0"),
        (r#""Inf""#, "validation_not_a_number"),
        (r#""nan""#, "validation_not_a_number"),
        (r#""-Infinity""#, "validation_not_a_number"),
        (r#""-nan""#, "0"),
        (r#""true""#, "0"),
    ] {
        assert_eq!(held(&number(), sent), expected, "{sent}");
    }
}

#[test]
fn few_things_are_true() {
    for sent in
        ["true", "1", "-2.5", r#""1""#, r#""t""#, r#""T""#, r#""true""#, r#""TRUE""#, r#""True""#]
    {
        assert_eq!(held(&FieldKind::Bool, sent), "true", "{sent}");
    }
    for sent in
        ["false", "0", "-0.0", r#""tRue""#, r#""yes""#, r#""on""#, r#""2""#, "[]", "{}", "null"]
    {
        assert_eq!(held(&FieldKind::Bool, sent), "false", "{sent}");
    }
}

#[test]
fn lists_take_scalars_lists_and_their_json_text() {
    for (sent, many, one) in [
        ("null", "[]", r#""""#),
        ("true", r#"["true"]"#, r#""true""#),
        ("12.5", r#"["12.5"]"#, r#""12.5""#),
        (r#""a""#, r#"["a"]"#, r#""a""#),
        (r#"["a","b"]"#, r#"["a","b"]"#, r#""b""#),
        (r#"["a","a","","b"]"#, r#"["a","b"]"#, r#""b""#),
        (r#"["a",null,"b"]"#, r#"["a","b"]"#, r#""b""#),
        (r#"["a",["b"]]"#, "[]", r#""""#),
        (r#"["a",{"x":1}]"#, "[]", r#""""#),
        (r#"{"a":1}"#, "[]", r#""""#),
        (r#""[\"a\",\"b\"]""#, r#"["a","b"]"#, r#""b""#),
        (r#"" [\"b\"] ""#, r#"["b"]"#, r#""b""#),
        (r#""[\"a\",null]""#, r#"["a"]"#, r#""a""#),
        (r#""[]""#, "[]", r#""""#),
        (r#""[1""#, r#"["[1"]"#, r#""[1""#),
        (r#""[1]""#, r#"["[1]"]"#, r#""[1]""#),
        (r#""x[\"a\"]""#, r#"["x[\"a\"]"]"#, r#""x[\"a\"]""#),
        ("[1,2.0]", r#"["1","2"]"#, r#""2""#),
    ] {
        assert_eq!(held(&select(9), sent), many, "{sent}");
        assert_eq!(held(&select(1), sent), one, "{sent}");
    }
}

#[test]
fn json_keeps_text_that_is_json_and_sorts_the_rest() {
    let json = FieldKind::Json { max_size: 0 };
    for (sent, expected) in [
        ("null", "null"),
        (r#""""#, r#""""#),
        (r#""null""#, "null"),
        (r#""true""#, "true"),
        (r#""false""#, "false"),
        (r#""TRUE""#, r#""TRUE""#),
        (r#""true ""#, r#""true ""#),
        (r#"" null""#, r#"" null""#),
        (r#""5 ""#, "5"),
        (r#""1.50""#, "1.50"),
        (r#""1e3""#, "1e3"),
        (r#""01""#, r#""01""#),
        (r#""-""#, r#""-""#),
        (r#""[1, 2]""#, "[1,2]"),
        (r#""{\"b\":1, \"a\":2}""#, r#"{"b":1,"a":2}"#),
        (r#""\"q\"""#, r#""q""#),
        (r#""\"q""#, r#""\"q""#),
        (r#""\"\\u0041\"""#, r#""A""#),
        (r#""[1,2""#, r#""[1,2""#),
        (r#"{"b":1,"a":{"d":1.50,"c":1e2}}"#, r#"{"a":{"c":100,"d":1.5},"b":1}"#),
        ("1.50", "1.5"),
        ("12345678901234567890", "12345678901234567000"),
        (r#""1e400""#, "validation_invalid_json"),
        (r#""{\"a\":1,\"a\":2}""#, "validation_invalid_json"),
    ] {
        assert_eq!(held(&json, sent), expected, "{sent}");
    }
}

#[test]
fn points_need_numbers() {
    for (sent, expected) in [
        (r#"{"lon":1,"lat":2}"#, r#"{"lon":1,"lat":2}"#),
        (r#"{"lat":2.5}"#, r#"{"lon":0,"lat":2.5}"#),
        (r#"{"lon":"x","lat":2}"#, r#"{"lon":0,"lat":0}"#),
        (r#"{"Lon":1,"LAT":2}"#, r#"{"lon":0,"lat":0}"#),
        (r#"" {\"lon\":1,\"lat\":2}""#, r#"{"lon":1,"lat":2}"#),
        (r#"{"lon":null,"lat":2}"#, r#"{"lon":0,"lat":2}"#),
        ("[1,2]", r#"{"lon":0,"lat":0}"#),
        (r#""x""#, r#"{"lon":0,"lat":0}"#),
        ("1", r#"{"lon":0,"lat":0}"#),
    ] {
        assert_eq!(held(&FieldKind::GeoPoint, sent), expected, "{sent}");
    }
}

#[test]
fn dates_come_from_text_only() {
    assert_eq!(held(&date_kind(), r#""2024-01-02""#), r#""2024-01-02 00:00:00.000Z""#);
    for sent in ["1700000000", "null", "true", r#""2024-02-30""#, r#"["2024-01-02"]"#, "{}"] {
        assert_eq!(held(&date_kind(), sent), r#""""#, "{sent}");
    }
}

#[test]
fn form_parts_are_inferred() {
    for (text, expected) in [
        ("true", "true"),
        ("false", "false"),
        ("True", r#""True""#),
        ("12", "12"),
        ("-1.5", "-1.5"),
        ("007", r#""007""#),
        ("1.0", r#""1.0""#),
        ("1e3", r#""1e3""#),
        (".5", r#"".5""#),
        ("", r#""""#),
        ("-", r#""-""#),
        ("1-2", r#""1-2""#),
        ("0", "0"),
        ("-0", "-0"),
        ("99999999999999999999999", r#""99999999999999999999999""#),
        ("null", r#""null""#),
        ("nan", r#""nan""#),
        ("[1]", r#""[1]""#),
    ] {
        assert_eq!(form::infer(text).to_text(), expected, "{text}");
    }
}

//! Field rules, as observed at the reference server.

use super::super::tests::{
    collection, field, file, first, id_field, password, select, submission, text,
};
use super::super::{Draft, submit};
use super::*;
use crate::record::Record;
use crate::schema::Kind;

/// `code|message|params` of the fault a field of that kind answers with, `ok` without.
fn fault_of(field: Field, sent: &str) -> String {
    let name = field.name.clone();
    let draft = draft_of(vec![field], &format!("{{\"{name}\":{sent}}}"));
    shown(&validate(&draft), &name)
}

fn draft_of(fields: Vec<Field>, json: &str) -> Draft {
    let base = Record::blank(&collection(Kind::Base, fields));
    let mut draft = submit(&base, submission(json, true, true), &mut first);
    if draft.record.id().is_empty() {
        draft.complete(jiff::Timestamp::UNIX_EPOCH, &mut first);
    }
    draft
}

fn shown(verdict: &Verdict, name: &str) -> String {
    match verdict.faults.0.iter().find(|(key, _)| key == name) {
        None => "ok".to_owned(),
        Some((_, Fault::Group(_))) => "group".to_owned(),
        Some((_, Fault::Item { code, message, params })) => {
            let params = params.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
            let params = Json::Object(params.collect()).to_text();
            format!("{}|{message}|{params}", code.trim_start_matches("validation_"))
        }
    }
}

fn limited(min: u64, max: u64, pattern: &str) -> FieldKind {
    let (pattern, autogenerate_pattern) = (pattern.to_owned(), String::new());
    FieldKind::Text { min, max, pattern, autogenerate_pattern, primary_key: false }
}

fn number_kind(min: Option<f64>, max: Option<f64>, only_int: bool) -> FieldKind {
    FieldKind::Number { min, max, only_int }
}

fn relation_kind(min_select: u64, max_select: u64) -> FieldKind {
    let collection_id = "pbc_2".to_owned();
    FieldKind::Relation { collection_id, cascade_delete: false, min_select, max_select }
}

const BLANK: &str = "required|Cannot be blank.|{}";

#[test]
fn every_kind_answers_with_its_code_message_and_params() {
    let domains = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let email = |except: &[&str], only: &[&str]| FieldKind::Email {
        except_domains: domains(except),
        only_domains: domains(only),
    };
    let url = |except: &[&str], only: &[&str]| FieldKind::Url {
        except_domains: domains(except),
        only_domains: domains(only),
    };
    let date = || FieldKind::Date {
        min: "2024-01-01 00:00:00.000Z".to_owned(),
        max: "2024-12-31 10:00:00.5Z".to_owned(),
    };
    let editor = |max_size| FieldKind::Editor { max_size, convert_urls: false };
    let long = |c: &str, count: usize| format!("\"{}\"", c.repeat(count));
    for (kind, sent, expected) in [
        (
            limited(3, 0, ""),
            r#""xx""#.to_owned(),
            r#"min_text_constraint|Must be at least 3 character(s).|{"min":3}"#,
        ),
        (limited(3, 0, ""), r#""""#.to_owned(), "ok"),
        (
            limited(0, 3, ""),
            r#""éééé""#.to_owned(),
            r#"max_text_constraint|Must be no more than 3 character(s).|{"max":3}"#,
        ),
        (limited(0, 3, ""), r#""ééé""#.to_owned(), "ok"),
        (
            limited(0, 0, ""),
            long("x", 5001),
            r#"max_text_constraint|Must be no more than 5000 character(s).|{"max":5000}"#,
        ),
        (limited(0, 0, "^a+$"), r#""b""#.to_owned(), "invalid_format|Invalid value format.|{}"),
        (limited(0, 0, "^a+$"), r#""""#.to_owned(), "ok"),
        (
            limited(3, 0, "^a+$"),
            r#""b""#.to_owned(),
            r#"min_text_constraint|Must be at least 3 character(s).|{"min":3}"#,
        ),
        (
            editor(3),
            r#""éé""#.to_owned(),
            r#"content_size_limit|The maximum allowed content size is 3 bytes.|{"maxSize":3}"#,
        ),
        (
            number_kind(Some(3.5), Some(5.0), false),
            "2".to_owned(),
            r#"min_number_constraint|Must be greater or equal than 3.5.|{"min":3.5}"#,
        ),
        (
            number_kind(Some(3.0), Some(5.0), false),
            "6.5".to_owned(),
            r#"max_number_constraint|Must be less or equal than 5.|{"max":5}"#,
        ),
        (number_kind(Some(3.0), Some(5.0), true), "0".to_owned(), "ok"),
        (
            number_kind(Some(3.0), None, true),
            "1.5".to_owned(),
            "only_int_constraint|Decimal numbers are not allowed.|{}",
        ),
        (
            number_kind(None, None, false),
            r#""nan""#.to_owned(),
            "not_a_number|The submitted number is not properly formatted.|{}",
        ),
        (email(&[], &[]), r#""x""#.to_owned(), "is_email|Must be a valid email address.|{}"),
        (
            email(&[], &["a.com"]),
            r#""x@b.com""#.to_owned(),
            "email_domain_not_allowed|Email domain is not allowed.|{}",
        ),
        (
            email(&["b.com"], &[]),
            r#""x@b.com""#.to_owned(),
            "email_domain_not_allowed|Email domain is not allowed.|{}",
        ),
        (email(&["b.com"], &[]), r#""x@B.com""#.to_owned(), "ok"),
        (url(&[], &[]), r#""x""#.to_owned(), "invalid_url|Must be a valid url.|{}"),
        (
            url(&[], &["a.com"]),
            r#""http://b.com""#.to_owned(),
            "url_domain_not_allowed|Url domain is not allowed.|{}",
        ),
        (url(&["b.com"], &[]), r#""http://b.com:80/x""#.to_owned(), "ok"),
        (
            date(),
            r#""2023-01-01""#.to_owned(),
            r#"min_greater_equal_than_required|Must be no less than 2024-01-01 00:00:00 +0000 UTC.|{"threshold":"2024-01-01T00:00:00Z"}"#,
        ),
        (
            date(),
            r#""2025-01-01""#.to_owned(),
            r#"max_less_equal_than_required|Must be no greater than 2024-12-31 10:00:00.5 +0000 UTC.|{"threshold":"2024-12-31T10:00:00.5Z"}"#,
        ),
        (date(), r#""""#.to_owned(), "ok"),
        (
            select(2),
            r#"["x","b","c"]"#.to_owned(),
            r#"too_many_values|Select no more than 2.|{"maxSelect":2}"#,
        ),
        (select(2), r#"["x","y"]"#.to_owned(), r#"invalid_value|Invalid value x.|{"value":"x"}"#),
        (select(0), r#"["x","b"]"#.to_owned(), "ok"),
        (
            relation_kind(2, 3),
            r#"["a"]"#.to_owned(),
            r#"not_enough_values|Select at least 2.|{"minSelect":2}"#,
        ),
        (relation_kind(2, 3), "[]".to_owned(), "ok"),
        (
            relation_kind(0, 2),
            r#"["a","b","c"]"#.to_owned(),
            r#"too_many_values|Select no more than 2.|{"maxSelect":2}"#,
        ),
        (
            FieldKind::Json { max_size: 3 },
            "[1,2]".to_owned(),
            r#"json_size_limit|The maximum allowed JSON size is 3 bytes.|{"maxSize":3}"#,
        ),
        (
            FieldKind::Json { max_size: 0 },
            r#""1e400""#.to_owned(),
            "invalid_json|Must be a valid json value.|{}",
        ),
        (
            FieldKind::GeoPoint,
            r#"{"lon":181,"lat":0}"#.to_owned(),
            "invalid_longitude|Longitude must be between -180 and 180 degrees.|{}",
        ),
        (
            FieldKind::GeoPoint,
            r#"{"lon":181,"lat":91}"#.to_owned(),
            "invalid_latitude|Latitude must be between -90 and 90 degrees.|{}",
        ),
        (
            password(5, 0, ""),
            r#""éé""#.to_owned(),
            "min_text_constraint|Must be at least 5 character(s).|{}",
        ),
        (
            password(0, 5, ""),
            r#""éééééé""#.to_owned(),
            "max_text_constraint|Must be less than 5 character(s).|{}",
        ),
        (
            password(0, 0, ""),
            long("x", 72),
            "max_text_constraint|Must be less than 71 character(s).|{}",
        ),
        (password(0, 0, ""), long("é", 71), "invalid_value|Invalid value.|{}"),
        (password(0, 0, ""), long("é", 36), "ok"),
        (password(0, 0, "^a"), r#""b""#.to_owned(), "invalid_format|Invalid value format.|{}"),
        (
            file(2),
            r#"["x.txt"]"#.to_owned(),
            r#"invalid_file|Invalid new files: [x.txt].|{"invalidFiles":["x.txt"]}"#,
        ),
    ] {
        let shown = fault_of(field("a", kind.clone()), &sent);
        assert_eq!(shown, expected, "{} {sent}", kind.type_name());
    }
}

#[test]
fn required_means_not_the_zero_value() {
    let json = FieldKind::Json { max_size: 0 };
    let date = FieldKind::Date { min: String::new(), max: String::new() };
    for (kind, blank, filled) in [
        (limited(3, 0, ""), vec![r#""""#, "null"], vec![r#""abc""#]),
        (number_kind(None, None, false), vec!["0", r#""x""#], vec!["-1"]),
        (FieldKind::Bool, vec!["false", r#""no""#], vec!["true"]),
        (date, vec![r#""2024""#], vec![r#""2024-01-01""#]),
        (select(2), vec!["[]", r#"[""]"#], vec![r#"["a"]"#]),
        (relation_kind(2, 3), vec!["[]"], vec![r#"["a","b"]"#]),
        (
            json,
            vec!["null", r#""""#, r#""null""#, "[]", "{}", r#""\"\"""#, r#""[]""#],
            vec!["false", "0"],
        ),
        (FieldKind::GeoPoint, vec![r#"{"lon":0,"lat":0}"#, "1"], vec![r#"{"lon":0,"lat":1}"#]),
        (password(0, 0, ""), vec![r#""""#], vec![r#""x""#]),
        (file(2), vec![r#""""#], vec![]),
    ] {
        let needed = || Field { required: true, ..field("a", kind.clone()) };
        blank.iter().for_each(|sent| assert_eq!(fault_of(needed(), sent), BLANK, "{sent}"));
        filled.iter().for_each(|sent| assert_eq!(fault_of(needed(), sent), "ok", "{sent}"));
    }
}

#[test]
fn plain_ids_have_fifteen_lower_case_letters_and_digits() {
    for (sent, expected) in [
        (r#""short""#, r#"min_text_constraint|Must be at least 15 character(s).|{"min":15}"#),
        (
            r#""aaaaaaaaaaaaaaaa""#,
            r#"max_text_constraint|Must be no more than 15 character(s).|{"max":15}"#,
        ),
        (r#""ABCDEFGHIJKLMNO""#, "invalid_format|Invalid value format.|{}"),
        (r#""""#, "ok"),
        ("null", "ok"),
        ("123456789012345", "ok"),
    ] {
        let verdict = validate(&draft_of(vec![], &format!("{{\"id\":{sent}}}")));
        assert_eq!(shown(&verdict, "id"), expected, "{sent}");
        assert_eq!(verdict.id_in_any_case, None);
    }
}

#[test]
fn custom_ids_stay_clear_of_what_is_special_elsewhere() {
    let custom = || {
        let kind = limited(0, 0, "^.+$");
        let FieldKind::Text { min, max, pattern, autogenerate_pattern, .. } = kind else {
            unreachable!()
        };
        FieldKind::Text { min, max, pattern, autogenerate_pattern, primary_key: true }
    };
    for (id, expected) in [
        (
            "con",
            r#"reserved_pk|The primary key 'CON' is reserved and cannot be used.|{"reserved":"CON"}"#,
        ),
        (
            "lpt9",
            r#"reserved_pk|The primary key 'LPT9' is reserved and cannot be used.|{"reserved":"LPT9"}"#,
        ),
        ("a b", r#"forbidden_pk_character|' ' is not a valid primary key character.|{"ch":" "}"#),
        (
            "con.txt",
            r#"forbidden_pk_character|'.' is not a valid primary key character.|{"ch":"."}"#,
        ),
        ("x\t", r#"forbidden_pk_character|'	' is not a valid primary key character.|{"ch":"\t"}"#),
        ("x\n", "invalid_format|Invalid value format.|{}"),
        ("", BLANK),
        ("com0", "ok"),
        ("@", "ok"),
        ("é", "ok"),
    ] {
        let field = Field { kind: custom(), ..id_field() };
        let definition = collection(Kind::Base, vec![]);
        let mut definition = (*definition).clone();
        definition.fields = vec![field];
        let base = Record::blank(&std::sync::Arc::new(definition));
        let json = Json::Object(vec![("id".to_owned(), Json::from(id))]).to_text();
        let draft = submit(&base, submission(&json, true, false), &mut first);
        let verdict = validate(&draft);
        assert_eq!(shown(&verdict, "id"), expected, "{id}");
        assert_eq!(verdict.id_in_any_case.as_deref(), Some(id));
    }
}

#[test]
fn stored_records_keep_their_id_and_are_checked_whole() {
    let fields = vec![
        field("a", limited(5, 0, "")),
        field("b", limited(0, 0, "")),
        field("r", relation_kind(0, 9)),
    ];
    let mut base = Record::blank(&collection(Kind::Base, fields));
    base.set("id", Value::from("aaaaaaaaaaaaaaa"));
    base.set("a", Value::from("x"));
    base.set("r", Value::List(vec!["one".to_owned()]));
    let verdict = |json: &str| validate(&submit(&base, submission(json, false, false), &mut first));
    assert!(shown(&verdict(r#"{"b":"z"}"#), "a").starts_with("min_text_constraint"));
    assert_eq!(
        shown(&verdict(r#"{"id":"b"}"#), "id"),
        "pk_change|The record primary key cannot be changed.|{}"
    );
    assert_eq!(
        shown(&verdict(r#"{"id":""}"#), "id"),
        "pk_change|The record primary key cannot be changed.|{}"
    );
    assert_eq!(verdict(r#"{"b":"z"}"#).relations, vec![]);
    let added = verdict(r#"{"r+":["one","two"]}"#).relations;
    assert_eq!(
        added,
        vec![RelationCheck {
            field: 3,
            collection_id: "pbc_2".to_owned(),
            ids: vec!["two".to_owned()]
        }]
    );
}

#[test]
fn e_mail_addresses() {
    for address in [
        "a@b.co",
        "A@B.CO",
        "a+b@c.co",
        "a.b@c.co",
        "a@b.c",
        "a@b.co.",
        "ü@b.co",
        "a@ü.co",
        "a@xn--tda.co",
        "a@b_c.co",
        "a@a.b.c.d.example",
        "a!#$%&'*+/=?^_`{|}~-@b.co",
        "a@123.co",
        "a@b.c-d",
        "\"a b\"@c.co",
    ] {
        assert!(is_email(address), "{address}");
    }
    for text in [
        "",
        "a",
        "a@b",
        "a@localhost",
        ".a@b.co",
        "a.@b.co",
        "a..b@c.co",
        "\"a\"b\"@c.co",
        "a@b..co",
        "a@-b.co",
        "a@b-.co",
        "a@[1.2.3.4]",
        "a@1.2.3.4",
        " a@b.co",
        "a b@c.co",
        "a@b.123",
        "a@b.c1",
        "a\"b@c.co",
        "<a@b.co>",
        "a@b@c.co",
        "t@e.com, a@b.co",
        "a\n@b.co",
        "a@b.co\n",
    ] {
        assert!(!is_email(text), "{text}");
    }
}

#[test]
fn urls() {
    for url in [
        "http://a.com",
        "https://a.com/x?y#z",
        "ftp://a.com",
        "mailto:a@b.co",
        "a.com",
        "http://a",
        "http://localhost:8090",
        "http://1.2.3.4",
        "http://[::1]",
        "http://[::1]:80/",
        "http://a.com:99999",
        "http://a.com/ü",
        "http://ü.com",
        "http://user:pw@a.com",
        "http://a_b.com",
        "http://a.com?",
        "wss://a.com",
        "tcp://a.com",
        "http://a.c",
        "http://a.com:0",
        "www.a.com",
        "a.com/x",
        "http://a.com/<x>",
        "http://a.com/\"",
        "http://a.com/#",
        "http://@a.com",
        "http://a.com/[x]",
        "http://127.0.0.1:80/x",
        "http://a.com/%20",
    ] {
        assert!(is_url(url), "{url}");
    }
    for text in [
        "",
        "x",
        "//a.com",
        "http://",
        "http:/a.com",
        "http://a.com:x",
        "http://a b.com",
        "http://a.com/a b",
        "HTTP://A.COM",
        "javascript:alert(1)",
        "data:text/plain,x",
        "x:y",
        "http://.com",
        "http://a..com",
        "http://-a.com",
        "http://a-.com",
        "http://a.com/%zz",
        "http://%41.com",
        "file:///etc",
        "irc://a",
        "http://a.com\n",
        " http://a.com",
        "rtmp://a.com",
        "1http://a.com",
        "http://300.1.1.1",
        "http://a.com:",
        "http:a.com",
        "abc",
        "localhost",
        "#a",
        "/a",
        "://a.com",
    ] {
        assert!(!is_url(text), "{text}");
    }
    assert!(!is_url(&format!("http://a.com/{}", "x".repeat(2100))));
    assert_eq!(fault_of(field("a", text("", "")), r#""x""#), "ok");
}

//! Projections, as observed at the reference server.

use super::{MAX_KEYS, Projection};

const RECORD: &str = r#"{"e":"<p>Hello <b>wor</b>ld</p><div>foo</div>","expand":{"r":{"id":"c","t":"tt"},"rm":[{"id":"a","t":""},{"id":"b","t":""}]},"j":{"a":[{"b":1,"c":"xyz"},{"b":2,"c":"<b>q</b>w"}],"d":"text","e":{"f":{"g":1,"h":2}}},"n":5,"rm":["a","b"],"t":"hello  world\n foo"}"#;

fn picked(fields: &str, json: &str) -> String {
    match Projection::parse(fields) {
        Ok(projection) => String::from_utf8(projection.apply(json.as_bytes())).unwrap(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn members_are_picked_by_path() {
    for (fields, expected) in [
        ("t,n", r#"{"n":5,"t":"hello  world\n foo"}"#),
        (" n , zz,", r#"{"n":5}"#),
        ("zz", "{}"),
        ("N", "{}"),
        ("j.a.b", r#"{"j":{"a":[{"b":1},{"b":2}]}}"#),
        ("j.a.c:excerpt(2)", r#"{"j":{"a":[{"c":"xy"},{"c":"qw"}]}}"#),
        ("j.e.f.g", r#"{"j":{"e":{"f":{"g":1}}}}"#),
        ("j.e,j.e.f.g", r#"{"j":{"e":{"f":{"g":1,"h":2}}}}"#),
        ("j.e.f.g,j.e", r#"{"j":{"e":{"f":{"g":1,"h":2}}}}"#),
        (
            "j.*,n",
            r#"{"j":{"a":[{"b":1,"c":"xyz"},{"b":2,"c":"<b>q</b>w"}],"d":"text","e":{"f":{"g":1,"h":2}}},"n":5}"#,
        ),
        ("expand.rm.id,expand.r.t", r#"{"expand":{"r":{"t":"tt"},"rm":[{"id":"a"},{"id":"b"}]}}"#),
        ("expand.*.id", r#"{"expand":{}}"#),
        ("*.id", "{}"),
        ("expand.rm.0.id", r#"{"expand":{"rm":[{},{}]}}"#),
        ("rm.0", r#"{"rm":["a","b"]}"#),
        ("n.x", r#"{"n":5}"#),
        ("n.", r#"{"n":5}"#),
        (".", "{}"),
        ("j..a", r#"{"j":{}}"#),
        ("n:excerpt(2)", r#"{"n":5}"#),
        ("rm:excerpt(2)", r#"{"rm":["a","b"]}"#),
        ("expand.r.t:excerpt(1)", r#"{"expand":{"r":{"t":"t"}}}"#),
        ("t,t:excerpt(2)", r#"{"t":"he"}"#),
    ] {
        assert_eq!(picked(fields, RECORD), expected, "{fields}");
    }
    for fields in ["", "*", ",", " , "] {
        assert_eq!(picked(fields, RECORD), RECORD, "{fields}");
    }
    let narrowed = RECORD.replace(
        r#"{"a":[{"b":1,"c":"xyz"},{"b":2,"c":"<b>q</b>w"}],"d":"text","e":{"f":{"g":1,"h":2}}}"#,
        r#"{"d":"text"}"#,
    );
    assert_eq!(picked("*,j.d", RECORD), narrowed);
}

#[test]
fn paths_are_bounded() {
    let path = |keys: usize| vec!["a"; keys].join(".");
    assert_eq!(picked(&path(MAX_KEYS), r#"{"b":1}"#), "{}");
    for keys in [MAX_KEYS + 1, 30_000] {
        assert_eq!(picked(&path(keys), RECORD), "a path of fields may have at most 100 keys");
    }
}

#[test]
fn excerpts_are_cut_text() {
    for (fields, expected) in [
        ("t:excerpt(5)", "hello"),
        ("t:excerpt(5,true)", "hello..."),
        ("t:excerpt(5, 1)", "hello..."),
        ("t:excerpt( 5 ,x)", "hello"),
        ("t:excerpt(500,true)", "hello world foo"),
        ("t:excerpt(6,true)", "hello..."),
    ] {
        assert_eq!(picked(fields, RECORD), format!("{{\"t\":\"{expected}\"}}"), "{fields}");
    }
    assert_eq!(picked("e:excerpt(200)", RECORD), r#"{"e":"Hello world foo"}"#);
    assert_eq!(
        picked("*:excerpt(1)", r#"{"a":"xy","b":["xy"],"c":1}"#),
        r#"{"a":"x","b":["xy"],"c":1}"#
    );
}

#[test]
fn unknown_modifiers_are_errors() {
    for fields in [
        "t:excerpt(0)",
        "t:excerpt(-1)",
        "t:excerpt()",
        "t:excerpt",
        "t:excerpt(a)",
        "t:excerpt(5,true,1)",
        "t:zz",
        "t:zz(1)",
        "t:excerpt(5",
        "t:",
        "t:excerpt(5):excerpt(2)",
        "t:EXCERPT(2)",
        "n,t:length",
    ] {
        assert!(Projection::parse(fields).is_err(), "{fields}");
    }
}

#[test]
fn pages_keep_their_numbers() {
    let page = r#"{"items":[{"id":"a","n":1},{"id":"b","n":2}],"page":1,"perPage":30,"totalItems":2,"totalPages":1}"#;
    let expected =
        r#"{"items":[{"id":"a"},{"id":"b"}],"page":1,"perPage":30,"totalItems":2,"totalPages":1}"#;
    assert_eq!(picked("id", page), expected);
    assert_eq!(picked("items.id", page), expected.replace(r#"{"id":"a"},{"id":"b"}"#, "{},{}"));
    assert_eq!(picked("id", r#"[{"id":"a","n":1},2]"#), r#"[{"id":"a"},2]"#);
    assert_eq!(picked("id", "not json"), "not json");
}

#[test]
fn plain_names_can_narrow_a_shape() {
    let names =
        |fields: &str| Projection::parse(fields).ok().and_then(|parsed| parsed.plain_names());
    assert_eq!(names("id, t"), Some(vec!["id".to_owned(), "t".to_owned()]));
    for fields in ["", "*", "id,*", "expand.r.id", "id,t:excerpt(2)", "id,j.a"] {
        assert_eq!(names(fields), None, "{fields}");
    }
}

//! Records of adopted tables on their way in.

use super::*;
use crate::draft::{Submission, submit, validate};
use crate::json::Json;
use crate::record::Record;
use crate::value::Value;

/// What comes of a submission for a new record: what is left to the database, what is wrong, and
/// the record.
fn created(collection: &str, body: &str) -> (Vec<String>, Vec<String>, Record) {
    let collection = Arc::new(named(collection));
    let Ok(Json::Object(members)) = Json::parse(body.as_bytes()) else { panic!("{body}") };
    let submission = Submission { members, is_new: true, hidden: true, ..Submission::default() };
    let mut draft = submit(&Record::blank(&collection), submission, &mut |_| 0);
    draft.complete("2024-05-06T07:08:09Z".parse().unwrap(), &mut |_| 0);
    let verdict = validate::validate(&draft);
    let name = |index: usize| collection.fields[index].name.clone();
    let left = draft.left_out().into_iter().map(name).collect();
    let wrong = verdict.faults.0.into_iter().map(|(key, _)| key).collect();
    (left, wrong, draft.record)
}

#[test]
fn the_database_fills_in_what_nobody_said() {
    let (left, wrong, record) = created("customers", r#"{"email":"a@b.c","country":""}"#);
    assert_eq!(left, ["id", "since", "photo"]);
    assert_eq!(wrong, [""; 0]);
    assert_eq!(record.get("country"), Some(&Value::Null), "a reference to nothing is null");
    assert_eq!(record.get("email"), Some(&Value::from("a@b.c")));
    let (left, wrong, _) = created("customers", r#"{"id":"77","since":"2020-01-01"}"#);
    assert_eq!((left, wrong), (vec!["photo".to_owned()], Vec::new()));
}

#[test]
fn what_the_column_cannot_hold_is_refused() {
    for (collection, body, fields) in [
        ("customers", r#"{"id":"seven"}"#, vec!["id"]),
        ("customers", r#"{"id":"007"}"#, vec!["id"]),
        ("customers", r#"{"photo":"x"}"#, vec!["photo"]),
        ("customers", r#"{"since":""}"#, vec!["since"]),
        ("customers", r#"{"since":null}"#, vec!["since"]),
        ("countries", r"{}", vec!["id"]),
        ("countries", r#"{"id":"A/."}"#, vec![]),
        ("orders", r"{}", vec!["customer", "state", "due", "extra"]),
        (
            "orders",
            r#"{"customer":"1","state":"new","due":"2020-01-01","extra":{},"tags":["a"]}"#,
            vec![],
        ),
        (
            "orders",
            r#"{"customer":"1","state":"new","due":"2020-01-01","extra":[],"tags":[1]}"#,
            vec!["tags"],
        ),
        (
            "orders",
            r#"{"customer":"1","state":"odd","due":"2020-01-01","extra":[],"id":"x"}"#,
            vec!["id", "state"],
        ),
    ] {
        let (_, wrong, _) = created(collection, body);
        assert_eq!(wrong, fields, "{collection} {body}");
    }
}

#[test]
fn keys_of_uuids_are_made_here() {
    let body = r#"{"customer":"1","state":"new","due":"2020-01-01","extra":{}}"#;
    let (left, wrong, record) = created("orders", body);
    assert_eq!((left, wrong), (Vec::new(), Vec::new()));
    assert_eq!(record.id(), "018f4cbb-37a8-7000-8000-000000000000");
    assert_eq!(record.get("tags"), Some(&Value::Null));
}

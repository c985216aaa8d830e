//! Definitions and what a stock server says against them.

use std::sync::Arc;

use super::check;
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::plan;
use crate::schema::{Collection, Kind, Schema, merge, scaffold, system};

mod faulty;
mod indexed;
mod updated;

/// The default collections and a view of `users`.
fn schema() -> Schema {
    let mut view = scaffold::view();
    "pbc_1709058526".clone_into(&mut view.id);
    "vv".clone_into(&mut view.name);
    view.kind = Kind::View { query: "select id from users".to_owned() };
    view.fields = vec![scaffold::id_field()];
    let mut all = system::defaults("", &mut |n| "x".repeat(n));
    all.push(view);
    Schema::new(all.into_iter().map(Arc::new).collect())
}

/// What is wrong with a body, one `path code message params` per error, sorted; `UNREADABLE`
/// where nothing can be said.
fn judge(schema: &Schema, old: Option<&str>, body: &str) -> (String, Option<Collection>) {
    let old = old.map(|name| schema.find(name).expect("a stored collection").clone());
    let body = Json::parse(body.as_bytes()).expect(body);
    let mut faults = Faults::default();
    let random = &mut |n: usize| "x".repeat(n);
    let Ok(new) = merge(schema, old.as_deref(), &body, random, &mut faults) else {
        return ("UNREADABLE".to_owned(), None);
    };
    if faults.is_empty() {
        faults = check(old.as_deref(), &new, schema, &plan::check_rule);
    }
    let mut lines = Vec::new();
    flatten(&faults, "", &mut lines);
    lines.sort();
    (lines.join(" | "), Some(new))
}

#[test]
fn another_auth_rule_ends_the_sessions_of_a_collection() {
    let schema = schema();
    let old = schema.by_name("users").expect("users");
    for (body, renewed) in [
        (r#"{"authRule":"verified = true"}"#, true),
        (r#"{"authRule":null}"#, true),
        (r#"{"authRule":""}"#, false),
        (r#"{"listRule":null}"#, false),
    ] {
        let json = Json::parse(body.as_bytes()).expect(body);
        let random = &mut |n: usize| "y".repeat(n);
        let new = merge(&schema, Some(old), &json, random, &mut Faults::default()).expect(body);
        let secret = |it: &Collection| it.auth().expect("options").auth_token.secret.clone();
        assert_eq!(secret(&new) != secret(old), renewed, "{body}");
        assert_eq!(secret(&new).len(), 50);
    }
}

#[test]
fn a_name_is_found_before_an_id() {
    let mut all = schema().collections().to_vec();
    let mut shadow = scaffold::base();
    "users".clone_into(&mut shadow.id);
    "shadow".clone_into(&mut shadow.name);
    all.push(Arc::new(shadow));
    let schema = Schema::new(all);
    for (asked, found) in
        [("users", "users"), ("USERS", "users"), ("shadow", "shadow"), ("pbc_1709058526", "vv")]
    {
        assert_eq!(schema.find(asked).map(|it| it.name.as_str()), Some(found), "{asked}");
    }
    let related = |id: &str| {
        let field = format!(r#"{{"name":"r","type":"relation","collectionId":"{id}"}}"#);
        judge(&schema, None, &format!(r#"{{"name":"new","fields":[{field}]}}"#)).0
    };
    assert!(related("users").contains("validation_field_relation_missing_collection"));
    assert_eq!(related("_pb_users_auth_"), "");
}

fn flatten(faults: &Faults, path: &str, lines: &mut Vec<String>) {
    for (key, fault) in &faults.0 {
        match fault {
            Fault::Group(group) => flatten(group, &format!("{path}{key}."), lines),
            Fault::Item { code, message, params } => {
                // The wording of these is the engine's own.
                let free = [
                    "validation_invalid_regex",
                    "validation_invalid_autogenerate_pattern",
                    "validation_invalid_rule",
                ];
                let free = free.contains(&code.as_ref()) || code.ends_with("_pattern_value");
                let message = if free { "*" } else { message };
                let message =
                    if message.starts_with("Failed to create index") { "*" } else { message };
                let mut line = format!("{path}{key} {code} {message}");
                // Where in a rule is our addition.
                for (name, value) in params.iter().filter(|_| code != "validation_invalid_rule") {
                    line += &format!(" {name}={}", value.to_text());
                }
                lines.push(line);
            }
        }
    }
}

/// Panics with every row that is judged otherwise than expected.
fn expect_all<'a>(rows: impl Iterator<Item = (&'a str, String, &'a str)>) {
    let wrong = rows.filter(|(_, found, expected)| found != expected);
    let wrong: Vec<String> = wrong
        .map(|(body, found, expected)| format!("{body}\n  found {found}\n  not   {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fields_are_judged_as_observed() {
    let schema = schema();
    let accepted = faulty::SOUND.iter().map(|body| (*body, ""));
    expect_all(faulty::FIELDS.iter().copied().chain(accepted).map(|(body, expected)| {
        let named = body.replacen('{', r#"{"name":"tmpx","#, 1);
        (body, judge(&schema, None, &named).0, expected)
    }));
}

#[test]
fn indexes_are_judged_as_observed() {
    let schema = schema();
    let fields = r#"{"name":"tmpi","fields":[{"name":"a","type":"text"},{"name":"b","type":"text"},{"name":"r","type":"relation","collectionId":"_pb_users_auth_"}]"#;
    expect_all(indexed::INDEXES.iter().map(|(body, expected)| {
        let (faults, new) = judge(&schema, None, &body.replacen("{F", fields, 1));
        let found = match new {
            Some(new) if faults.is_empty() => format!("= {}", new.indexes.join(" ; ")),
            _ => faults,
        };
        (*body, found, *expected)
    }));
}

#[test]
fn updates_are_judged_as_observed() {
    let schema = schema();
    expect_all(
        updated::UPDATES
            .iter()
            .map(|(name, body, expected)| (*body, judge(&schema, Some(name), body).0, *expected)),
    );
}

#[test]
fn new_collections_are_judged_as_observed() {
    let schema = schema();
    let rows = updated::CREATES.iter();
    expect_all(rows.map(|(body, expected)| (*body, judge(&schema, None, body).0, *expected)));
}

/// `name:type:id` of each field after a merge.
fn fields_of(new: &Collection) -> String {
    let fields = new
        .fields
        .iter()
        .map(|field| format!("{}:{}:{}", field.name, field.kind.type_name(), field.id));
    fields.collect::<Vec<_>>().join(" ")
}

#[test]
fn fields_are_merged_as_observed() {
    let schema = schema();
    expect_all(updated::MERGES.iter().map(|(old, body, expected)| {
        let (faults, new) = judge(&schema, *old, body);
        let found = match new {
            Some(new) if faults.is_empty() => fields_of(&new),
            _ => faults,
        };
        (*body, found, *expected)
    }));
}

#[test]
fn secrets_stay_until_they_are_sent() {
    let schema = schema();
    let token = |body: &str| {
        let (_, new) = judge(&schema, Some("users"), body);
        new.and_then(|new| Some(new.auth()?.auth_token.clone())).expect("an auth collection")
    };
    let kept = token(r#"{"authToken":{"duration":100}}"#);
    assert_eq!((kept.secret, kept.duration), ("x".repeat(50), 100));
    let sent = token(&format!(r#"{{"authToken":{{"secret":"{}"}}}}"#, "y".repeat(40)));
    assert_eq!((sent.secret, sent.duration), ("y".repeat(40), 432_000));
}

#[test]
fn rule_faults_say_where() {
    let schema = schema();
    let body = Json::parse(br#"{"listRule":"id != '' && nope = 1"}"#).expect("JSON");
    let old = schema.by_name("users").expect("users").clone();
    let mut faults = Faults::default();
    let new = merge(&schema, Some(&old), &body, &mut |n| "x".repeat(n), &mut faults);
    let faults = check(Some(&old), &new.expect("a definition"), &schema, &plan::check_rule);
    let [(key, Fault::Item { params, .. })] = faults.0.as_slice() else { panic!("{faults:?}") };
    assert_eq!(key, "listRule");
    assert_eq!(params, &[("end", Json::Number(16.0)), ("start", Json::Number(12.0))]);
}

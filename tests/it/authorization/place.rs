//! A server with collections of its own, and lines as one reads them.

use purlin_tests::{Answer, Asking, TestApp, percent};
use serde_json::{Value, json};

pub(super) const POLICIES: &str = "/api/collections/_policies/records";
pub(super) const ROLES: &str = "/api/collections/_roles/records";

/// An id that begins like this.
pub(super) fn id(name: &str) -> String {
    format!("{name:0<15}")
}

/// The records of a collection.
pub(super) fn records(collection: &str) -> String {
    format!("/api/collections/{collection}/records")
}

/// One of them, by the beginning of its id.
pub(super) fn record(collection: &str, name: &str) -> String {
    format!("{}/{}", records(collection), id(name))
}

/// A path with parameters.
pub(super) fn with(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{key}={}", percent(value))).collect();
    format!("{path}?{}", pairs.join("&"))
}

/// Makes a collection; of the rules only those given are not for superusers alone. Answers its id.
pub(super) fn collection(app: &TestApp, name: &str, rules: Value, fields: Value) -> String {
    let mut body = json!({"name": name, "fields": fields});
    for (key, rule) in rules.as_object().expect("rules") {
        body[key] = rule.clone();
    }
    app.post("/api/collections").root().json(&body).expect(200).text("/id")
}

/// A relation field to a collection.
pub(super) fn relation(name: &str, target: &str, max: u32) -> Value {
    json!({"name": name, "type": "relation", "collectionId": target, "maxSelect": max})
}

/// Makes a record as the superuser.
pub(super) fn make(app: &TestApp, collection: &str, body: Value) {
    app.post(&records(collection)).root().json(&body).expect(200);
}

/// Whom a subject names: ids are written by their beginnings.
fn subject(text: &str) -> String {
    match text.split_once('/') {
        Some((collection, name)) if name != "*" => format!("{collection}/{}", id(name)),
        _ => text.to_owned(),
    }
}

/// The record of a line: `allow SUBJECT ACTION OBJECT [FIELD,FIELD] where RULE`, with the fields and
/// the rule where there are any; or `MEMBER is ROLE`.
pub(super) fn line(text: &str) -> (&'static str, Value) {
    let (head, rule) = text.split_once(" where ").unwrap_or((text, ""));
    let words: Vec<&str> = head.split_whitespace().collect();
    match words.as_slice() {
        [member, "is", role] => (ROLES, json!({"member": subject(member), "role": role})),
        [effect, who, action, object, fields @ ..] => {
            let names = fields.first().map_or("", |text| text.trim_matches(['[', ']']));
            let names: Vec<&str> = names.split(',').filter(|name| !name.is_empty()).collect();
            let body = json!({
                "effect": effect, "subject": subject(who), "action": action, "object": object,
                "fields": names, "rule": rule,
            });
            (POLICIES, body)
        }
        _ => panic!("not a line: {text}"),
    }
}

/// Asks for a line to be saved.
pub(super) fn saving<'a>(app: &'a TestApp, text: &str) -> Asking<'a> {
    let (path, body) = line(text);
    app.post(path).root().json(&body)
}

/// Takes away every line there is and saves these.
pub(super) fn lines(app: &TestApp, texts: &[&str]) {
    for name in ["_policies", "_roles"] {
        app.delete(&format!("/api/collections/{name}/truncate")).root().expect(204);
    }
    for text in texts {
        saving(app, text).expect(200);
    }
}

/// Gives a collection these rules.
pub(super) fn rules(app: &TestApp, collection: &str, rules: Value) {
    app.patch(&format!("/api/collections/{collection}")).root().json(&rules).expect(200);
}

/// Makes a record of an auth collection and signs it in; answers its token.
pub(super) fn member(app: &TestApp, collection: &str, name: &str) -> String {
    let word = "correct horse";
    let email = format!("{name}@example.com");
    let body = json!({"id": id(name), "email": email, "password": word, "passwordConfirm": word});
    make(app, collection, body);
    let form = json!({"identity": email, "password": word});
    let path = format!("/api/collections/{collection}/auth-with-password");
    app.post(&path).json(&form).expect(200).text("/token")
}

/// What an answer says, status and body.
pub(super) fn said(answer: &Answer) -> (u16, String) {
    (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
}

//! What a line has to be before it is kept.

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::place::{POLICIES, ROLES, collection, lines, records, saving};

/// What is sent over a sound line, and the key and code of the refusal.
const POLICY_FAULTS: &[(&str, &str, &str)] = &[
    (r#"{"subject": ""}"#, "subject", "validation_required"),
    (r#"{"subject": "nobody"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "@all"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "role:"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "role:a b"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "role:*"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "users/"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "/x"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "users/a/b"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "posts/one"}"#, "subject", "validation_invalid_subject"),
    (r#"{"subject": "nowhere/*"}"#, "subject", "validation_invalid_subject"),
    (r#"{"object": ""}"#, "object", "validation_required"),
    (r#"{"object": "nowhere"}"#, "object", "validation_unknown_object"),
    (r#"{"object": "post"}"#, "object", "validation_unknown_object"),
    (r#"{"object": "**"}"#, "object", "validation_unknown_object"),
    (r#"{"action": ""}"#, "action", "validation_required"),
    (r#"{"action": "look"}"#, "action", "validation_invalid_value"),
    (r#"{"effect": "maybe"}"#, "effect", "validation_invalid_value"),
    (r#"{"fields": ["title", "nothing"]}"#, "fields", "validation_unknown_field"),
    (r#"{"fields": ["Title"]}"#, "fields", "validation_unknown_field"),
    (r#"{"fields": ["title", 5]}"#, "fields", "validation_invalid_fields"),
    (r#"{"fields": {"title": true}}"#, "fields", "validation_invalid_fields"),
    (r#"{"fields": "title"}"#, "fields", "validation_invalid_fields"),
    (r#"{"rule": "title ="}"#, "rule", "validation_invalid_rule"),
    (r#"{"rule": "nothing = 1"}"#, "rule", "validation_invalid_rule"),
    (r#"{"rule": "title.name = 1"}"#, "rule", "validation_invalid_rule"),
    (r#"{"rule": "notes_via_post.id = 1"}"#, "rule", "validation_invalid_rule"),
    (r#"{"rule": "@collection.nowhere.id = 1"}"#, "rule", "validation_invalid_rule"),
    (r#"{"object": "*", "rule": "(("}"#, "rule", "validation_invalid_rule"),
];

const ROLE_FAULTS: &[(&str, &str, &str)] = &[
    (r#"{"member": ""}"#, "member", "validation_required"),
    (r#"{"member": "*"}"#, "member", "validation_invalid_member"),
    (r#"{"member": "@auth"}"#, "member", "validation_invalid_member"),
    (r#"{"member": "@guest"}"#, "member", "validation_invalid_member"),
    (r#"{"member": "posts/x"}"#, "member", "validation_invalid_member"),
    (r#"{"member": "role:"}"#, "member", "validation_invalid_member"),
    (r#"{"role": ""}"#, "role", "validation_required"),
    (r#"{"role": "editor"}"#, "role", "validation_invalid_role"),
    (r#"{"role": "role:"}"#, "role", "validation_invalid_role"),
    (r#"{"role": "users/*"}"#, "role", "validation_invalid_role"),
    (r#"{"role": "*"}"#, "role", "validation_invalid_role"),
];

fn place() -> TestApp {
    let app = TestApp::start();
    collection(&app, "posts", json!({}), json!([{"name": "title", "type": "text"}]));
    app
}

fn over(mut sound: Value, patch: &str) -> Value {
    let patch: Value = serde_json::from_str(patch).expect(patch);
    for (key, value) in patch.as_object().expect("an object") {
        sound[key] = value.clone();
    }
    sound
}

#[test]
fn lines_that_say_nothing_are_refused() {
    let app = place();
    let policy = json!({"subject": "*", "object": "posts", "action": "read"});
    let role = json!({"member": "users/*", "role": "role:a"});
    for (path, sound, faults) in [(POLICIES, policy, POLICY_FAULTS), (ROLES, role, ROLE_FAULTS)] {
        let kept = app.post(path).root().json(&sound).expect(200).text("/id");
        for (patch, key, code) in faults {
            let bodies = [
                app.post(path).root().json(&over(sound.clone(), patch)),
                app.patch(&format!("{path}/{kept}")).root().json(&over(json!({}), patch)),
            ];
            for asking in bodies {
                let answer = asking.expect(400);
                assert_eq!(answer.json()["data"][key]["code"], *code, "{patch}: {answer}");
                let others = answer.json()["data"].as_object().map_or(0, serde_json::Map::len);
                assert_eq!(others, 1, "{patch}: {answer}");
            }
        }
        app.get(&records(if path == POLICIES { "_policies" } else { "_roles" }))
            .root()
            .expect(200)
            .has("\"totalItems\":1");
        app.delete(&format!("{path}/{kept}")).root().expect(204);
    }
}

#[test]
fn lines_are_kept_in_one_form() {
    let app = place();
    let sent = json!({"subject": " users/* ", "object": "Posts", "action": "read"});
    let kept = app.post(POLICIES).root().json(&sent).expect(200).json();
    for (key, expected) in [
        ("subject", json!("users/*")),
        ("object", json!("posts")),
        ("effect", json!("allow")),
        ("fields", json!([])),
        ("rule", json!("")),
        ("note", json!("")),
    ] {
        assert_eq!(kept[key], expected, "{key}: {kept}");
    }
    for name in ["_policies", "_roles"] {
        for path in
            [records(name), format!("{}/{}", records(name), kept["id"].as_str().unwrap_or(""))]
        {
            app.get(&path).expect(403);
        }
        app.post(&records(name)).json(&json!({})).expect(403);
    }
}

#[test]
fn a_role_comes_not_to_itself() {
    let app = place();
    let circle = "validation_role_circle";
    lines(&app, &["role:a is role:b", "role:b is role:c"]);
    for text in ["role:a is role:a", "role:b is role:a", "role:c is role:a", "role:c is role:b"] {
        let answer = saving(&app, text).expect(400);
        assert_eq!(answer.json()["data"]["role"]["code"], circle, "{text}: {answer}");
    }
    saving(&app, "role:a is role:c").expect(200);
    let last = saving(&app, "role:d is role:a").expect(200).text("/id");
    // A change of a line may close one, and its own old form is no part of it.
    let path = format!("{ROLES}/{last}");
    app.patch(&path).root().json(&json!({"member": "role:c"})).expect(400).has(circle);
    app.patch(&path).root().json(&json!({"member": "role:a", "role": "role:d"})).expect(200);
    // Nor within a batch.
    app.patch("/api/settings").root().json(&json!({"batch": {"enabled": true}})).expect(200);
    let request = |member: &str, role: &str| json!({"method": "POST", "url": ROLES, "body": {"member": member, "role": role}});
    let batch = json!({"requests": [request("role:x", "role:y"), request("role:y", "role:x")]});
    let answer = app.post("/api/batch").root().json(&batch).expect(400);
    let at = "/data/requests/1/response/data/role/code";
    assert_eq!(answer.text(at), circle);
    app.get(ROLES).root().expect(200).lacks("role:x");
}

#[test]
fn a_member_has_a_role_once() {
    let app = place();
    lines(&app, &["users/* is role:a"]);
    let again = saving(&app, "users/* is role:a").expect(400);
    again.has("validation_not_unique");
    let again = json!({"member": " users/*", "role": "role:a "});
    app.post(ROLES).root().json(&again).expect(400).has("validation_not_unique");
    saving(&app, "users/* is role:b").expect(200);
    saving(&app, "role:b is role:a").expect(200);
}

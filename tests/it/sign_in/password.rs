//! Passwords: every refusal with its body, and who is found by what.

use serde_json::{Value, json};

use super::{PASSWORD, change, people, sign_in};

const TARGET: &str = "/api/collections/people/auth-with-password";

fn refused(message: &str, data: &Value) -> Value {
    json!({"data": data, "message": message, "status": 400})
}

#[test]
fn each_refusal_says_what_is_wrong() {
    let app = people(&json!({}));
    let loading = "An error occurred while loading the submitted data.";
    let validating = "An error occurred while validating the submitted data.";
    let blank = json!({"code": "validation_required", "message": "Cannot be blank."});
    let choice = json!({"code": "validation_in_invalid", "message": "Must be a valid value."});
    let length = json!({
        "code": "validation_length_out_of_range",
        "message": "The length must be between 1 and 255.",
        "params": {"max": 255, "min": 1},
    });
    let wrong = refused("Failed to authenticate.", &json!({}));
    let malformed = refused(loading, &json!({}));
    for (body, expected) in [
        (json!({}), refused(validating, &json!({"identity": blank, "password": blank}))),
        (
            json!({"identityField": "rank"}),
            refused(
                validating,
                &json!({"identity": blank, "identityField": choice, "password": blank}),
            ),
        ),
        (
            // Bytes are counted.
            json!({"identity": "é".repeat(128), "password": "x".repeat(255)}),
            refused(validating, &json!({"identity": length})),
        ),
        (json!({"identity": "x".repeat(255), "password": "x".repeat(255)}), wrong.clone()),
        (json!({"identity": "ann", "password": "wrong"}), wrong.clone()),
        (json!({"identity": "nobody", "password": PASSWORD}), wrong.clone()),
        (json!({"identity": "ann", "password": PASSWORD, "identityField": "email"}), wrong),
        (json!({"identity": 5, "password": PASSWORD}), malformed.clone()),
        (json!({"identity": "ann", "Identity": "bob", "password": PASSWORD}), malformed),
    ] {
        let answer = app.post(TARGET).json(&body).expect(400);
        assert_eq!(answer.json(), expected, "{body}");
    }
}

#[test]
fn people_are_found_by_each_identity_field() {
    let app = people(&json!({}));
    for (identity, field, found) in [
        ("ann", "", Some("ann")),
        ("ANN", "", Some("ann")),
        ("ann@example.com", "", Some("ann")),
        ("ANN@example.com", "", None),
        ("bob@example.com", "email", Some("bob")),
        ("bob@example.com", "name", None),
    ] {
        let answer = sign_in(&app, identity, &json!({"identityField": field}));
        let seen = answer.json().pointer("/record/name").cloned();
        assert_eq!(seen, found.map(Value::from), "{identity} by {field:?}: {answer}");
    }
}

#[test]
fn form_values_are_texts() {
    let app = people(&json!({}));
    let record = json!({"password": "12345678", "passwordConfirm": "12345678"});
    let target = format!("/api/collections/people/records/{}", super::id_of("ann"));
    let _ = app.patch(&target).root().json(&record).expect(200);
    let form = "application/x-www-form-urlencoded";
    let _ = app.post(TARGET).raw(form, "identity=ann&password=12345678").expect(200);
    let _ = app.post(TARGET).raw(form, "identity=ann&password=true").expect(400);
    let _ = app.post(TARGET).raw(form, "identity=ann&password=12345678&password=x").expect(200);
}

#[test]
fn a_collection_without_passwords_reads_no_body() {
    let app = people(&json!({"passwordAuth": {"enabled": false}}));
    for body in ["", "{}", "{bad"] {
        let message = "The collection is not configured to allow password authentication.";
        app.post(TARGET).raw("application/json", body).expect(403).has(message);
    }
}

#[test]
fn the_sign_in_rule_sees_the_request_but_not_for_superusers() {
    let app = people(&json!({}));
    for (rule, ann, bob, root) in [
        (json!("name = 'ann'"), 200, 403, 200),
        (json!("@request.body.identity = 'bob'"), 403, 200, 200),
        (json!("@request.context = 'password'"), 200, 200, 200),
        (json!("@request.auth.id != ''"), 403, 403, 200),
        (Value::Null, 403, 403, 200),
        (json!(""), 200, 200, 200),
    ] {
        change(&app, &json!({"authRule": rule}));
        assert_eq!(sign_in(&app, "ann", &json!({})).status, ann, "ann by {rule}");
        assert_eq!(sign_in(&app, "bob", &json!({})).status, bob, "bob by {rule}");
        let body = json!({"identity": "ann", "password": PASSWORD});
        assert_eq!(app.post(TARGET).root().json(&body).send().status, root, "root by {rule}");
    }
}

//! Signing in: what a collection offers, two factors, whose token does what (http-api.md 5).

mod methods;
mod password;
mod tokens;
mod two_factors;

use purlin_tests::{Answer, TestApp};
use serde_json::{Value, json};

/// The password of everybody here.
const PASSWORD: &str = "correct horse 42";

/// A server with an auth collection `people`, made with these options, and `ann` and `bob` in it.
fn people(options: &Value) -> TestApp {
    let app = TestApp::start();
    let mut collection = json!({
        "name": "people",
        "type": "auth",
        "fields": [{"name": "name", "type": "text"}],
        "indexes": ["CREATE UNIQUE INDEX people_name ON people (name COLLATE NOCASE)"],
        "passwordAuth": {"enabled": true, "identityFields": ["email", "name"]},
    });
    for (key, value) in options.as_object().expect("options are an object") {
        collection[key] = value.clone();
    }
    let _ = app.post("/api/collections").root().json(&collection).expect(200);
    for name in ["ann", "bob"] {
        let person = json!({
            "id": id_of(name),
            "name": name,
            "email": format!("{name}@example.com"),
            "password": PASSWORD,
            "passwordConfirm": PASSWORD,
        });
        let _ = app.post("/api/collections/people/records").root().json(&person).expect(200);
    }
    app
}

/// Ids are fifteen characters long.
fn id_of(name: &str) -> String {
    format!("{name:0<15}")
}

/// Changes options of `people`.
fn change(app: &TestApp, options: &Value) {
    let _ = app.patch("/api/collections/people").root().json(options).expect(200);
}

/// Signs in to `people` with more members in the body.
fn sign_in(app: &TestApp, name: &str, more: &Value) -> Answer {
    let mut body = json!({"identity": name, "password": PASSWORD});
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    app.post("/api/collections/people/auth-with-password").json(&body).send()
}

/// The token of a sign-in that must work.
fn token_of(app: &TestApp, name: &str) -> String {
    sign_in(app, name, &json!({})).text("/token")
}

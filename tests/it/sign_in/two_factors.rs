//! Two factors. A superuser writes the session that another method would have opened.

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::{PASSWORD, change, id_of, people, sign_in};

const SESSIONS: &str = "/api/collections/_mfas/records";

fn protected() -> TestApp {
    people(&json!({"mfa": {"enabled": true}, "otp": {"enabled": true}}))
}

/// The sessions there are: whose, and by which method they were opened.
fn sessions(app: &TestApp) -> Vec<(String, String)> {
    let page = app.get(SESSIONS).root().query("sort", "created").expect(200).json();
    let items = page["items"].as_array().expect("items").clone();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    items.iter().map(|item| (text(item, "recordRef"), text(item, "method"))).collect()
}

fn open(app: &TestApp, name: &str, method: &str) -> String {
    let collection = app.get("/api/collections/people").root().expect(200).text("/id");
    let session = json!({"collectionRef": collection, "recordRef": id_of(name), "method": method});
    app.post(SESSIONS).root().json(&session).expect(200).text("/id")
}

#[test]
fn the_first_factor_opens_a_session() {
    let app = protected();
    let _ = app.post("/api/collections/people/auth-with-password").expect(400);
    let wrong = json!({"identity": "ann", "password": "wrong"});
    let _ = app.post("/api/collections/people/auth-with-password").json(&wrong).expect(400);
    assert_eq!(sessions(&app), []);
    let answer = sign_in(&app, "ann", &json!({}));
    assert_eq!(answer.status, 401, "{answer}");
    assert_eq!(answer.json().as_object().map(serde_json::Map::len), Some(1), "{answer}");
    assert_eq!(answer.text("/mfaId").len(), 15);
    assert_eq!(sessions(&app), [(id_of("ann"), "password".to_owned())]);
}

#[test]
fn another_method_closes_the_session_once() {
    let app = protected();
    for in_query in [true, false] {
        let id = open(&app, "ann", "otp");
        let close = || {
            let target = "/api/collections/people/auth-with-password";
            let mut body = json!({"identity": "ann", "password": PASSWORD});
            let asking = match in_query {
                true => app.post(target).query("mfaId", &id),
                false => {
                    body["mfaId"] = json!(id);
                    app.post(target)
                }
            };
            asking.json(&body).send()
        };
        assert_eq!(close().status, 200);
        assert_eq!(sessions(&app), []);
        close().has("Invalid or expired MFA session.");
    }
}

#[test]
fn a_session_that_does_not_fit_is_refused() {
    let app = protected();
    let own = sign_in(&app, "ann", &json!({})).text("/mfaId");
    let foreign = open(&app, "bob", "otp");
    for (id, said) in [
        (json!(own), "A different authentication method is required."),
        (json!(foreign), "Invalid MFA session."),
        (json!("nope"), "Invalid or expired MFA session."),
        (json!(5), "Failed to read MFA Id."),
        (json!(["x"]), "Failed to read MFA Id."),
    ] {
        let answer = sign_in(&app, "ann", &json!({"mfaId": id}));
        assert_eq!(answer.json(), json!({"data": {}, "message": said, "status": 400}), "{id}");
    }
    assert_eq!(sessions(&app).len(), 2, "a refused session stays");
    for nothing in [json!(""), Value::Null] {
        assert_eq!(sign_in(&app, "ann", &json!({"mfaId": nothing})).status, 401);
    }
}

#[test]
fn an_expired_session_is_refused_and_removed() {
    let app = protected();
    let id = open(&app, "ann", "otp");
    age(&app, &id);
    sign_in(&app, "ann", &json!({"mfaId": id})).has("Invalid or expired MFA session.");
    assert_eq!(sessions(&app), []);
}

#[test]
fn a_start_clears_expired_sessions_away() {
    let mut app = protected();
    let (old, young) = (open(&app, "ann", "otp"), open(&app, "bob", "otp"));
    app.kill();
    age(&app, &old);
    app.restart();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while sessions(&app).len() > 1 && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    assert_eq!(sessions(&app), [(id_of("bob"), "otp".to_owned())]);
    assert_eq!(sign_in(&app, "bob", &json!({"mfaId": young})).status, 200);
}

/// Makes a session old, in the database itself: `created` is nobody's to set.
fn age(app: &TestApp, id: &str) {
    app.home.overwrite("_mfas", id, "created", "2020-01-01 00:00:00.000Z");
}

#[test]
fn the_rule_says_of_whom_a_second_factor_is_asked() {
    let app = protected();
    for (rule, ann, bob) in [
        ("", 401, 401),
        ("name = 'bob'", 200, 401),
        ("1 = 2", 200, 200),
        ("@request.body.identity = 'ann' && @request.context = 'password'", 401, 200),
    ] {
        change(&app, &json!({"mfa": {"enabled": true, "rule": rule}}));
        assert_eq!(sign_in(&app, "ann", &json!({})).status, ann, "ann by {rule}");
        assert_eq!(sign_in(&app, "bob", &json!({})).status, bob, "bob by {rule}");
    }
    // The sign-in rule comes first: who may not come in at all opens no session.
    change(&app, &json!({"mfa": {"enabled": true, "rule": ""}, "authRule": "name = 'ann'"}));
    assert_eq!(sign_in(&app, "bob", &json!({})).status, 403);
    change(&app, &json!({"mfa": {"enabled": false}, "authRule": ""}));
    assert_eq!(sign_in(&app, "bob", &json!({"mfaId": 5})).status, 200);
}

/// A rule that nobody can ask any more lets nobody in with one factor.
#[test]
fn a_rule_that_cannot_be_asked_asks_for_both() {
    let app = protected();
    let teams = json!({"name": "teams", "fields": [{"name": "strict", "type": "bool"}]});
    let teams = app.post("/api/collections").root().json(&teams).expect(200);
    let mut people = app.get("/api/collections/people").root().expect(200).json();
    let team = json!({"name": "team", "type": "relation", "collectionId": teams.text("/id")});
    people["fields"].as_array_mut().expect("fields").push(team);
    people["mfa"]["rule"] = json!("team.strict = true");
    app.patch("/api/collections/people").root().json(&people).expect(200);
    assert_eq!(sign_in(&app, "ann", &json!({})).status, 200);
    let mut fields = teams.json()["fields"].clone();
    fields.as_array_mut().expect("fields").retain(|field| field["name"] != "strict");
    let less = json!({"fields": fields});
    app.patch("/api/collections/teams").root().json(&less).expect(200);
    assert_eq!(sign_in(&app, "ann", &json!({})).status, 401);
}

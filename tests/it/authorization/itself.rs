//! What who signs in sees of its own record, and of those of others.

use purlin_tests::TestApp;
use serde_json::{Value, json};

use super::place::{id, lines, make, member, record, records};

/// Lines about viewing users, and which of `email`, `name` and `phone` show of one's own record and
/// of another's whose address is public.
const USERS: &[(&[&str], &str, &str)] = &[
    (&["allow * view users"], "email name phone", "email name phone"),
    (&["allow * view users", "deny * view users [phone]"], "email name", "email name"),
    (
        &["allow * view users", "deny * view users [phone] where id != @request.auth.id"],
        "email name phone",
        "email name",
    ),
    (&["allow * view users", "deny * * users [email]"], "name phone", "name phone"),
    (&["allow @auth view users [name]"], "email name phone", "name"),
    (
        &["allow * view users", "deny * view users [email] where id != @request.auth.id"],
        "email name phone",
        "name phone",
    ),
    (&["allow * view users", "deny users/ann view users [name]"], "email phone", "email phone"),
    (&["allow * view users", "deny users/ann view users"], "", "-"),
    (&["allow * view users", "deny users/bob view users"], "email name phone", "email name phone"),
];

fn own(user: &Value) -> String {
    let shown = ["email", "name", "phone"].into_iter().filter(|key| !user[key].is_null());
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn who_signs_in_sees_of_itself_what_lines_let_it() {
    let app = TestApp::start();
    let mut users = app.get("/api/collections/users").root().expect(200).json();
    let fields = users["fields"].as_array_mut().expect("fields");
    fields.push(json!({"name": "phone", "type": "text"}));
    app.patch("/api/collections/users").root().json(&users).expect(200);
    for name in ["ann", "bob"] {
        let body = json!({
            "id": id(name), "email": format!("{name}@example.com"), "name": name, "phone": "1",
            "emailVisibility": true, "password": "correct horse", "passwordConfirm": "correct horse",
        });
        make(&app, "users", body);
    }
    let form = json!({"identity": "ann@example.com", "password": "correct horse"});
    for (texts, itself, another) in USERS {
        // Its own record is there by the rule of the collection.
        lines(&app, texts);
        let signed = app.post("/api/collections/users/auth-with-password").json(&form).expect(200);
        assert_eq!(own(&signed.json()["record"]), *itself, "{texts:?}: {signed}");
        let token = signed.text("/token");
        let again = app.post("/api/collections/users/auth-refresh").bearer(&token).expect(200);
        assert_eq!(own(&again.json()["record"]), *itself, "{texts:?}: {again}");
        if !itself.is_empty() {
            let viewed = app.get(&record("users", "ann")).bearer(&token).expect(200);
            assert_eq!(own(&viewed.json()), *itself, "{texts:?}: {viewed}");
        }
        let viewed = app.get(&record("users", "bob")).bearer(&token).send();
        match *another {
            "-" => assert_eq!(viewed.status, 404, "{texts:?}: {viewed}"),
            _ => assert_eq!(own(&viewed.json()), *another, "{texts:?}: {viewed}"),
        }
    }
}

/// A record of an auth collection that manages others may set what only managers may.
#[test]
fn managers_manage() {
    let app = TestApp::start();
    let (ann, bob) = (member(&app, "users", "ann"), member(&app, "users", "bob"));
    let bobs = format!("{}/{}", records("users"), id("bob"));
    let change = json!({"email": "new@example.com", "verified": true});
    lines(&app, &["allow * update users", "allow * read users"]);
    for token in ["", &ann, &bob] {
        app.patch(&bobs).bearer(token).json(&change).expect(400).has("validation_values_mismatch");
    }
    app.get(&bobs).bearer(&ann).expect(200).lacks("bob@example.com");
    let manage = "allow role:boss manage users where name = 'under'";
    lines(&app, &["allow * update users", "allow * read users", manage, "users/ann is role:boss"]);
    app.patch(&bobs).bearer(&ann).json(&change).expect(400);
    app.patch(&bobs).root().json(&json!({"name": "under"})).expect(200);
    app.get(&bobs).bearer(&ann).expect(200).has("bob@example.com");
    app.get(&bobs).expect(200).lacks("bob@example.com");
    app.patch(&bobs).bearer(&bob).json(&change).expect(400);
    app.patch(&bobs).bearer(&ann).json(&change).expect(200).has("new@example.com");
    // To manage is to be asked who one is.
    lines(&app, &["allow * update users", "allow * manage users"]);
    app.patch(&bobs).json(&json!({"verified": false})).expect(400);
    // Nor is it any use where nobody may update.
    lines(&app, &["allow role:boss manage users", "users/ann is role:boss"]);
    app.patch(&bobs).bearer(&ann).json(&change).expect(404);
}

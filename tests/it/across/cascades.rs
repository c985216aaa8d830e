//! What a delete means in another datasource is done right after it.

use serde_json::{Value, json};

use super::place::{
    World, at, collection, delete, make, pending, read, record, relation, start, until,
};

/// In main `orgs`; in the archive what refers to them: `plain`, `listed`, `bound` (goes as well),
/// and `under`, which goes with `bound`. In main again `above`, which goes with `bound`.
fn world() -> World {
    let app = start();
    let orgs = collection(&app, "main", "orgs", json!([{"name": "name", "type": "text"}]));
    let dated = json!({"name": "seen", "type": "autodate", "onCreate": true, "onUpdate": true});
    collection(&app, "archive", "plain", json!([relation("org", &orgs, ""), dated]));
    collection(&app, "archive", "listed", json!([relation("orgs", &orgs, "*!")]));
    let bound = collection(&app, "archive", "bound", json!([relation("org", &orgs, "x!")]));
    collection(&app, "archive", "under", json!([relation("bound", &bound, "x")]));
    collection(&app, "main", "above", json!([relation("bound", &bound, "x")]));
    app
}

#[test]
fn references_elsewhere_are_let_go_of() {
    let app = world();
    let (one, two) = (record(&app, "orgs", json!({})), record(&app, "orgs", json!({})));
    let plain = record(&app, "plain", json!({"org": one}));
    let listed = record(&app, "listed", json!({"orgs": [&one, &two]}));
    let bound = record(&app, "bound", json!({"org": one}));
    let under = record(&app, "under", json!({"bound": bound}));
    let above = record(&app, "above", json!({"bound": bound}));
    let other = record(&app, "bound", json!({"org": two}));
    let seen = read(&app, "plain", &plain)["seen"].clone();

    assert_eq!(delete(&app, "orgs", &one).status, 204);
    assert_eq!(read(&app, "plain", &plain)["org"], "");
    assert_ne!(read(&app, "plain", &plain)["seen"], seen, "an autodate");
    assert_eq!(read(&app, "listed", &listed)["orgs"], json!([two]));
    for (collection, id) in [("bound", &bound), ("under", &under), ("above", &above)] {
        assert_eq!(read(&app, collection, id), Value::Null, "{collection}");
    }
    assert_ne!(read(&app, "bound", &other), Value::Null);
    assert_eq!(pending(&app), 0);
}

#[test]
fn what_requires_a_record_keeps_it_from_elsewhere() {
    let app = world();
    let (one, two) = (record(&app, "orgs", json!({})), record(&app, "orgs", json!({})));
    let listed = record(&app, "listed", json!({"orgs": [&one]}));
    let plain = record(&app, "plain", json!({"org": one}));
    let refused = delete(&app, "orgs", &one);
    assert_eq!(refused.status, 400);
    refused.has("required relation reference");
    assert_eq!(read(&app, "plain", &plain)["org"], json!(one));
    let request = |id: &str| json!({"method": "DELETE", "url": at("orgs", id)});
    let both = json!({"requests": [request(&two), request(&one)]});
    app.post("/api/batch").root().json(&both).expect(400).has("required relation reference");
    app.delete("/api/collections/orgs/truncate").root().expect(400);
    assert_ne!(read(&app, "orgs", &two), Value::Null);
    app.patch(&at("listed", &listed)).root().json(&json!({"orgs": [two]})).expect(200);
    app.post("/api/batch").root().json(&json!({"requests": [request(&one)]})).expect(200);
    assert_eq!(read(&app, "plain", &plain)["org"], "");
    assert_eq!(pending(&app), 0);
}

#[test]
fn many_records_and_circles() {
    let app = start();
    let left = collection(&app, "main", "left", json!([]));
    let right = collection(&app, "archive", "right", json!([relation("left", &left, "x")]));
    let field = relation("right", &right, "x");
    let fields = app.get("/api/collections/left").root().expect(200).json()["fields"].clone();
    let mut fields = fields.as_array().cloned().unwrap_or_default();
    fields.push(field);
    app.patch("/api/collections/left").root().json(&json!({"fields": fields})).expect(200);
    let first = record(&app, "left", json!({}));
    // More than are taken at a time.
    let item = json!({"method": "POST", "url": at("right", ""), "body": {"left": first}});
    let requests = json!({"requests": vec![item; 50]});
    for _ in 0..11 {
        app.post("/api/batch").root().json(&requests).expect(200);
    }
    let right = record(&app, "right", json!({"left": first}));
    app.patch(&at("left", &first)).root().json(&json!({"right": right})).expect(200);
    let third = record(&app, "left", json!({"right": right}));
    assert_eq!(delete(&app, "left", &first).status, 204);
    until("all of them gone", || {
        app.get(&at("right", "")).root().expect(200).text("/totalItems") == "0"
            && read(&app, "left", &third) == Value::Null
    });
    until("nothing pending", || pending(&app) == 0);

    let ids = [(); 3].map(|()| record(&app, "left", json!({})));
    ids.iter().for_each(|id| drop(record(&app, "right", json!({"left": id}))));
    app.delete("/api/collections/left/truncate").root().expect(204);
    assert_eq!(app.get(&at("right", "")).root().expect(200).text("/totalItems"), "0");
}

/// Auth records of the archive, whose sign-in rows are in main.
#[test]
fn what_belongs_to_an_account_goes_with_it() {
    let app = start();
    let body = json!({"name": "readers", "type": "auth", "datasource": "archive"});
    let readers = app.post("/api/collections").root().json(&body).expect(200).text("/id");
    let reader = |email: &str| {
        let password = "correct horse 42";
        let body = json!({"email": email, "password": password, "passwordConfirm": password});
        let id = record(&app, "readers", body);
        let ids = json!({"collectionRef": readers, "recordRef": id});
        let with = |key: &str, value: &str| {
            let mut body = ids.clone();
            body[key] = json!(value);
            body["providerId"] = json!(id);
            body
        };
        let link = record(&app, "_externalAuths", with("provider", "google"));
        let origin = record(&app, "_authOrigins", with("fingerprint", "f"));
        (id, link, origin)
    };
    let (ann, bob) = (reader("ann@x.io"), reader("bob@x.io"));
    // A new password ends what rested on the old one.
    let change = json!({"password": "another horse 43", "passwordConfirm": "another horse 43"});
    app.patch(&at("readers", &bob.0)).root().json(&change).expect(200);
    assert_eq!(read(&app, "_authOrigins", &bob.2), Value::Null);
    assert_ne!(read(&app, "_externalAuths", &bob.1), Value::Null);

    assert_eq!(delete(&app, "readers", &ann.0).status, 204);
    assert_eq!(read(&app, "_externalAuths", &ann.1), Value::Null);
    assert_eq!(read(&app, "_authOrigins", &ann.2), Value::Null);
    assert_ne!(read(&app, "_externalAuths", &bob.1), Value::Null);
    assert_eq!(pending(&app), 0);

    // No account of another datasource has the id.
    let body = json!({
        "id": bob.0, "email": "b@x.io", "password": "correct horse 42",
        "passwordConfirm": "correct horse 42",
    });
    make(&app, "users", body).expect(400).has("validation_invalid_auth_id");
}

/// A record that goes by a cascade from elsewhere is heard of: its token is worth nothing at once.
#[test]
fn a_cascade_from_elsewhere_is_told() {
    let app = start();
    let firms = collection(&app, "archive", "firms", json!([]));
    let members = json!({
        "name": "members", "type": "auth", "fields": [relation("firm", &firms, "x")],
        "viewRule": "id = @request.auth.id",
    });
    app.post("/api/collections").root().json(&members).expect(200);
    let firm = record(&app, "firms", json!({}));
    let password = "correct horse 42";
    let body = json!({
        "email": "ann@x.io", "password": password, "passwordConfirm": password, "firm": firm,
    });
    let ann = record(&app, "members", body);
    let form = json!({"identity": "ann@x.io", "password": password});
    let signed = app.post("/api/collections/members/auth-with-password").json(&form).expect(200);
    let token = signed.text("/token");
    app.get(&at("members", &ann)).bearer(&token).expect(200);
    assert_eq!(delete(&app, "firms", &firm).status, 204);
    app.post("/api/collections/members/auth-refresh").bearer(&token).expect(401);
}

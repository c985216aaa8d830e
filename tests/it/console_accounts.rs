//! Console accounts (docs/authorization.md): what lines about parts of the console open, to whom,
//! and what an account without definitions is shown of collections.

use purlin_tests::{Asking, TestApp};
use serde_json::{Value, json};

const PASSWORD: &str = "correct horse 42";
const ANN: &str = "ann000000000000";

/// Method, path, body, the part of the console it belongs to, what it needs there, and what is
/// answered to whom it is open. Of what changes something, what is not there is asked to change.
#[rustfmt::skip] // one endpoint, one line
const ENDPOINTS: &[(&str, &str, &str, &str, &str, u16)] = &[
    ("GET", "/api/collections", "", "collections", "read", 200),
    ("HEAD", "/api/collections", "", "collections", "read", 200),
    ("GET", "/api/collections/posts", "", "collections", "read", 200),
    ("GET", "/api/collections/meta/scaffolds", "", "collections", "read", 200),
    ("GET", "/api/collections/meta/oauth2-providers", "", "collections", "read", 200),
    ("POST", "/api/collections", "{}", "collections", "write", 400),
    ("PATCH", "/api/collections/nowhere", "{}", "collections", "write", 404),
    ("DELETE", "/api/collections/nowhere", "", "collections", "write", 404),
    ("DELETE", "/api/collections/nowhere/truncate", "", "collections", "write", 404),
    ("PUT", "/api/collections/import", "{}", "collections", "write", 400),
    ("POST", "/api/collections/meta/dry-run-view", "{}", "collections", "write", 400),
    ("POST", "/api/collections/meta/dry-run-save", "{}", "collections", "write", 400),
    ("GET", "/api/settings", "", "settings", "read", 200),
    ("PATCH", "/api/settings", "{}", "settings", "write", 200),
    ("GET", "/api/logs", "", "logs", "read", 200),
    ("GET", "/api/logs/stats", "", "logs", "read", 200),
    ("GET", "/api/logs/nowhere", "", "logs", "read", 404),
    ("DELETE", "/api/logs", "", "logs", "write", 204),
    ("POST", "/api/authz/explain", "{}", "authorization", "read", 400),
    ("GET", "/api/datasources", "", "datasources", "read", 200),
    ("GET", "/api/datasources/main/tables", "", "datasources", "read", 200),
    ("POST", "/api/datasources/main/tables", "{}", "datasources", "write", 400),
];
/// For superusers and nobody else, whatever lines say.
const CLOSED: &[(&str, &str)] = &[
    ("POST", "/api/collections/staff/impersonate/ann000000000000"),
    ("DELETE", "/api/collections/_policies/truncate"),
    ("GET", "/api/collections/_superusers/records"),
    ("POST", "/api/collections/_policies/records"),
];

/// A server with `staff`, of whom Ann has the role `editor`, and `posts` that is open to nobody.
struct House {
    app: TestApp,
    ann: String,
}

impl House {
    fn new() -> Self {
        let app = TestApp::start();
        let make = |body: &Value| {
            let _ = app.post("/api/collections").root().json(body).expect(200);
        };
        make(&json!({"name": "staff", "type": "auth"}));
        let fields = json!([
            {"name": "title", "type": "text"},
            {"name": "price", "type": "number"},
            {"name": "notes", "type": "text"},
            {"name": "inner", "type": "text", "hidden": true},
        ]);
        make(
            &json!({"name": "posts", "fields": fields, "indexes": ["CREATE INDEX i ON posts (title)"]}),
        );
        make(&json!({"name": "plans", "fields": [{"name": "text", "type": "text"}]}));
        let ann = json!({"id": ANN, "email": "ann@example.com", "password": PASSWORD, "passwordConfirm": PASSWORD});
        let _ = app.post("/api/collections/staff/records").root().json(&ann).expect(200);
        let role = json!({"member": format!("staff/{ANN}"), "role": "role:editor"});
        let _ = app.post("/api/collections/_roles/records").root().json(&role).expect(200);
        let form = json!({"identity": "ann@example.com", "password": PASSWORD});
        let signed = app.post("/api/collections/staff/auth-with-password").json(&form).expect(200);
        House { ann: signed.text("/token"), app }
    }

    /// Makes the lines these, written as `EFFECT SUBJECT ACTION OBJECT [FIELD,…]`.
    fn lines(&self, lines: &[&str]) {
        let path = "/api/collections/_policies/records";
        let page = self.app.get(&format!("{path}?perPage=1000")).root().expect(200).json();
        for old in page["items"].as_array().into_iter().flatten() {
            let id = old["id"].as_str().unwrap_or_default();
            let _ = self.app.delete(&format!("{path}/{id}")).root().expect(204);
        }
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            let names = words.get(4).map(|names| names.split(',').collect::<Vec<_>>());
            let body = json!({
                "effect": words[0], "subject": words[1], "action": words[2], "object": words[3],
                "fields": names.unwrap_or_default(),
            });
            let _ = self.app.post(path).root().json(&body).expect(200);
        }
    }

    fn ask(&self, method: &'static str, path: &str, body: &'static str) -> Asking<'_> {
        let asking = self.app.ask(method, path);
        if body.is_empty() { asking } else { asking.raw("application/json", body) }
    }

    fn as_ann(&self, path: &str) -> Asking<'_> {
        self.app.get(path).bearer(&self.ann)
    }
}

#[test]
fn lines_open_the_part_they_name_and_no_other() {
    let house = House::new();
    for &(method, path, body, ..) in ENDPOINTS {
        let _ = house.ask(method, path, body).expect(401);
    }
    // The lines, and what they open: a part and how far.
    for (lines, part, opened) in [
        (&["allow role:editor read @console"][..], "", &[][..]),
        (&["allow role:editor * *", "allow * write @console"], "", &[]),
        (&["allow role:editor read @console/logs"], "logs", &["read"]),
        (&["allow role:editor write @console/logs"], "logs", &["read", "write"]),
        (&["allow @auth * @console/settings"], "settings", &["read", "write"]),
        (&["allow staff/* read @console/settings"], "settings", &["read"]),
        (&["allow * read @console/datasources"], "datasources", &["read"]),
        (&["allow * write @console/datasources"], "datasources", &["read", "write"]),
        (&["allow role:editor read @console/authorization"], "authorization", &["read"]),
        (&["allow role:editor read @console/collections"], "collections", &["read"]),
        (&["allow role:editor * @console/collections"], "collections", &["read", "write"]),
        // Nobody is meant.
        (&["allow @guest * @console/logs", "allow role:other * @console/logs"], "", &[]),
        (&["allow users/* * @console/settings"], "", &[]),
        // Deny beats allow: of writing only writing, of reading all.
        (&["allow @auth * @console/logs", "deny staff/* write @console/logs"], "logs", &["read"]),
        (&["allow @auth * @console/logs", "deny role:editor read @console/logs"], "", &[]),
        (&["allow @auth write @console/logs", "deny * * @console/logs"], "", &[]),
    ] {
        house.lines(lines);
        for &(method, path, body, of, needs, open) in ENDPOINTS {
            let is_outline = lines.iter().any(|line| line.ends_with("@console"))
                && path.starts_with("/api/collections")
                && !path.contains("/meta/")
                && ["GET", "HEAD"].contains(&method);
            let expected = match of == part && opened.contains(&needs) {
                true => open,
                // Ann may not know that there are posts, unless she may do something with them.
                false if is_outline && path.ends_with("posts") => {
                    if lines[0].ends_with(" *") {
                        200
                    } else {
                        404
                    }
                }
                false if is_outline => 200,
                false => 403,
            };
            let answer = house.ask(method, path, body).bearer(&house.ann).send();
            assert_eq!(answer.status, expected, "{lines:?}: {answer}");
        }
    }
    for &(method, path, body, .., open) in ENDPOINTS {
        let _ = house.ask(method, path, body).root().expect(open);
    }
}

#[test]
fn no_part_opens_what_is_for_superusers() {
    let house = House::new();
    let all = ["", "/collections", "/settings", "/logs", "/authorization", "/datasources"];
    let lines = all.map(|part| format!("allow role:editor * @console{part}"));
    house.lines(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    for &(method, path) in CLOSED {
        let _ = house.ask(method, path, "{}").bearer(&house.ann).expect(403);
    }
    house.as_ann("/api/settings").expect(200).lacks("\"password\":\"");
    // A line about the records themselves opens them, whatever the part says.
    house.lines(&["allow role:editor * @console/authorization", "allow role:editor create _roles"]);
    let role = r#"{"member": "role:editor", "role": "role:chief"}"#;
    let roles = "/api/collections/_roles/records";
    let _ = house.ask("POST", roles, role).bearer(&house.ann).expect(200);
    let _ = house.ask("GET", roles, "").bearer(&house.ann).expect(403);
}

#[test]
fn the_console_is_told_what_the_account_may_use() {
    let house = House::new();
    let _ = house.app.get("/api/console").expect(401);
    let _ = house.as_ann("/api/console").expect(403);
    house.lines(&["allow staff/ann000000000000 read @console", "allow @auth write @console/logs"]);
    let told = house.as_ann("/api/console").expect(200).json();
    assert_eq!(told["parts"], json!({"logs": "write"}));
    assert_eq!(told["superuser"], json!(false));
    assert!(told["application"]["name"].is_string(), "{told}");
    let all = house.app.get("/api/console").root().expect(200).json();
    assert_eq!(all["parts"].as_object().map(|parts| parts.len()), Some(5), "{all}");
    assert_eq!(all["superuser"], json!(true));
    // What is taken away is gone with the next request.
    house.lines(&["allow staff/ann000000000000 read @console", "deny role:editor * @console"]);
    let _ = house.as_ann("/api/console").expect(403);
}

#[test]
fn collections_are_outlined_as_far_as_lines_reach() {
    let house = House::new();
    let see = |path: &str| house.as_ann(path).expect(200).json();
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().cloned().unwrap_or_default();
        let own = items.iter().filter(|item| item["system"] == false);
        own.map(|item| item["name"].as_str().unwrap_or_default().to_owned()).collect()
    };
    house.lines(&[
        "allow role:editor read @console",
        "allow role:editor read posts title,price",
        "allow role:editor update posts price,inner",
        "deny staff/* read posts price",
        "allow role:editor update plans",
    ]);
    let _ = house
        .app
        .patch("/api/collections/users")
        .root()
        .json(&json!({"listRule": null, "viewRule": null, "createRule": null}))
        .expect(200);
    let page = see("/api/collections");
    assert_eq!(names(&page), ["posts"], "{page}");
    assert_eq!(page["totalItems"], json!(page["items"].as_array().map_or(0, Vec::len)));
    let posts = see("/api/collections/posts");
    assert!(page["items"].as_array().is_some_and(|items| items.contains(&posts)), "{page}");
    let keys: Vec<&String> = posts.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["actions", "fields", "id", "name", "system", "type"]);
    let fields: Vec<&str> = posts["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    // What is hidden stays hidden, what no line reaches is not there.
    assert_eq!(fields, ["id", "title", "price"]);
    let reads = json!(["id", "title"]);
    let actions = json!({"list": reads, "view": reads, "update": ["id", "price"]});
    assert_eq!(posts["actions"], actions);
    // Filters and pages are those of every list, over what is shown.
    for (query, expected, total) in [
        ("filter=name='posts'", &["posts"][..], 1),
        ("filter=name='plans'", &[], 0),
        ("filter=system=false&perPage=1&page=2", &[], 1),
        ("filter=name='posts'&skipTotal=1", &["posts"], -1),
    ] {
        let page = see(&format!("/api/collections?{query}"));
        assert_eq!(names(&page), expected, "{query}");
        assert_eq!(page["totalItems"], json!(total), "{query}");
    }
    let _ = house.as_ann("/api/collections?filter=listRule!=''").expect(400);
    let _ = house.as_ann("/api/collections/plans").expect(404);
    // Whoever may see definitions sees them whole, with what the account may do.
    house.lines(&["allow role:editor read @console/collections", "allow role:editor delete plans"]);
    let plans = see("/api/collections/plans");
    assert_eq!(plans["actions"], json!({"delete": []}));
    assert!(plans["indexes"].is_array(), "{plans}");
    house.lines(&["allow role:editor write @console/collections"]);
    let _ = house.app.patch("/api/collections/plans").bearer(&house.ann).json(&plans).expect(200);
}

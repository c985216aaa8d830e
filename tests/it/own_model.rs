//! A Casbin model of the operator's own decides which policies match.

use purlin_tests::{Home, TestApp};
use serde_json::json;

const SHIPPED: &str = include_str!("../../config/rbac_model.conf");

/// The folder with the shipped model and this change in it; the path of the model.
fn model(home: &Home, change: impl Fn(&str) -> String) -> String {
    let path = home.root().join("model.conf");
    let changed = change(SHIPPED);
    assert_ne!(changed, SHIPPED, "the change changes nothing");
    std::fs::write(&path, changed).expect("a folder to write into");
    path.display().to_string()
}

#[test]
fn it_decides_from_one_request_to_the_next() {
    let home = Home::new();
    // Who has the role everybody is everybody.
    let path = model(&home, |text| {
        text.replace(r#"(p.sub == "*""#, r#"(p.sub == "role:everybody" || p.sub == "*""#)
    });
    let app = TestApp::at(home, &["--casbin-model", &path]);
    let collection = json!({"name": "posts", "type": "base",
        "fields": [{"name": "title", "type": "text"}, {"name": "body", "type": "text"}]});
    app.post("/api/collections").root().json(&collection).expect(200);
    let records = "/api/collections/posts/records";
    let post = json!({"title": "a", "body": "b"});
    let id = app.post(records).root().json(&post).expect(200).text("/id");
    let one = format!("{records}/{id}");
    app.get(&one).expect(403);
    let policies = "/api/collections/_policies/records";
    let line = |subject: &str, effect: &str, fields: &[&str]| {
        json!({"subject": subject, "object": "posts", "action": "read", "effect": effect,
            "fields": fields})
    };
    let make =
        |line: serde_json::Value| app.post(policies).root().json(&line).expect(200).text("/id");
    make(line("role:nobody", "allow", &[]));
    app.get(&one).expect(403);
    let everybody = make(line("role:everybody", "allow", &[]));
    app.get(&one).expect(200).has(r#""body":"b""#);
    app.get(records).expect(200).has(r#""totalItems":1"#);
    let denied = make(line("role:everybody", "deny", &["body"]));
    app.get(&one).expect(200).has(r#""title":"a""#).lacks("body");
    app.delete(&format!("{policies}/{denied}")).root().expect(204);
    app.get(&one).expect(200).has(r#""body":"b""#);
    app.delete(&format!("{policies}/{everybody}")).root().expect(204);
    app.get(&one).expect(403);
}

#[test]
fn one_that_cannot_decide_is_refused_at_start() {
    let home = Home::new();
    let path = model(&home, |text| text.replace("g(r.sub", "reaches(r.sub"));
    let config = home.root().join("purlin.toml");
    let text = format!("[authorization]\nmodel = {path:?}\n");
    std::fs::write(&config, text).expect("a folder to write into");
    let config = config.display().to_string();
    for (args, why) in [
        (["--casbin-model", "nowhere.conf"], "nowhere.conf cannot be read"),
        (["--casbin-model", &path], "Function not found: reaches"),
        (["--config", &config], "Function not found: reaches"),
    ] {
        let args = ["serve", "--http", "127.0.0.1:0", args[0], args[1]];
        let ended = home.run(&args, "");
        assert!(!ended.success, "{args:?}");
        assert_eq!(ended.err.trim_end().lines().count(), 1, "{args:?}: {}", ended.err);
        assert!(ended.err.starts_with("purlin: authorization.model: "), "{}", ended.err);
        assert!(ended.err.contains(why), "{args:?}: {}", ended.err);
    }
}

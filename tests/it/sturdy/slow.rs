//! Queries that do not end.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use purlin_tests::{Backend, Home, ROOT, TestApp, together};
use serde_json::json;

/// A view query that ends at once while there are no users, and never once there is one.
fn endless() -> String {
    let hours = r#"{"$set": {"n": {"$range": [0, 100000]}}}, {"$unwind": "$n"}"#;
    match Backend::chosen() {
        Backend::Sqlite | Backend::Postgres => {
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n \
             WHERE EXISTS (SELECT 1 FROM users)) SELECT 'a' AS id, max(x) AS most FROM n"
                .to_owned()
        }
        // A recursion ends after a thousand rounds there.
        Backend::Mysql => "SELECT 'a' AS id, sum(sleep(1000)) AS most FROM users".to_owned(),
        Backend::Mongodb => format!(
            r#"{{"from": "users", "pipeline": [{hours}, {hours}, {hours},
                {{"$group": {{"_id": "a", "most": {{"$max": "$n"}}}}}}]}}"#
        ),
    }
}

#[test]
fn an_endless_query_ends_and_keeps_nobody_waiting() {
    let home = Home::new();
    let config = home.root().join("purlin.toml");
    fs::write(&config, "[database]\nquery_timeout_seconds = 6\n").expect("a configuration");
    assert!(home.run(&["superuser", "upsert", ROOT.0, ROOT.1], "").success);
    let mut app = TestApp::without_superuser(home, &["--config", &config.display().to_string()]);
    app.sign_in();
    let view = json!({"name": "endless", "type": "view", "viewQuery": endless(), "listRule": "", "viewRule": ""});
    app.post("/api/collections").root().json(&view).expect(200);
    let user = json!({"email": "a@b.co", "password": "12345678", "passwordConfirm": "12345678"});
    app.post("/api/collections/users/records").root().json(&user).expect(200);
    let ended = AtomicUsize::new(0);
    together(6, |number| {
        let target = match number {
            0 => {
                others_are_served(&app, &ended);
                return;
            }
            1 => {
                let dry_run = app.post("/api/collections/meta/dry-run-view").root();
                dry_run.json(&json!({"query": endless()})).expect(400);
                ended.fetch_add(1, Ordering::SeqCst);
                return;
            }
            2 => "/api/collections/endless/records/a",
            _ => "/api/collections/endless/records",
        };
        app.get(target).expect(400);
        ended.fetch_add(1, Ordering::SeqCst);
    });
}

fn others_are_served(app: &TestApp, ended: &AtomicUsize) {
    for _ in 0..2 {
        app.get("/api/collections/users/records").root().expect(200);
        app.post("/api/collections").root().json(&json!({"name": "x y"})).expect(400);
        app.patch("/api/settings").root().json(&json!({})).expect(200);
    }
    assert_eq!(ended.load(Ordering::SeqCst), 0, "others waited for the slow ones");
}

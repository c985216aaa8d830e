//! Collections, settings and logs.

use std::time::{Duration, Instant};

use purlin_sdk::{Collection, CollectionType, Field, Method, filter};
use serde_json::json;

use crate::server::{TestServer, create_tasks};

#[tokio::test]
async fn collections_are_made_changed_moved_and_dropped() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let collections = superuser.collections();
    let tasks = create_tasks(&superuser).await;
    assert_eq!(tasks.collection_type, CollectionType::Base);
    assert_eq!((tasks.list_rule.as_deref(), tasks.fields.len()), (Some(""), 8));

    superuser.collection("tasks").create(&json!({"title": "kept"})).await.expect("created");
    let mut changed = tasks.clone();
    changed.name = "todos".into();
    changed.delete_rule = None;
    if let Some(title) = changed.fields.iter_mut().find(|field| field.name == "title") {
        title.name = "headline".into();
    }
    changed = changed.field(Field::json("extra")).index("CREATE INDEX idx_h ON todos (headline)");
    let changed = collections.update("tasks", &changed).await.expect("updated");
    assert_eq!((changed.id.as_str(), changed.delete_rule), (tasks.id.as_str(), None));
    let kept = superuser.collection("todos").first().await.expect("read").expect("still there");
    assert_eq!(kept.text("headline"), "kept");

    let view = Collection::view("titles", "SELECT id, headline FROM todos").list_rule("");
    let view = collections.create(&view).await.expect("a view");
    assert!(view.fields.iter().any(|field| field.name == "headline" && field.field_type == "text"));
    assert_eq!(server.guest().collection("titles").list().await.expect("a list").items.len(), 1);

    let exported = collections.full_list().sort("created").await.expect("all");
    let other_server = TestServer::start().await;
    let other = other_server.superuser().await;
    other.collections().import(&exported, false).await.expect("imported");
    let moved = other.collections().one("todos").await.expect("moved");
    assert_eq!((moved.id, moved.indexes.len()), (tasks.id, 1));

    let named = filter!("name = {:name}", name = "titles");
    assert!(collections.first().filter(named).await.expect("read").is_some());
    collections.delete("titles").await.expect("deleted");
    collections.truncate("todos").await.expect("truncated");
    assert_eq!(superuser.collection("todos").list().await.expect("a list").total_items, Some(0));
    assert!(collections.one("titles").await.expect_err("gone").is_not_found());
}

#[tokio::test]
async fn mistakes_in_a_collection_are_found_by_path() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let wrong = Collection::base("wrong").field(Field::text("ok")).field(Field::text("not ok"));
    let error = superuser.collections().create(&wrong).await.expect_err("a bad name");
    assert!(error.is_bad_request());
    let fields: Vec<_> = error.api().expect("an answer").fields.keys().collect();
    assert!(
        fields.iter().any(|path| path.starts_with("fields.") && path.ends_with(".name")),
        "{fields:?}"
    );

    let guest = server.guest().collections().list().await.expect_err("guests may not");
    assert!(guest.is_unauthorized());
}

#[tokio::test]
async fn scaffolds_settings_health_and_any_endpoint() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let scaffolds = superuser.collections().scaffolds().await.expect("scaffolds");
    assert_eq!(scaffolds.auth.collection_type, CollectionType::Auth);
    assert!(scaffolds.auth.options.contains_key("passwordAuth"));

    let change = json!({"meta": {"appName": "Tested"}});
    let settings = superuser.settings().update(&change).await.expect("updated");
    assert_eq!(settings["meta"]["appName"], "Tested");
    assert_eq!(superuser.settings().view().await.expect("read"), settings);

    assert_eq!(server.guest().health().await.expect("healthy").code, 200);
    let health = superuser.call(Method::GET, "/health").query("fields", "code").await;
    assert_eq!(health.expect("healthy"), json!({"code": 200}));
}

#[tokio::test]
async fn logs_appear_and_can_be_cleared() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let logs = superuser.logs();
    // The server writes its log in batches, some seconds late.
    let deadline = Instant::now() + Duration::from_secs(30);
    let entry = loop {
        let page = logs.list().filter("message ~ 'auth-with-password'").await.expect("a list");
        if let Some(entry) = page.into_iter().next() {
            break entry;
        }
        assert!(Instant::now() < deadline, "no log entry in 30 s");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(entry.data["status"], 200);
    assert_eq!(logs.one(&entry.id).await.expect("viewed"), entry);
    let hours = logs.stats(filter!("level = {:level}", level = 0)).await.expect("counted");
    assert!(hours.iter().map(|hour| hour.total).sum::<u64>() > 0);
    logs.clear().await.expect("cleared");
    assert!(logs.one(&entry.id).await.expect_err("gone").is_not_found());
}

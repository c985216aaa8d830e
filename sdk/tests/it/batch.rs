//! All or nothing.

use purlin_sdk::FilePart;
use serde_json::json;

use crate::server::{TestServer, create_tasks};

#[tokio::test]
async fn a_batch_writes_everything_in_order() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    create_tasks(&superuser).await;
    superuser.settings().update(&json!({"batch": {"enabled": true}})).await.expect("enabled");
    let client = server.guest();
    let tasks = client.collection("tasks");
    let old = tasks.create(&json!({"title": "old", "votes": 1})).await.expect("created");

    let results = client
        .batch()
        .with(tasks.create(&json!({"title": "12", "done": true})).fields("title,done"))
        .with(tasks.upsert(&json!({"id": "aaaaaaaaaaaaaaa", "title": "new"})))
        .with(tasks.upsert(&json!({"id": "aaaaaaaaaaaaaaa", "title": "newer"})))
        .with(tasks.update(old.id(), &json!({"votes+": 4})))
        .with(tasks.delete(old.id()))
        .await
        .expect("a batch");

    assert_eq!(results.iter().map(|r| r.status).collect::<Vec<_>>(), [200, 200, 200, 200, 204]);
    assert_eq!(results[0].body, json!({"title": "12", "done": true}));
    assert_eq!(results[2].record().expect("a record").text("title"), "newer");
    assert_eq!(results[3].record().expect("a record").number("votes"), 5.0);
    assert!(results[4].record().is_err());
    assert_eq!(tasks.list().await.expect("a list").total_items, Some(2));
}

#[tokio::test]
async fn one_failure_undoes_all_and_is_named() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    create_tasks(&superuser).await;
    let client = server.guest();
    let tasks = client.collection("tasks");

    let refused = client.batch().with(tasks.create(&json!({"title": "x"}))).await;
    assert!(refused.expect_err("batches are off by default").is_forbidden());

    superuser.settings().update(&json!({"batch": {"enabled": true}})).await.expect("enabled");
    let error = client
        .batch()
        .with(tasks.create(&json!({"title": "fine"})))
        .with(tasks.create(&json!({"title": ""})))
        .await
        .expect_err("the second is refused");
    let failed: Vec<_> = error.api().expect("an answer").failed_requests().collect();
    assert_eq!(failed.len(), 1);
    let (place, answer) = failed[0];
    assert_eq!((place, answer.status), (1, 400));
    assert_eq!(answer.field("title").map(|e| e.code.as_str()), Some("validation_required"));
    assert_eq!(tasks.list().await.expect("a list").total_items, Some(0));
}

#[tokio::test]
async fn a_mistake_in_a_part_is_found_before_sending() {
    let client = purlin_sdk::Client::new("http://127.0.0.1:1").expect("a client");
    let tasks = client.collection("tasks");
    let batch = client
        .batch()
        .with(tasks.create(&json!({"title": "x"})).file("f", FilePart::bytes("a", "b")))
        .with(tasks.update("", &json!({})));
    assert_eq!(batch.len(), 2);
    let error = batch.await.expect_err("an empty id");
    assert!(error.to_string().contains("write 1 of the batch"), "{error}");
}

//! Uploads: the server does not keep files yet, and says so at the field instead of losing them.

use purlin_sdk::{Collection, Error, Field, FilePart};
use serde_json::json;

use crate::server::TestServer;

#[tokio::test]
async fn an_upload_is_refused_at_its_field_and_nothing_is_kept() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let definition = Collection::base("notes")
        .field(Field::text("title"))
        .field(Field::file("files").max_select(5));
    superuser.collections().create(&definition).await.expect("notes");
    superuser.settings().update(&json!({"batch": {"enabled": true}})).await.expect("enabled");
    let notes = superuser.collection("notes");

    let refused = notes
        .create(&json!({"title": "12"}))
        .file("files", FilePart::bytes("one.txt", "1"))
        .await
        .expect_err("files are not kept");
    let code = refused.field("files").map(|fault| fault.code.as_str());
    assert_eq!(code, Some("validation_invalid_file"), "{refused}");

    let batch = superuser
        .batch()
        .with(notes.create(&json!({"title": "a"})))
        .with(notes.create(&json!({"title": "b"})).file("files", FilePart::bytes("b.txt", "b")))
        .await
        .expect_err("one request of the batch has a file");
    assert!(matches!(batch, Error::Api(_)), "{batch}");
    assert_eq!(notes.full_list().await.expect("a list").len(), 0);
}

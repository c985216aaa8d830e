//! Uploads, against a server that stores files.

use purlin_sdk::{Collection, Field, FilePart};
use serde_json::json;

use crate::server::TestServer;

#[tokio::test]
#[ignore = "needs a server that stores the bytes of file fields"]
async fn files_are_uploaded_appended_and_batched() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let notes = Collection::base("notes")
        .field(Field::text("title"))
        .field(Field::file("files").max_select(5));
    superuser.collections().create(&notes).await.expect("notes");
    superuser.settings().update(&json!({"batch": {"enabled": true}})).await.expect("enabled");

    let notes = superuser.collection("notes");
    let note = notes
        .create(&json!({"title": "12"}))
        .file("files", FilePart::bytes("one.txt", "1"))
        .file("files", FilePart::bytes("two.txt", "2"))
        .await
        .expect("created");
    assert_eq!((note.text("title"), note.texts("files").len()), ("12", 2));

    let note = notes
        .update(note.id(), &json!({"files-": note.texts("files")[0]}))
        .file("files+", FilePart::bytes("three.txt", "3"))
        .await
        .expect("updated");
    let names = note.texts("files");
    assert!(
        names.len() == 2 && names[0].starts_with("two_") && names[1].starts_with("three_"),
        "{names:?}"
    );

    let results = superuser
        .batch()
        .with(notes.create(&json!({"title": "a"})))
        .with(notes.create(&json!({"title": "b"})).file("files", FilePart::bytes("b.txt", "b")))
        .await
        .expect("a batch");
    assert_eq!(results[0].record().expect("a record").texts("files").len(), 0);
    assert_eq!(results[1].record().expect("a record").texts("files").len(), 1);
}

//! The examples do what they say.

use crate::server::{EMAIL, PASSWORD, TestServer};

#[path = "../../examples/quickstart.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod quickstart;
#[path = "../../examples/session_file.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod session_file;
#[path = "../../examples/todo.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod todo;

#[tokio::test]
async fn quickstart_runs_twice() {
    let server = TestServer::start().await;
    for _ in 0..2 {
        quickstart::run(&server.url, EMAIL, PASSWORD).await.expect("the example runs");
    }
}

#[tokio::test]
async fn todo_keeps_a_list() {
    let server = TestServer::start().await;
    let client = server.superuser().await;
    todo::prepare(&client).await.expect("prepared");
    for command in [&["add", "Buy milk"][..], &["add", "it's \"quoted\""], &["list"]] {
        let command: Vec<String> = command.iter().map(|&word| word.to_owned()).collect();
        todo::run(&client, &command).await.expect("a command");
    }
    let done = ["done".to_owned(), "it's \"quoted\"".to_owned()];
    assert_eq!(todo::run(&client, &done).await.expect("done"), "1 done");
    let open = todo::run(&client, &["list".to_owned()]).await.expect("a list");
    assert!(open.contains("Buy milk") && !open.contains("quoted"), "{open}");
    let clear = todo::run(&client, &["clear".to_owned()]).await.expect("cleared");
    assert_eq!(clear, "1 removed");
    let wrong = todo::run(&client, &["add".to_owned(), String::new()]).await.expect("answered");
    assert_eq!(wrong, "title: Cannot be blank.");
}

#[tokio::test]
async fn a_session_file_saves_the_password() {
    let server = TestServer::start().await;
    let file = std::env::temp_dir().join(format!("purlin-session-{}.json", std::process::id()));
    let first = session_file::run(&server.url, &file, Some((EMAIL, PASSWORD))).await;
    let second = session_file::run(&server.url, &file, None).await;
    std::fs::remove_file(&file).expect("removed");
    assert_eq!(first.expect("signed in"), EMAIL);
    assert_eq!(second.expect("still signed in"), EMAIL);
}

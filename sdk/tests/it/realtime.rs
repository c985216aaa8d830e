//! Subscriptions, with a real server.

use std::time::Duration;

use purlin_sdk::{Action, Client, Error, Message, Method, Record, Subscription, filter};
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::server::{EMAIL, PASSWORD, TestServer, create_tasks};

#[path = "../../examples/chat.rs"]
#[allow(dead_code, reason = "its `main` is for people")]
mod chat;

const SOON: Duration = Duration::from_secs(20);

/// The next message in short: `Create Milk`, `gap`.
async fn heard(subscription: &mut Subscription<Record>) -> String {
    match timeout(SOON, subscription.next()).await.expect("a message in time") {
        Some(Ok(Message::Event(event))) => {
            format!("{:?} {}", event.action, event.record.text("title"))
        }
        Some(Ok(Message::Gap)) => "gap".into(),
        Some(Err(error)) => error.to_string(),
        None => "end".into(),
    }
}

async fn task(client: &Client, title: &str) -> Record {
    client.collection("tasks").create(&json!({"title": title})).await.expect("created")
}

#[tokio::test]
async fn changes_are_heard_as_asked_for() {
    let server = TestServer::start().await;
    create_tasks(&server.superuser().await).await;
    let (writer, client) = (server.guest(), server.guest());
    let tasks = client.collection("tasks");
    let before = task(&writer, "Before").await;

    let mut all = tasks.subscribe().await.expect("accepted");
    let mut one = tasks.subscribe_one(before.id()).await.expect("accepted");
    let quoted = filter!("title ~ {:word} && votes >= 0", word = "it's \"milk\" & 50%");
    let call = tasks.subscribe().filter(quoted).fields("id,title").header("X-Test", "ä, b");
    let mut some = call.await.expect("accepted");

    task(&writer, "Bread").await;
    let milk = task(&writer, "it's \"milk\" & 50%").await;
    writer.collection("tasks").update(before.id(), &json!({"title": "Now"})).await.expect("done");
    writer.collection("tasks").delete(milk.id()).await.expect("deleted");

    for expected in
        ["Create Bread", "Create it's \"milk\" & 50%", "Update Now", "Delete it's \"milk\" & 50%"]
    {
        assert_eq!(heard(&mut all).await, expected);
    }
    assert_eq!(heard(&mut one).await, "Update Now");
    let Some(Ok(Message::Event(event))) = some.next().await else { panic!("an event") };
    assert_eq!((event.action, &*event.topic), (Action::Create, "tasks/*"));
    let mut fields: Vec<_> = event.record.fields().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["id", "title"]);
    assert_eq!(heard(&mut some).await, "Delete it's \"milk\" & 50%");

    drop(all);
    task(&writer, "it's \"milk\" & 50% again").await;
    assert_eq!(heard(&mut some).await, "Create it's \"milk\" & 50% again");
}

#[tokio::test]
async fn records_are_read_as_types() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Task {
        title: String,
        votes: u32,
    }
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    create_tasks(&superuser).await;
    let mut tasks =
        superuser.collection("tasks").typed::<Task>().subscribe().await.expect("accepted");
    let create = json!({"title": "Milk", "votes": 2});
    superuser.collection("tasks").create(&create).await.expect("created");
    let Some(Ok(Message::Event(event))) = tasks.next().await else { panic!("an event") };
    assert_eq!(event.record, Task { title: "Milk".into(), votes: 2 });
    // Does not fit, and the next does.
    superuser.collection("tasks").create(&json!({"title": "a", "votes": -1})).await.expect("made");
    task(&superuser, "b").await;
    assert!(matches!(tasks.next().await, Some(Err(Error::Decode { .. }))));
    assert!(matches!(tasks.next().await, Some(Ok(Message::Event(e))) if e.record.title == "b"));
}

#[tokio::test]
async fn who_is_signed_in_decides() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let tasks = create_tasks(&superuser).await.list_rule("@request.auth.id != ''");
    superuser.collections().update("tasks", &tasks).await.expect("a rule");
    let client = server.guest();
    let mut heard_tasks = client.collection("tasks").subscribe().await.expect("accepted");
    task(&superuser, "Unheard").await;
    client.collection("_superusers").auth_with_password(EMAIL, PASSWORD).await.expect("signed in");
    // The server hears of the sign-in a moment later; from then on everything is told.
    let first = timeout(SOON, async {
        loop {
            task(&superuser, "Heard").await;
            let soon = Duration::from_millis(100);
            if let Ok(message) = timeout(soon, heard_tasks.next()).await {
                return message;
            }
        }
    });
    let Some(Ok(Message::Event(event))) = first.await.expect("in time") else { panic!("no event") };
    assert_eq!(event.record.text("title"), "Heard");
}

/// The server is killed and started again: what was written meanwhile is heard, or a gap says so.
#[tokio::test]
async fn a_restart_is_survived() {
    let mut server = TestServer::start().await;
    create_tasks(&server.superuser().await).await;
    let (client, writer) = (server.guest(), server.guest());
    let mut tasks = client.collection("tasks").subscribe().await.expect("accepted");
    task(&writer, "Before").await;
    assert_eq!(heard(&mut tasks).await, "Create Before");
    server.restart().await;
    task(&writer, "After").await;
    let mut said = Vec::new();
    while said.last().is_none_or(|last| last != "gap" && last != "Create After") {
        said.push(heard(&mut tasks).await);
    }
    // After a gap the subscription is in force again.
    task(&writer, "Later").await;
    while said.last().is_none_or(|last| last != "Create Later") {
        said.push(heard(&mut tasks).await);
    }
    assert!(said.iter().all(|word| word != "Create Before"), "{said:?}");
    if resumes(&server).await {
        assert_eq!(
            said,
            ["Create After", "Create Later"],
            "nothing is missed, nothing comes twice"
        );
    }
}

/// Whether the server remembers what happened while a client was away: Purlin does, a stock server
/// does not.
async fn resumes(server: &TestServer) -> bool {
    server.guest().call(Method::GET, "nodes").await.is_err_and(|error| !error.is_not_found())
}

#[tokio::test]
async fn the_chat_goes_on_when_the_server_restarts() {
    let mut server = TestServer::start().await;
    for _ in 0..2 {
        chat::prepare(&server.url, EMAIL, PASSWORD).await.expect("prepared");
    }
    let (ada, mut seen_by_ada) = join(&server, "Ada");
    let _ = ada.send("Hello".into());
    assert_eq!(seen(&mut seen_by_ada).await, "Ada: Hello");
    let (bob, mut seen_by_bob) = join(&server, "Bob");
    assert_eq!(seen(&mut seen_by_bob).await, "Ada: Hello");
    let _ = bob.send("Good morning".into());
    for seen_by in [&mut seen_by_ada, &mut seen_by_bob] {
        assert_eq!(seen(seen_by).await, "Bob: Good morning");
    }
    server.restart().await;
    let _ = bob.send("Still here?".into());
    for seen_by in [&mut seen_by_ada, &mut seen_by_bob] {
        assert_eq!(seen(seen_by).await, "Bob: Still here?");
    }
}

fn join(
    server: &TestServer,
    name: &'static str,
) -> (mpsc::UnboundedSender<String>, mpsc::UnboundedReceiver<String>) {
    let (say, said) = mpsc::unbounded_channel();
    let (show, shown) = mpsc::unbounded_channel();
    let url = server.url.clone();
    tokio::spawn(async move {
        let show = |line: &str| drop(show.send(line.to_owned()));
        chat::chat(&url, name, said, show).await.expect("the chat goes on")
    });
    (say, shown)
}

async fn seen(shown: &mut mpsc::UnboundedReceiver<String>) -> String {
    timeout(SOON, shown.recv()).await.expect("a line in time").expect("the chat runs")
}

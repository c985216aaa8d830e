//! Reading and writing records, typed and dynamic.

use purlin_sdk::{DateTime, Field, filter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::server::{TestServer, create_tasks};

#[derive(Debug, Serialize, Deserialize)]
struct Task {
    #[serde(skip_serializing)]
    id: String,
    title: String,
    votes: i64,
    done: bool,
    tags: Vec<String>,
    #[serde(with = "purlin_sdk::datetime::optional")]
    due: Option<DateTime>,
}

#[tokio::test]
async fn typed_records_live_and_die() {
    let server = TestServer::start().await;
    create_tasks(&server.superuser().await).await;
    let tasks = server.guest().collection("tasks").typed::<Task>();

    let due = DateTime::from_unix_millis(1_700_000_000_123);
    let new = Task {
        id: String::new(),
        title: "Buy \"milk\" & <bread> ✓".into(),
        votes: 3,
        done: false,
        tags: vec!["home".into(), "fun".into()],
        due: Some(due),
    };
    let made = tasks.create(&new).await.expect("created");
    assert_eq!((made.title.as_str(), made.votes, made.due), (new.title.as_str(), 3, Some(due)));
    assert_eq!(made.tags, new.tags);

    let changed = tasks
        .update(&made.id, &json!({"votes+": 2, "tags-": "fun", "due": null}))
        .await
        .expect("updated");
    assert_eq!((changed.votes, changed.tags, changed.due), (5, vec!["home".to_owned()], None));

    assert_eq!(tasks.one(&made.id).await.expect("viewed").votes, 5);
    tasks.delete(&made.id).await.expect("deleted");
    assert!(tasks.one(&made.id).await.expect_err("gone").is_not_found());
}

#[tokio::test]
async fn lists_page_sort_filter_and_project() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    create_tasks(&superuser).await;
    let tasks = server.guest().collection("tasks");
    for votes in 0..7 {
        let body =
            json!({"title": format!("task {votes}"), "votes": votes, "done": votes % 2 == 0});
        tasks.create(&body).await.expect("created");
    }

    let page = tasks.list().sort("-votes").per_page(3).page(2).await.expect("a page");
    assert_eq!(numbers(&page.items), [3.0, 2.0, 1.0]);
    assert_eq!((page.page, page.per_page), (2, 3));
    assert_eq!((page.total_items, page.total_pages), (Some(7), Some(3)));

    let page = tasks.list().page(9).skip_total().await.expect("an empty page");
    assert!(page.items.is_empty() && page.total_items.is_none() && page.total_pages.is_none());

    let min = 2;
    let done = filter!("votes >= {:min} && done = {:done}", min, done = true);
    let all = tasks.full_list().filter(&done).sort("votes").per_page(2).await.expect("all");
    assert_eq!(numbers(&all), [2.0, 4.0, 6.0]);
    let all = tasks.full_list().per_page(7).await.expect("exactly one full page");
    assert_eq!(all.len(), 7);

    let first = tasks.first().filter(done).sort("-votes").fields("id,votes").await.expect("read");
    let first = first.expect("a match");
    assert_eq!((first.number("votes"), first.fields().len()), (6.0, 2));
    let none = tasks.first().filter("votes > 100").await.expect("read");
    assert_eq!(none, None);
}

#[tokio::test]
async fn relations_expand() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let tasks = create_tasks(&superuser).await;
    let notes = purlin_sdk::Collection::base("notes")
        .field(Field::text("text"))
        .field(Field::relation("task", &tasks.id))
        .field(Field::relation("others", &tasks.id).max_select(5));
    superuser.collections().create(&notes).await.expect("notes are created");

    let mut ids = Vec::new();
    for title in ["a", "b", "c"] {
        let task = superuser.collection("tasks").create(&json!({"title": title})).await;
        ids.push(task.expect("created").id().to_owned());
    }
    let note = superuser
        .collection("notes")
        .create(&json!({"text": "n", "task": ids[0], "others": [ids[2], ids[1]]}))
        .expand("task,others")
        .await
        .expect("created");
    let titles = |relation| {
        note.expanded(relation).iter().map(|r| r.text("title").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (titles("task"), titles("others")),
        (vec!["a".into()], vec!["c".into(), "b".into()])
    );
    assert_eq!(note.texts("others").len(), 2);

    let task = superuser.collection("tasks").one(&ids[0]).expand("notes_via_task").await;
    assert_eq!(task.expect("viewed").expanded("notes_via_task")[0].id(), note.id());
}

fn numbers(records: &[purlin_sdk::Record]) -> Vec<f64> {
    records.iter().map(|record| record.number("votes")).collect()
}

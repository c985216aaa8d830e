//! Escaped values mean to the server exactly what they meant to the program.

use purlin_sdk::filter::contains;
use purlin_sdk::{DateTime, filter};
use serde_json::json;

use crate::server::{TestServer, create_tasks};

/// Texts that would end a literal early, or change on the way, if they were not escaped.
const NASTY: &[&str] = &[
    "plain",
    "it's",
    "say \"hi\"",
    "'both' \"kinds\"",
    "back\\slash",
    "tail\\",
    "\\",
    "\\\\",
    "\\\"",
    "\\'",
    "\\n is not a newline",
    "line\nbreak",
    "tab\tand\rreturn",
    "\" || 1 = 1 || title = \"",
    "' || 1 = 1 || title = '",
    "x\" // comment",
    "{:title}",
    "100% _sure_",
    "%",
    "_",
    "\\%",
    "@now",
    "null",
    "true",
    "12.50",
    "ünïcödé 漢字 🦀",
    "\u{2028}\u{a0}\u{1}",
    "\\u0041",
    "a=b&c+d#e?f%20g",
];

#[tokio::test]
async fn every_text_finds_itself_and_nothing_else() {
    let server = TestServer::start().await;
    create_tasks(&server.superuser().await).await;
    let tasks = server.guest().collection("tasks");
    for title in NASTY {
        tasks.create(&json!({"title": title})).await.expect("created");
    }
    for title in NASTY {
        let found = tasks.full_list().filter(filter!("title = {:title}", title)).await;
        let found = found.unwrap_or_else(|error| panic!("{title:?}: {error}"));
        let titles: Vec<_> = found.iter().map(|record| record.text("title")).collect();
        assert_eq!(titles, [*title]);
    }
    for typed in NASTY {
        let found = tasks.full_list().filter(filter!("title ~ {:t}", t = contains(typed))).await;
        let found = found.unwrap_or_else(|error| panic!("{typed:?}: {error}"));
        let titles: Vec<_> = found.iter().map(|record| record.text("title")).collect();
        let expected: Vec<_> =
            NASTY.iter().copied().filter(|title| title.contains(typed)).collect();
        assert_eq!(titles, expected, "containing {typed:?}");
    }
}

#[tokio::test]
async fn numbers_booleans_dates_and_options_compare() {
    let server = TestServer::start().await;
    create_tasks(&server.superuser().await).await;
    let tasks = server.guest().collection("tasks");
    let due = DateTime::from_unix_millis(1_700_000_000_123);
    tasks
        .create(&json!({"title": "a", "votes": -1.5, "done": true, "due": due}))
        .await
        .expect("created");
    tasks.create(&json!({"title": "b", "votes": 1e21})).await.expect("created");

    for (filter, titles) in [
        (filter!("votes = {:n}", n = -1.5), vec!["a"]),
        (filter!("votes >= {:n}", n = 1e21), vec!["b"]),
        (filter!("votes < {:n}", n = 0_u8), vec!["a"]),
        (filter!("done = {:yes}", yes = true), vec!["a"]),
        (filter!("due = {:due}", due), vec!["a"]),
        (filter!("due = {:none}", none = None::<DateTime>), vec!["b"]),
        (filter!("due = {:due}", due = std::time::SystemTime::from(due)), vec!["a"]),
        (filter!("title = {:t}", t = "a").or(filter!("title = {:t}", t = "b")), vec!["a", "b"]),
        (filter!("title = {:t}", t = "a").and("done = false"), vec![]),
    ] {
        let found = tasks.full_list().filter(&filter).await.expect("a list");
        let found: Vec<_> = found.iter().map(|record| record.text("title")).collect();
        assert_eq!(found, titles, "{filter}");
    }
}

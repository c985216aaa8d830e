//! A to-do list for the command line.
//!
//! ```sh
//! export PURLIN_URL=http://127.0.0.1:8090 PURLIN_EMAIL=… PURLIN_PASSWORD=…   # a superuser's
//! cargo run -p purlin-sdk --example todo -- add "Buy milk"
//! cargo run -p purlin-sdk --example todo -- list
//! cargo run -p purlin-sdk --example todo -- done milk
//! cargo run -p purlin-sdk --example todo -- clear
//! ```
#![allow(clippy::print_stdout, reason = "its output is for people")]

use std::process::ExitCode;

use purlin_sdk::filter::contains;
use purlin_sdk::{Client, Collection, Field, Result, filter};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Todo {
    id: String,
    title: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let command: Vec<String> = std::env::args().skip(1).collect();
    match sign_in_and_run(&command).await {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn sign_in_and_run(command: &[String]) -> Result<String> {
    let setting = |name| std::env::var(name).unwrap_or_default();
    let client = Client::new(&setting("PURLIN_URL"))?;
    client
        .collection("_superusers")
        .auth_with_password(&setting("PURLIN_EMAIL"), &setting("PURLIN_PASSWORD"))
        .await?;
    prepare(&client).await?;
    run(&client, command).await
}

/// Makes the collection on the first run.
pub(crate) async fn prepare(client: &Client) -> Result<()> {
    match client.collections().one("todos").await {
        Err(error) if error.is_not_found() => {}
        found => return found.map(drop),
    }
    let todos = Collection::base("todos")
        .field(Field::text("title").required())
        .field(Field::bool("done"))
        .field(Field::created("created"));
    client.collections().create(&todos).await.map(drop)
}

/// Carries out one command and says what happened.
pub(crate) async fn run(client: &Client, command: &[String]) -> Result<String> {
    let words: Vec<&str> = command.iter().map(String::as_str).collect();
    match words[..] {
        ["add", title] => add(client, title).await,
        ["list"] => list(client).await,
        ["done", text] => done(client, text).await,
        ["clear"] => clear(client).await,
        _ => Ok("usage: todo add TITLE | list | done TEXT | clear".into()),
    }
}

async fn add(client: &Client, title: &str) -> Result<String> {
    let added = client.collection("todos").create(&json!({"title": title})).await;
    match added {
        Ok(record) => Ok(format!("added {}", record.text("title"))),
        // What the server finds wrong with the title is the user's to mend.
        Err(error) => match error.field("title") {
            Some(wrong) => Ok(format!("title: {}", wrong.message)),
            None => Err(error),
        },
    }
}

async fn list(client: &Client) -> Result<String> {
    let todos = client.collection("todos").typed::<Todo>();
    let open = todos.full_list().filter("done = false").sort("created").await?;
    let lines: Vec<String> = open.iter().map(|todo| format!("- {}", todo.title)).collect();
    Ok(lines.join("\n"))
}

async fn done(client: &Client, text: &str) -> Result<String> {
    let todos = client.collection("todos").typed::<Todo>();
    let open = filter!("done = false && title ~ {:text}", text = contains(text));
    let matching = todos.full_list().filter(open).await?;
    for todo in &matching {
        todos.update(&todo.id, &json!({"done": true})).await?;
    }
    Ok(format!("{} done", matching.len()))
}

async fn clear(client: &Client) -> Result<String> {
    let todos = client.collection("todos").typed::<Todo>();
    let finished = todos.full_list().filter("done = true").fields("id,title").await?;
    for todo in &finished {
        todos.delete(&todo.id).await?;
    }
    Ok(format!("{} removed", finished.len()))
}

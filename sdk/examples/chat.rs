//! A chat for the terminal: what was said before, then what is said now. Start it in two terminals,
//! and restart the server in between: both go on.
//!
//! ```sh
//! # Once, with a superuser's email and password: makes the collection `chat`, open to everybody.
//! cargo run -p purlin-sdk --example chat -- http://127.0.0.1:8090 --prepare EMAIL PASSWORD
//! # Then as often as you like; every line you type is said.
//! cargo run -p purlin-sdk --example chat -- http://127.0.0.1:8090 Ada
//! ```
#![allow(clippy::print_stdout, reason = "its output is for people")]

use std::collections::HashSet;
use std::io::BufRead;
use std::process::ExitCode;

use purlin_sdk::{Action, Client, Collection, Field, Message, Records, Result};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;

/// How many lines of what was said before are shown.
const HISTORY: u32 = 20;

#[derive(Deserialize)]
struct Line {
    id: String,
    name: String,
    text: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        [url, "--prepare", email, password] => prepare(url, email, password).await,
        [url, name] => join(url, name).await,
        _ => {
            eprintln!("usage: chat URL NAME | chat URL --prepare EMAIL PASSWORD");
            return ExitCode::FAILURE;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes the collection, unless it is there.
pub(crate) async fn prepare(url: &str, email: &str, password: &str) -> Result<()> {
    let client = Client::new(url)?;
    client.collection("_superusers").auth_with_password(email, password).await?;
    match client.collections().one("chat").await {
        Err(error) if error.is_not_found() => {}
        found => return found.map(drop),
    }
    let chat = Collection::base("chat")
        .field(Field::text("name").required())
        .field(Field::text("text").required())
        .field(Field::created("created"))
        .list_rule("")
        .view_rule("")
        .create_rule("");
    client.collections().create(&chat).await.map(drop)
}

async fn join(url: &str, name: &str) -> Result<()> {
    let (said, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(std::io::Result::ok) {
            if said.send(line).is_err() {
                break;
            }
        }
    });
    chat(url, name, lines, |line| println!("{line}")).await
}

/// Says what comes in and shows what is said, until nothing more comes in.
pub(crate) async fn chat(
    url: &str,
    name: &str,
    mut lines: mpsc::UnboundedReceiver<String>,
    mut show: impl FnMut(&str),
) -> Result<()> {
    let chat = Client::new(url)?.collection("chat").typed::<Line>();
    // First listen, then load: what is said in between is heard twice, and shown once.
    let mut live = chat.subscribe().await?;
    let mut shown = HashSet::new();
    load(&chat, &mut shown, &mut show).await?;
    loop {
        tokio::select! {
            message = live.next() => match message {
                Some(Ok(Message::Event(event))) => {
                    let line = event.record;
                    if event.action == Action::Create && shown.insert(line.id) {
                        show(&format!("{}: {}", line.name, line.text));
                    }
                }
                // The server was away and cannot tell what was said meanwhile.
                Some(Ok(Message::Gap)) => load(&chat, &mut shown, &mut show).await?,
                Some(Err(error)) => return Err(error),
                None => return Ok(()),
            },
            line = lines.recv() => {
                let Some(text) = line else { return Ok(()) };
                // What cannot be said now may be said again; the chat goes on.
                if let Err(error) = chat.create(&json!({"name": name, "text": text})).await {
                    show(&format!("(not said: {error})"));
                }
            }
        }
    }
}

/// Shows the last lines, oldest first, but for those that are shown already.
async fn load(
    chat: &Records<Line>,
    shown: &mut HashSet<String>,
    show: &mut impl FnMut(&str),
) -> Result<()> {
    let page = chat.list().sort("-created,-@rowid").per_page(HISTORY).await?;
    for line in page.items.into_iter().rev() {
        if shown.insert(line.id) {
            show(&format!("{}: {}", line.name, line.text));
        }
    }
    Ok(())
}

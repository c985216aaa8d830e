//! The tour: sign in, define a collection, create, list with a filter, expand, batch.
//!
//! ```sh
//! cargo run -p purlin-sdk --example quickstart -- http://127.0.0.1:8090 EMAIL PASSWORD
//! ```
//!
//! The credentials are a superuser's; `PURLIN_URL`, `PURLIN_EMAIL` and `PURLIN_PASSWORD` work too.
#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::process::ExitCode;

use purlin_sdk::{Client, Collection, DateTime, Field, Result, filter};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What is sent to create a book.
#[derive(Serialize)]
struct NewBook<'a> {
    title: &'a str,
    pages: u32,
    author: &'a str,
}

/// What is read. A type needs only the fields it uses.
#[derive(Debug, Deserialize)]
struct Book {
    id: String,
    title: String,
    pages: u32,
    created: DateTime,
    #[serde(default)]
    expand: Relations,
}

#[derive(Debug, Default, Deserialize)]
struct Relations {
    author: Option<Author>,
}

#[derive(Debug, Deserialize)]
struct Author {
    name: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let setting = |place, name| std::env::args().nth(place).or_else(|| std::env::var(name).ok());
    let url = setting(1, "PURLIN_URL").unwrap_or_else(|| "http://127.0.0.1:8090".into());
    let email = setting(2, "PURLIN_EMAIL").unwrap_or_default();
    let password = setting(3, "PURLIN_PASSWORD").unwrap_or_default();
    match run(&url, &email, &password).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The whole tour. It cleans up behind itself.
pub(crate) async fn run(url: &str, email: &str, password: &str) -> Result<()> {
    let client = Client::new(url)?;
    client.collection("_superusers").auth_with_password(email, password).await?;
    println!("signed in as {email}");

    let authors = Collection::base("quickstart_authors").field(Field::text("name").required());
    let authors = client.collections().create(&authors).await?;
    let books = Collection::base("quickstart_books")
        .field(Field::text("title").required())
        .field(Field::number("pages"))
        .field(Field::relation("author", &authors.id))
        .field(Field::created("created"));
    let books = client.collections().create(&books).await?;

    let told = tour(&client).await;

    client.collections().delete(&books.name).await?;
    client.collections().delete(&authors.name).await?;
    told
}

async fn tour(client: &Client) -> Result<()> {
    let ursula = client.collection("quickstart_authors").create(&json!({"name": "Ursula"})).await?;
    let books = client.collection("quickstart_books").typed::<Book>();
    for (title, pages) in [("The \"Left\" Hand", 304), ("The Lathe", 184), ("Rocannon", 136)] {
        let book = books.create(&NewBook { title, pages, author: ursula.id() }).await?;
        println!("created {} at {}", book.title, book.created);
    }

    // Values go into filters through placeholders, never by `format!`.
    let word = "the \"";
    let page = books
        .list()
        .filter(filter!("title ~ {:word} && pages > {:min}", word, min = 100))
        .sort("-pages")
        .expand("author")
        .await?;
    for book in &page.items {
        let author = book.expand.author.as_ref().map_or("nobody", |author| author.name.as_str());
        println!("found {} by {author}, {} pages", book.title, book.pages);
    }

    // The server says which value is wrong, and why.
    if let Err(error) = books.create(&json!({"pages": 1})).await {
        match error.field("title") {
            Some(title) => println!("refused: title: {} [{}]", title.message, title.code),
            None => return Err(error),
        }
    }

    // All of a batch happens, or nothing. Batches have to be enabled.
    client.settings().update(&json!({"batch": {"enabled": true}})).await?;
    let mut batch = client.batch();
    for book in books.full_list().sort("title").await? {
        batch = batch.with(books.update(&book.id, &json!({"pages+": 1})));
    }
    println!("the batch changed {} books", batch.await?.len());
    Ok(())
}

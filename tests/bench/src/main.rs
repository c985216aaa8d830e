//! The yardstick: Purlin beside a hand-written axum handler that sends the same statements through
//! the bare driver, on the same tables of the same database.
//!
//! ```text
//! cargo run --release -p purlin-bench -- run --url postgres://postgres@127.0.0.1/bench --purlin target/release/purlin
//! cargo run --release -p purlin-bench -- bare --url … --http 127.0.0.1:8099
//! ```
//!
//! `run` starts both servers (pinned to core 1 where `taskset` is found; start it under
//! `taskset -c 0` itself), makes and fills the collection through Purlin, and lets them take turns:
//! W1 create, W2 get by id, W3 list the 30 newest of a room. It prints requests per second and the
//! ratio. The database must be empty; it is filled and left as it is.
//!
//! `realtime` measures how soon subscribers hear of writes: the top of `realtime.rs`.

#![allow(clippy::print_stdout, reason = "a command that prints its findings")]

mod bare;
mod client;
mod message;
mod realtime;
mod run;
mod servers;

use std::process::ExitCode;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What the command line says.
struct Asked {
    words: Vec<String>,
}

impl Asked {
    /// What follows `--name`.
    fn of(&self, name: &str) -> Option<&str> {
        let at = self.words.iter().position(|word| word.strip_prefix("--") == Some(name))?;
        self.words.get(at + 1).map(String::as_str)
    }

    fn needed(&self, name: &str) -> Result<&str, Failure> {
        self.of(name).ok_or_else(|| format!("--{name} is missing").into())
    }

    fn number(&self, name: &str, otherwise: u64) -> Result<u64, Failure> {
        self.of(name).map_or(Ok(otherwise), |text| {
            text.parse().map_err(|_| format!("--{name}: `{text}` is no number").into())
        })
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    // The drivers bring no provider of their own; a second call only answers that there is one.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let asked = Asked { words: std::env::args().skip(1).collect() };
    let done = match asked.words.first().map(String::as_str) {
        Some("bare") => bare::serve(&asked).await,
        Some("run") => run::run(&asked).await,
        Some("realtime") => realtime::run(&asked).await,
        _ => {
            Err("say `run`, `realtime` or `bare`; the top of tests/bench/src/main.rs says the rest"
                .into())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

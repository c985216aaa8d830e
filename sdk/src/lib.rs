//! Async Rust client for Purlin servers.
//!
//! ```no_run
//! use purlin_sdk::{Client, Result, filter};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Task {
//!     #[serde(skip_serializing)]
//!     id: String,
//!     title: String,
//!     done: bool,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<()> {
//!     let client = Client::new("http://127.0.0.1:8090")?;
//!     client.collection("users").auth_with_password("ada@example.com", "correct horse").await?;
//!
//!     let tasks = client.collection("tasks").typed::<Task>();
//!     let milk = Task { id: String::new(), title: "Buy milk".into(), done: false };
//!     let milk = tasks.create(&milk).await?;
//!
//!     let word = "milk";
//!     let open = tasks
//!         .list()
//!         .filter(filter!("title ~ {:word} && done = {:done}", word, done = false))
//!         .sort("-created")
//!         .await?;
//!     println!("{} of {:?} open tasks", open.items.len(), open.total_items);
//!
//!     tasks.update(&milk.id, &serde_json::json!({"done": true})).await?;
//!     Ok(())
//! }
//! ```
//!
//! - [`Client`] is cheap to clone; clones share the connections and the sign-in.
//! - [`Client::collection`] reads [`Record`]s, [`Records::typed`] your own types.
//! - Every call is a builder that is sent by `.await` and cancelled by dropping it.
//! - [`filter!`] escapes values; [`Error`] tells the network's failures from the server's answers
//!   and carries the server's field errors.
//! - The sign-in lives in [`AuthStore`] and is refreshed shortly before it expires.

mod admin;
mod api_error;
mod auth;
mod batch;
mod client;
mod custom;
pub mod datetime;
mod error;
mod files;
pub mod filter;
mod realtime;
mod record;
mod records;
mod request;
mod tls;
mod transport;

pub use admin::{
    Collection, CollectionType, Collections, Decision, Effect, Explain, ExplainedFields,
    ExplainedLine, ExplainedStatement, Explanation, Field, LineSource, LogCount, LogEntry, Logs,
    Policy, Role, Scaffolds, Settings,
};
pub use api_error::{ApiError, FieldError};
pub use auth::{
    Auth, AuthMethods, AuthProvider, AuthRefresh, AuthStore, AuthWithPassword, Impersonate,
    OAuth2Methods, PasswordMethod, Session, TimedMethod,
};
pub use batch::{Batch, BatchResult};
pub use client::{Client, ClientBuilder, Health};
pub use custom::Custom;
pub use datetime::DateTime;
pub use error::{Error, Result};
pub use files::FilePart;
pub use filter::{Filter, FilterValue};
pub use realtime::{Action, Event, Message, Subscribe, Subscription};
pub use record::Record;
pub use records::{BatchItem, Delete, First, FullList, List, Page, Records, Upsert, View, Write};
pub use request::Call;
pub use reqwest::Method;

/// For the macros of this crate only.
#[doc(hidden)]
pub mod __private {
    pub use crate::filter::check;
}

/// The code in the guides compiles, and runs where it needs no server.
#[cfg(doctest)]
mod guides {
    #[doc = include_str!("../README.md")]
    mod readme {}
    #[doc = include_str!("../../docs/sdk.md")]
    mod guide {}
}

//! Why somebody may or may not do something.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Effect;
use crate::Result;
use crate::client::Client;
use crate::request::{Call, Request, request_options};

/// A call that asks why; see [`Client::explain`]. For superusers.
#[must_use = "a request is sent when it is awaited"]
pub struct Explain {
    client: Client,
    request: Request,
    wish: Wish,
}

#[derive(Serialize)]
struct Wish {
    auth: Option<Auth>,
    collection: String,
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    query: Map<String, Value>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    headers: Map<String, Value>,
}

#[derive(Serialize)]
struct Auth {
    collection: String,
    id: String,
}

/// What is decided, and why.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Explanation {
    /// What is decided.
    pub decision: Decision,
    /// One sentence for people.
    pub reason: String,
    /// The lines that speak of this caller, action and collection.
    pub lines: Vec<ExplainedLine>,
    /// Which fields are reached.
    pub fields: ExplainedFields,
    /// The combined condition with its values; `None` where nothing is allowed.
    #[serde(default)]
    pub filter: Option<String>,
    /// What the database is asked; `None` where it is asked nothing.
    #[serde(default)]
    pub statement: Option<ExplainedStatement>,
}

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Decision {
    /// It may.
    Allow,
    /// It may not.
    Deny,
    /// That depends on the record, and none was named.
    Conditional,
}

/// A line that speaks of the caller.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ExplainedLine {
    /// The id of the policy; `None` for a collection's own rule.
    pub id: Option<String>,
    /// Where the line comes from.
    pub source: LineSource,
    /// Whom it speaks of.
    pub subject: String,
    /// How the caller comes to be that: itself, then each role on the way.
    pub via: Vec<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Its condition as it is written; empty = every row.
    pub rule: String,
    /// Its condition with the values of this request.
    pub bound: String,
    /// The fields it speaks of; none = all.
    pub fields: Vec<String>,
    /// Whether it holds for the record; `None` when none was named.
    pub holds: Option<bool>,
}

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LineSource {
    /// A record of [`Client::policies`].
    Policy,
    /// The collection's own rule for the action.
    Collection,
}

/// Fields by whether they are reached.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[non_exhaustive]
pub struct ExplainedFields {
    /// Those that are.
    pub readable: Vec<String>,
    /// Those that are not.
    pub unreadable: Vec<String>,
    /// Those for which it depends on the record, when none was named.
    #[serde(default)]
    pub conditional: Vec<String>,
}

/// What the database is asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct ExplainedStatement {
    /// Which kind of database: `sqlite`, `postgresql` …
    pub engine: String,
    /// The statement.
    pub text: String,
    /// The values bound to it.
    pub params: Vec<Value>,
}

impl Explain {
    pub(crate) fn new(client: Client, collection: &str, action: &str) -> Self {
        let wish = Wish {
            auth: None,
            collection: collection.to_owned(),
            action: action.to_owned(),
            record: None,
            data: None,
            query: Map::new(),
            headers: Map::new(),
        };
        let request = Request::new(Method::POST, ["authz", "explain"]);
        Self { client, request, wish }
    }

    /// Asks about this auth record; without it, about somebody who is not signed in.
    pub fn caller(mut self, collection: &str, id: &str) -> Self {
        self.wish.auth = Some(Auth { collection: collection.to_owned(), id: id.to_owned() });
        self
    }

    /// Asks about this record, so that the decision does not depend on which one it is.
    pub fn record(mut self, id: &str) -> Self {
        self.wish.record = Some(id.to_owned());
        self
    }

    /// What the caller would submit.
    pub fn data(mut self, data: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_value(data) {
            Ok(data) => self.wish.data = Some(data),
            Err(error) => self.request.fail(format!("the data cannot be written as JSON: {error}")),
        }
        self
    }

    /// A query parameter the caller would send, as `@request.query.*` sees it.
    pub fn given_query(mut self, name: &str, value: &str) -> Self {
        self.wish.query.insert(name.to_owned(), value.into());
        self
    }

    /// A header the caller would send, as `@request.headers.*` sees it.
    pub fn given_header(mut self, name: &str, value: &str) -> Self {
        self.wish.headers.insert(name.to_owned(), value.into());
        self
    }

    request_options!();
}

impl IntoFuture for Explain {
    type Output = Result<Explanation>;
    type IntoFuture = Call<Explanation>;

    fn into_future(self) -> Self::IntoFuture {
        let request = self.request.json(&self.wish);
        Box::pin(async move { self.client.send(request).await })
    }
}

//! The server's request logs.

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::client::Client;
use crate::records::{List, View};
use crate::request::Request;
use crate::{DateTime, Filter, Result};

/// The server's logs; see [`Client::logs`]. For superusers.
pub struct Logs {
    client: Client,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LogEntry {
    /// The entry's id.
    pub id: String,
    /// When it happened.
    pub created: DateTime,
    /// −4 debug, 0 information, 4 warning, 8 error.
    pub level: i32,
    /// Such as `GET /api/health`.
    pub message: String,
    /// More about it; for requests `status`, `execTime` (milliseconds), `userIP` and others.
    #[serde(default)]
    pub data: Map<String, Value>,
}

/// How many log entries an hour has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct LogCount {
    /// When the hour began.
    pub date: DateTime,
    /// How many entries.
    pub total: u64,
}

impl Logs {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// One page of log entries. Filters and sorts know `id`, `created`, `level`, `message` and
    /// `data.*`; entries appear a few seconds after they happened.
    pub fn list(&self) -> List<LogEntry> {
        List::new(self.client.clone(), Request::new(Method::GET, ["logs"]))
    }

    /// One log entry.
    #[doc(alias = "view")]
    pub fn one(&self, id: &str) -> View<LogEntry> {
        View::new(self.client.clone(), Request::new(Method::GET, ["logs", id]))
    }

    /// The number of entries per hour, of those for which the filter holds.
    pub async fn stats(&self, filter: impl Into<Filter>) -> Result<Vec<LogCount>> {
        let mut request = Request::new(Method::GET, ["logs", "stats"]);
        request.set_filter(&filter.into());
        self.client.send(request).await
    }

    /// Deletes all log entries.
    pub async fn clear(&self) -> Result<()> {
        self.client.send(Request::new(Method::DELETE, ["logs"])).await
    }
}

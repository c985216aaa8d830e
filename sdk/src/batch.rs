//! Several writes in one transaction.

use std::collections::BTreeMap;

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::client::Client;
use crate::records::BatchItem;
use crate::request::{Call, Request, request_options};
use crate::{Error, Record, Result};

/// Several writes of which all happen or none; see [`Client::batch`].
///
/// ```no_run
/// # use purlin_sdk::Client;
/// # use serde_json::json;
/// # async fn run(client: Client) -> purlin_sdk::Result<()> {
/// let tasks = client.collection("tasks");
/// let results = client
///     .batch()
///     .with(tasks.create(&json!({"title": "One"})))
///     .with(tasks.update("m5x2k8q0w1e9r7t", &json!({"done": true})))
///     .with(tasks.delete("q8w2e4r6t1y3u5i"))
///     .await?;
/// println!("created {}", results[0].record()?.id());
/// # Ok(())
/// # }
/// ```
///
/// Batches must be enabled in the server's settings (`batch.enabled`). When a write fails, the
/// error is [`Error::Api`] and [`ApiError::failed_requests`](crate::ApiError::failed_requests)
/// says which and why. A client-side timeout of a single write has no meaning here.
#[must_use = "a batch is sent when it is awaited"]
pub struct Batch {
    client: Client,
    request: Request,
    items: Vec<Request>,
}

/// The answer to one write of a batch.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct BatchResult {
    /// 200, or 204 for deletes.
    pub status: u16,
    /// The record; `null` for deletes.
    pub body: Value,
}

impl BatchResult {
    /// The created or updated record.
    ///
    /// # Errors
    /// [`Error::Decode`] for a delete, which has none.
    pub fn record(&self) -> Result<Record> {
        self.parse()
    }

    /// The created or updated record as a type of yours.
    ///
    /// # Errors
    /// [`Error::Decode`] when the type does not fit.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(&self.body).map_err(|source| {
            let body = crate::api_error::excerpt(&self.body.to_string());
            Error::Decode { source, body }
        })
    }
}

/// One write as the server reads it.
#[derive(Serialize)]
struct Item<'a> {
    method: &'a str,
    url: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
}

impl Batch {
    pub(crate) fn new(client: Client) -> Self {
        let mut request = Request::new(Method::POST, ["batch"]);
        request.multipart = true;
        Self { client, request, items: Vec::new() }
    }

    /// Adds a write, with its options and files. Writes happen in this order, and later ones see
    /// what earlier ones did.
    pub fn with(mut self, write: impl Into<BatchItem>) -> Self {
        self.items.push(write.into().0);
        self
    }

    /// How many writes have been added.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nothing has been added. The server refuses such a batch.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    request_options!();

    /// The writes as one request: their JSON together, their files named after their place.
    fn into_request(mut self) -> Request {
        let body = BTreeMap::from([("requests", self.items.iter().map(item).collect::<Vec<_>>())]);
        let mut request = self.request.json(&body);
        for (place, item) in self.items.iter_mut().enumerate() {
            if let Some(mistake) = item.mistake.take() {
                request.fail(format!("write {place} of the batch: {mistake}"));
            }
            let files = item.files.drain(..);
            request
                .files
                .extend(files.map(|(name, file)| (format!("requests.{place}.{name}"), file)));
        }
        request
    }
}

fn item(request: &Request) -> Item<'_> {
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    Item {
        method: request.method.as_str(),
        url: crate::transport::relative_url(request),
        headers: headers.collect(),
        body: request.body.as_deref(),
    }
}

impl IntoFuture for Batch {
    type Output = Result<Vec<BatchResult>>;
    type IntoFuture = Call<Vec<BatchResult>>;

    fn into_future(self) -> Self::IntoFuture {
        let client = self.client.clone();
        let request = self.into_request();
        Box::pin(async move { client.send(request).await })
    }
}

//! Endpoints that have no method of their own.

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Result;
use crate::client::Client;
use crate::request::{Call, Request, request_options};

/// A call of any endpoint below `/api/`; see [`Client::call`].
///
/// ```no_run
/// # use purlin_sdk::{Client, Method};
/// # async fn run(client: Client) -> purlin_sdk::Result<()> {
/// let crons = client.call(Method::GET, "crons").await?;
/// println!("{crons}");
/// # Ok(())
/// # }
/// ```
#[must_use = "a request is sent when it is awaited"]
pub struct Custom {
    client: Client,
    request: Request,
}

impl Custom {
    pub(crate) fn new(client: Client, method: Method, path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        Self { client, request: Request::new(method, path.split('/')) }
    }

    /// The JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Sends the call and reads the answer as `T`; awaiting the call itself reads it as JSON.
    pub async fn parse<T: DeserializeOwned>(self) -> Result<T> {
        self.client.send(self.request).await
    }

    request_options!();
}

impl IntoFuture for Custom {
    type Output = Result<Value>;
    type IntoFuture = Call<Value>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.parse())
    }
}

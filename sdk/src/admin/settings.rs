//! The server's settings.

use reqwest::Method;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Result;
use crate::client::Client;
use crate::request::{Call, Request};

/// The server's settings; see [`Client::settings`]. For superusers.
///
/// ```no_run
/// # use purlin_sdk::Client;
/// # use serde_json::json;
/// # async fn run(client: Client) -> purlin_sdk::Result<()> {
/// client.settings().update(&json!({"batch": {"enabled": true}})).await?;
/// # Ok(())
/// # }
/// ```
pub struct Settings {
    client: Client,
}

impl Settings {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// All settings, without passwords and secrets.
    pub async fn view(&self) -> Result<Map<String, Value>> {
        self.client.send(Request::new(Method::GET, ["settings"])).await
    }

    /// Changes the given settings and keeps the others; lists are replaced whole. Answers with all
    /// settings.
    pub fn update(&self, changes: &(impl Serialize + ?Sized)) -> Call<Map<String, Value>> {
        let client = self.client.clone();
        let request = Request::new(Method::PATCH, ["settings"]).json_object(changes);
        Box::pin(async move { client.send(request).await })
    }
}

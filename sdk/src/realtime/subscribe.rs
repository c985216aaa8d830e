//! The call that begins a subscription.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Subscription;
use crate::client::Client;
use crate::request::{Call, Request, answer_options, request_options};
use crate::{Error, Filter, Result};

/// How long the server has to accept a subscription, unless the call says otherwise.
const PATIENCE: Duration = Duration::from_secs(30);

/// A call that begins to listen; see [`Records::subscribe`](crate::Records::subscribe).
#[must_use = "a request is sent when it is awaited"]
pub struct Subscribe<T> {
    client: Client,
    /// Its path is the topic, its parameters and headers are the options; it is not sent as it is.
    request: Request,
    record: PhantomData<fn() -> T>,
}

/// What stands behind the topic; what rules see as `@request.query` and `@request.headers`.
#[derive(Serialize)]
struct Options<'a> {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<&'a str, &'a str>,
}

impl<T> Subscribe<T> {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request, record: PhantomData }
    }

    /// Only records for which this holds. A record that stops matching sends nothing. Values belong
    /// in [`filter!`](crate::filter!); a plain text is for constant filters.
    pub fn filter(mut self, filter: impl Into<Filter>) -> Self {
        self.request.set_filter(&filter.into());
        self
    }

    answer_options!();
    request_options!();
}

impl<T: DeserializeOwned + 'static> IntoFuture for Subscribe<T> {
    type Output = Result<Subscription<T>>;
    type IntoFuture = Call<Subscription<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if let Some(mistake) = self.request.mistake {
                return Err(Error::Request(mistake));
            }
            let topic = topic(&self.request)?;
            let patience = self.request.timeout.unwrap_or(PATIENCE);
            let (subscription, accepted) = self.client.realtime().add(&self.client, topic);
            // Dropping the subscription, as a failure does, takes it back.
            match tokio::time::timeout(patience, accepted).await {
                Ok(Ok(answer)) => answer.map(|()| subscription),
                // The runtime that kept the connection is shutting down.
                Ok(Err(_)) => Err(Error::Request("the connection was shut down".into())),
                Err(_) => Err(Error::Timeout { after: patience }),
            }
        })
    }
}

/// `posts/*`, and the options behind it if there are any.
fn topic(request: &Request) -> Result<String> {
    let path = request.path.join("/");
    if request.path.iter().any(|part| part.contains(['?', '/'])) {
        return Err(Error::Request(format!("`{path}` cannot be a topic: names have no ? and /")));
    }
    let options = Options { query: pairs(&request.query), headers: pairs(&request.headers) };
    if options.query.is_empty() && options.headers.is_empty() {
        return Ok(path);
    }
    let options = serde_json::to_string(&options)
        .map_err(|error| Error::Request(format!("the options cannot be written: {error}")))?;
    Ok(format!("{path}?options={}", utf8_percent_encode(&options, NON_ALPHANUMERIC)))
}

fn pairs(list: &[(String, String)]) -> BTreeMap<&str, &str> {
    list.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::Method;

    use super::*;

    #[test]
    fn topics_carry_their_options() {
        let client = Client::new("http://x.org").expect("a client");
        let call =
            |path: [&str; 2]| Subscribe::<()>::new(client.clone(), Request::new(Method::GET, path));
        let written = |call: Subscribe<()>| topic(&call.request).expect("a topic");
        assert_eq!(written(call(["posts", "*"])), "posts/*");
        assert_eq!(written(call(["posts", "a1"])), "posts/a1");
        // {"query":{"filter":"n > 1"}}
        let filtered = "posts/*?options=%7B%22query%22%3A%7B%22filter%22%3A%22n%20%3E%201%22%7D%7D";
        assert_eq!(written(call(["posts", "*"]).filter("n > 1")), filtered);
        // {"query":{"expand":"a","fields":"id"},"headers":{"X-A":"ü"}}
        let full = "posts/*?options=%7B%22query%22%3A%7B%22expand%22%3A%22a%22%2C%22fields%22%3A%22id%22%7D%2C%22headers%22%3A%7B%22X%2DA%22%3A%22%C3%BC%22%7D%7D";
        assert_eq!(written(call(["posts", "*"]).fields("id").header("X-A", "ü").expand("a")), full);
        for wrong in [["a/b", "*"], ["posts", "a?b"]] {
            assert!(matches!(topic(&call(wrong).request), Err(Error::Request(_))), "{wrong:?}");
        }
    }
}

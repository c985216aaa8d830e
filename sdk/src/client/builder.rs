//! The settings of a client.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderMap;

use super::Client;
use crate::auth::Session;
use crate::transport::{Transport, header_name, header_value};
use crate::{Error, Result, tls};

/// When tokens are refreshed.
#[derive(Clone, Copy)]
pub(super) struct Refreshing {
    pub(super) automatic: bool,
    pub(super) before: Duration,
}

/// Settings for a [`Client`]; see [`Client::builder`].
#[must_use = "a client comes from `build`"]
pub struct ClientBuilder {
    url: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    upload_timeout: Duration,
    connect_timeout: Duration,
    session: Option<Session>,
    refreshing: Refreshing,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            headers: Vec::new(),
            timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_secs(300),
            connect_timeout: Duration::from_secs(10),
            session: None,
            refreshing: Refreshing { automatic: true, before: Duration::from_secs(300) },
            http: None,
        }
    }

    /// How long a call may take, from connecting to the last byte. Default: 30 seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long a call that uploads files may take. Default: 5 minutes, the server's own limit.
    pub fn upload_timeout(mut self, timeout: Duration) -> Self {
        self.upload_timeout = timeout;
        self
    }

    /// How long opening a connection may take. Default: 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Adds a header to every request, such as `Accept-Language`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts with a sign-in that was saved earlier.
    pub fn session(mut self, session: impl Into<Option<Session>>) -> Self {
        self.session = session.into();
        self
    }

    /// How long before its end a token is exchanged for a newer one. Default: 5 minutes, and never
    /// before three quarters of a token's life.
    pub fn refresh_before(mut self, before: Duration) -> Self {
        self.refreshing.before = before;
        self
    }

    /// Whether tokens are refreshed without being asked to. Default: yes.
    pub fn auto_refresh(mut self, automatic: bool) -> Self {
        self.refreshing.automatic = automatic;
        self
    }

    /// Sends through this HTTP client, for proxies and certificates of your own. Its connect
    /// timeout is used instead of this builder's.
    pub fn http_client(mut self, http: reqwest::Client) -> Self {
        self.http = Some(http);
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Request`] when the URL is not an absolute http(s) URL, a header is not allowed, or
    /// the system offers no certificate roots for https.
    pub fn build(self) -> Result<Client> {
        let api = api_url(&self.url)?;
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.insert(header_name(name)?, header_value(name, value)?);
        }
        let http = match self.http {
            Some(http) => http,
            None => reqwest::Client::builder()
                .tls_backend_preconfigured(tls::config(api.scheme() == "http")?)
                .connect_timeout(self.connect_timeout)
                .user_agent(concat!("purlin-sdk/", env!("CARGO_PKG_VERSION")))
                .build()
                .map_err(Error::Transport)?,
        };
        let (timeout, upload_timeout) = (self.timeout, self.upload_timeout);
        let transport = Transport { http, api, headers, timeout, upload_timeout };
        Ok(Client::with(Arc::new(transport), self.session, self.refreshing))
    }
}

/// The server's URL with `/api` behind it; the server may live below a path.
fn api_url(text: &str) -> Result<reqwest::Url> {
    let refuse = |why: &str| Error::Request(format!("{text:?} is not the URL of a server: {why}"));
    let mut url = reqwest::Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("it must begin with http:// or https://"));
    }
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut()
        .map_err(|()| refuse("it cannot have a path"))?
        .pop_if_empty()
        .push("api");
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_lives_below_the_given_path() {
        for (given, api) in [
            ("http://127.0.0.1:8090", "http://127.0.0.1:8090/api"),
            ("https://x.org/", "https://x.org/api"),
            ("https://x.org/app?a#b", "https://x.org/app/api"),
        ] {
            assert_eq!(api_url(given).expect("a URL").as_str(), api);
        }
        for wrong in ["", "127.0.0.1:8090", "localhost:8090", "/api", "ftp://x.org", "mailto:a@b.c"]
        {
            assert!(matches!(api_url(wrong), Err(Error::Request(_))), "{wrong}");
        }
    }

    #[test]
    fn building_refuses_what_cannot_be_sent() {
        assert!(Client::new("https://x.org").is_ok());
        assert!(Client::builder("https://x.org").header("a b", "c").build().is_err());
        assert!(Client::builder("https://x.org").header("a", "b\nc").build().is_err());
    }
}

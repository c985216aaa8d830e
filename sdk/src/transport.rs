//! Sends requests: the only place that talks to the network.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form, Part};
use serde::de::DeserializeOwned;

use crate::api_error::{ApiError, excerpt};
use crate::request::Request;
use crate::{Error, Result};

/// What is needed to send; made once per client and its forks.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    /// Ends with `/api`.
    pub(crate) api: reqwest::Url,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) upload_timeout: Duration,
}

impl Transport {
    /// Sends a request and reads the answer. No content counts as `null`.
    pub(crate) async fn send<T: DeserializeOwned>(
        &self,
        request: Request,
        token: Option<&str>,
    ) -> Result<T> {
        if let Some(mistake) = request.mistake {
            return Err(Error::Request(mistake));
        }
        let default = if request.files.is_empty() { self.timeout } else { self.upload_timeout };
        let timeout = request.timeout.unwrap_or(default);
        let built = self.build(request, token).await?.timeout(timeout);
        let (status, body) = receive(built).await.map_err(|error| match error.is_timeout() {
            true if !error.is_connect() => Error::Timeout { after: timeout },
            _ => Error::Transport(error.without_url()),
        })?;
        if !(200..300).contains(&status) {
            return Err(Error::Api(Box::new(ApiError::from_response(status, &body))));
        }
        decode(&body)
    }

    /// Sends a request without a token and gives its answer to be read piece by piece, however long
    /// that takes.
    pub(crate) async fn open(&self, request: Request) -> Result<reqwest::Response> {
        let failed = |error: reqwest::Error| Error::Transport(error.without_url());
        let response = self.build(request, None).await?.send().await.map_err(failed)?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(failed)?;
        Err(Error::Api(Box::new(ApiError::from_response(status, &body))))
    }

    async fn build(
        &self,
        request: Request,
        token: Option<&str>,
    ) -> Result<reqwest::RequestBuilder> {
        let mut url = self.api.clone();
        fill(&mut url, &request);
        let mut headers = self.headers.clone();
        if let Some(token) = token {
            let mut token = header_value("Authorization", token)?;
            token.set_sensitive(true);
            headers.insert(AUTHORIZATION, token);
        }
        for (name, value) in &request.headers {
            headers.insert(header_name(name)?, header_value(name, value)?);
        }
        let builder = self.http.request(request.method.clone(), url);
        if request.multipart || !request.files.is_empty() {
            return Ok(builder.headers(headers).multipart(form(request).await?));
        }
        match request.body {
            Some(body) => {
                headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                Ok(builder.headers(headers).body(String::from(Box::<str>::from(body))))
            }
            None => Ok(builder.headers(headers)),
        }
    }
}

/// The path and query of a request as the items of a batch name it.
pub(crate) fn relative_url(request: &Request) -> String {
    // The host is cut off again; a URL is what knows how to encode.
    let Ok(mut url) = reqwest::Url::parse("http://batch/api") else { return String::new() };
    fill(&mut url, request);
    url.as_str().trim_start_matches("http://batch").to_owned()
}

fn fill(url: &mut reqwest::Url, request: &Request) {
    // Only URLs without host have no path segments, and those are refused when a client is built.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.extend(&request.path);
    }
    if !request.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&request.query);
    }
}

async fn receive(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), reqwest::Error> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    Ok((status, response.bytes().await?.into()))
}

fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let body = if body.is_empty() { b"null" } else { body };
    serde_json::from_slice(body).map_err(|source| {
        let body = excerpt(&String::from_utf8_lossy(body));
        Error::Decode { source, body }
    })
}

/// Files go into parts of their own, everything else into one part with the JSON text, so that
/// values keep their types.
async fn form(request: Request) -> Result<Form> {
    let mut form = Form::new();
    if let Some(body) = request.body {
        form = form.part("@jsonPayload", Part::text(String::from(Box::<str>::from(body))));
    }
    for (name, file) in request.files {
        form = form.part(name, file.into_part().await?);
    }
    Ok(form)
}

pub(crate) fn header_name(name: &str) -> Result<HeaderName> {
    name.parse().map_err(|_| Error::Request(format!("{name:?} is not a header name")))
}

/// The value is left out of the message: it may be a secret.
pub(crate) fn header_value(name: &str, value: &str) -> Result<HeaderValue> {
    value.parse().map_err(|_| Error::Request(format!("the value of header {name} is not allowed")))
}

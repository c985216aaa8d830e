//! What every answer has in common: security headers, CORS, an answer for what is not there, and
//! for a handler that panicked (http-api.md 1.1).

use std::convert::Infallible;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRequest as _, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD,
    CONTENT_LENGTH, ETAG, HOST, HeaderName, ORIGIN, UPGRADE, VARY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS, X_XSS_PROTECTION,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use hyper::body::Incoming;
use tower::Service as _;

use super::call::Call;
use crate::app::App;
use crate::error::ApiError;

const METHODS: HeaderValue = HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// Origins that browsers may call from.
#[derive(Clone, Debug)]
pub struct Origins(pub Arc<[String]>);

impl Origins {
    /// What `Access-Control-Allow-Origin` says to this origin; `None` = the origin is not allowed.
    fn allow(&self, origin: &HeaderValue) -> Option<HeaderValue> {
        if self.0.is_empty() || self.0.iter().any(|pattern| pattern == "*") {
            return Some(HeaderValue::from_static("*"));
        }
        let text = origin.to_str().ok()?;
        self.0.iter().any(|pattern| wildcard(pattern, text)).then(|| origin.clone())
    }
}

/// What stands before the router on every connection. Not a layer of the router: a layer boxes each
/// request's future and copies the service below it once more.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pub(super) router: Router,
    pub(super) origins: Origins,
    pub(super) peer: SocketAddr,
}

impl Front {
    /// Answers a request, whatever happens on the way.
    pub(super) async fn answer(
        mut self,
        request: http::Request<Incoming>,
    ) -> Result<Response, Infallible> {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let allowed = request.headers().get(ORIGIN).and_then(|origin| self.origins.allow(origin));
        let mut response = if request.method() == Method::OPTIONS {
            preflight(request.headers())
        } else if allowed.is_none() && is_foreign_socket(request.headers()) {
            ApiError::new(403, "The origin is not allowed.").into_response()
        } else {
            match AssertUnwindSafe(self.router.call(request)).catch_unwind().await {
                Ok(Ok(response)) => response,
                Err(panic) => ApiError::internal(panic_text(panic.as_ref())).into_response(),
            }
        };
        let headers = response.headers_mut();
        headers.insert(X_XSS_PROTECTION, HeaderValue::from_static("1; mode=block"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.entry(X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("SAMEORIGIN"));
        headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
        vary(headers);
        if let Some(allowed) = allowed {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
            if headers.contains_key(ETAG) {
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag"));
            }
        }
        if response.status() == StatusCode::NOT_MODIFIED {
            // The router takes the body for an empty one; that of the whole answer is meant.
            response.headers_mut().remove(CONTENT_LENGTH);
        }
        Ok(response)
    }
}

/// Whether a page of another host asks for a WebSocket: browsers leave it to the server whether it
/// may.
fn is_foreign_socket(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let origin = text(ORIGIN).and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    headers.contains_key(UPGRADE) && headers.contains_key(ORIGIN) && origin != text(HOST)
}

/// Adds `Origin` before what else the answer varies by.
fn vary(headers: &mut HeaderMap) {
    let origin = HeaderValue::from_static("Origin");
    if !headers.contains_key(VARY) {
        headers.insert(VARY, origin);
        return;
    }
    let others: Vec<HeaderValue> = headers.get_all(VARY).iter().cloned().collect();
    headers.insert(VARY, origin);
    for other in others {
        headers.append(VARY, other);
    }
}

fn preflight(asked: &HeaderMap) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    if asked.contains_key(ORIGIN) {
        headers.append(VARY, HeaderValue::from_static("Access-Control-Request-Method"));
        headers.append(VARY, HeaderValue::from_static("Access-Control-Request-Headers"));
    }
    if asked.contains_key(ORIGIN) && asked.contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        if let Some(names) = asked.get(ACCESS_CONTROL_REQUEST_HEADERS) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names.clone());
        }
    }
    response
}

/// A client that goes away must not stop a write half-way: what is committed has to be published,
/// and what follows from it done. A batch looks after itself, for it is undone instead.
pub(super) async fn to_the_end(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || request.uri().path() == "/api/batch" {
        return next.run(request).await;
    }
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => ApiError::internal("the task of the request was ended").into_response(),
        },
    }
}

/// The answer where no route is: a GET could have been a file.
pub(super) async fn nowhere(State(app): State<Arc<App>>, request: Request) -> Response {
    let answer = match *request.method() {
        Method::GET | Method::HEAD => ApiError::new(404, "File not found."),
        _ => ApiError::not_found(),
    };
    // Rate limits count such requests, too.
    if app.catalog.snapshot().settings.rate_limits.enabled
        && let Err(refused) = Call::from_request(request, &app).await
    {
        return refused;
    }
    answer.into_response()
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let text = format!("a handler panicked: {}", text.unwrap_or("without a message"));
    tracing::error!("{text}");
    text
}

/// `*` is any run of characters, `?` one; the rest is exact.
fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&c) if c == '?' || c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn wildcards() {
        for (pattern, text, expected) in [
            ("https://a.example", "https://a.example", true),
            ("https://a.example", "https://b.example", false),
            ("https://*.example", "https://x.y.example", true),
            ("https://*.example", "https://example", false),
            ("http://localhost:????", "http://localhost:8090", true),
            ("http://localhost:????", "http://localhost:80", false),
            ("*a*b", "xxaxxbxxb", true),
            ("*a*b", "xxaxxbxxc", false),
            ("", "", true),
        ] {
            assert_eq!(wildcard(pattern, text), expected, "{pattern} {text}");
        }
    }
}

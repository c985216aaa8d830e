//! The way to the API: in-process, with the caller's token from the cookie.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Extensions, Method, StatusCode, Uri};
use axum::response::Response;
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

use crate::Engine;
use crate::access::{Access, is_end};
use crate::guard::{self, CSRF_HEADER};
use crate::session::Session;

/// How much of an in-process answer is read; our own pages never ask for more.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// `/_/api/…`: the same as `/api/…`, with the session's token in place of the cookie.
pub(crate) async fn api(State(engine): State<Engine>, request: Request) -> Response {
    let now = (engine.now)();
    let Some(session) = Session::of(request.headers(), now) else {
        return guard::refusal(StatusCode::UNAUTHORIZED, "Your session has ended. Sign in again.");
    };
    let sent = request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    if !guard::believe(request.method(), request.headers(), sent, &session.csrf) {
        return guard::refusal(
            StatusCode::FORBIDDEN,
            "The request did not come from a page of this console. Reload the page and try again.",
        );
    }
    let (parts, body) = request.into_parts();
    let (session, renewed) = renew(&engine, &parts, session).await;
    // A token may be good for the API and not for the console, or no longer.
    match Access::of(&engine, &parts, &session).await {
        Ok(_) => {}
        Err((status, _)) if is_end(status) => {
            let text = "Your session has ended. Sign in again.";
            return guard::refusal(StatusCode::UNAUTHORIZED, text);
        }
        Err((status, answer)) => {
            let text = answer["message"].as_str().unwrap_or("The server did not answer.");
            return guard::refusal(status, text);
        }
    }
    let headers = parts.headers.clone();
    let request = Request::from_parts(parts, body);
    let mut response = pass(&engine, request, &session.token).await;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if renewed {
        keep(&mut response, session.keep(&headers, now));
    }
    response
}

/// Exchanges an old token for a young one; when the engine refuses, the session goes on as it is
/// and the engine's own answer tells the caller why.
pub(crate) async fn renew(engine: &Engine, visit: &Parts, session: Session) -> (Session, bool) {
    let now = (engine.now)();
    if !session.is_old(now) {
        return (session, false);
    }
    let Some(collection) = session.collection_id() else { return (session, false) };
    let path = format!("/api/collections/{collection}/auth-refresh");
    match call(engine, visit, Method::POST, &path, Some(&session.token), None).await {
        (StatusCode::OK, answer) => match answer["token"].as_str() {
            Some(token) => (session.renewed(token.to_owned(), now), true),
            None => (session, false),
        },
        _ => (session, false),
    }
}

/// Adds a `Set-Cookie` line.
pub(crate) fn keep(response: &mut Response, (name, line): (HeaderName, String)) {
    if let Ok(value) = HeaderValue::try_from(line) {
        response.headers_mut().append(name, value);
    }
}

/// One call of our own on behalf of a visit: status and JSON body (null when there is none). The
/// visit's headers and extensions go along, so that logs, rate limits and address rules see the
/// browser and not us.
pub(crate) async fn call(
    engine: &Engine,
    visit: &Parts,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let Some(mut parts) = addressed(visit.clone(), path, token) else {
        return (StatusCode::BAD_REQUEST, Value::Null);
    };
    parts.method = method;
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONTENT_TYPE] {
        parts.headers.remove(name);
    }
    if body.is_some() {
        let json = HeaderValue::from_static("application/json");
        parts.headers.insert(header::CONTENT_TYPE, json);
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let request = Request::from_parts(parts, body);
    let Ok(response) = engine.api.clone().oneshot(request).await;
    let status = response.status();
    let limited = http_body_util::Limited::new(response.into_body(), ANSWER_LIMIT);
    let bytes = limited.collect().await.map(http_body_util::Collected::to_bytes);
    let json = bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    (status, json.unwrap_or(Value::Null))
}

/// Sends the browser's request on.
async fn pass(engine: &Engine, request: Request, token: &str) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let path = path.strip_prefix("/_").unwrap_or(&path);
    let Some(parts) = addressed(parts, path, Some(token)) else {
        return guard::refusal(StatusCode::BAD_REQUEST, "The address is not valid.");
    };
    let Ok(response) = engine.api.clone().oneshot(Request::from_parts(parts, body)).await;
    response
}

/// The visit's parts, addressed to `path` with `token`. Of the extensions only the peer stays: the
/// engine reads the client's address from it, and what axum noted about our own route would
/// confuse the engine's.
fn addressed(mut parts: Parts, path: &str, token: Option<&str>) -> Option<Parts> {
    parts.uri = path.parse::<Uri>().ok()?;
    for name in [header::COOKIE, header::AUTHORIZATION, CSRF_HEADER] {
        parts.headers.remove(name);
    }
    if let Some(token) = token {
        parts.headers.insert(header::AUTHORIZATION, HeaderValue::try_from(token).ok()?);
    }
    let peer = parts.extensions.remove::<ConnectInfo<SocketAddr>>();
    parts.extensions = Extensions::new();
    if let Some(peer) = peer {
        parts.extensions.insert(peer);
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_peer_and_the_token_go_along() {
        let request = Request::builder().uri("/_/api/x").header(header::COOKIE, "a=b");
        let (mut parts, ()) = request.body(()).expect("request").into_parts();
        let peer = ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 9)));
        parts.extensions.insert(peer);
        parts.extensions.insert("what a router noted");
        let sent = addressed(parts, "/api/x?y=1", Some("token")).expect("parts");
        assert_eq!(sent.uri, "/api/x?y=1");
        assert_eq!(sent.headers.get(header::COOKIE), None);
        assert_eq!(sent.headers[header::AUTHORIZATION], "token");
        assert_eq!(sent.extensions.len(), 1);
        assert!(sent.extensions.get::<ConnectInfo<SocketAddr>>().is_some());
    }
}

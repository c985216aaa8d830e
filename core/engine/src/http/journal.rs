//! The request log: one line for every API request (http-api.md 6.3).

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::HeaderMap;
use http::header::{REFERER, USER_AGENT};
use purlin_model::{Caller, Json};

use super::answer::Failure;
use super::peer::client_ip;
use super::transport::to_the_end;
use crate::app::App;
use crate::logs::{ERROR, INFO, Line, cut};

/// Who turned out to make the request; filled in by [`super::Call`].
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(pub(super) Arc<OnceLock<Caller>>);

/// What of a request is kept for its line, before the request is handed on.
struct Heard {
    method: String,
    url: String,
    referer: String,
    user_agent: String,
    peer: Option<IpAddr>,
    user_ip: Option<IpAddr>,
}

pub(super) async fn journal(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let settings = app.catalog.snapshot().settings.clone();
    if settings.logs.max_days == 0 || !app.logs.has_room() {
        return to_the_end(request, next).await;
    }
    let begin = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let headers = request.headers();
    let heard = Heard {
        method: request.method().to_string(),
        url: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
        referer: header(headers, &REFERER),
        user_agent: header(headers, &USER_AGENT),
        peer,
        user_ip: client_ip(&settings, headers, peer),
    };
    let seen = Seen::default();
    request.extensions_mut().insert(seen.clone());
    let response = to_the_end(request, next).await;
    let failed = response.status().is_client_error() || response.status().is_server_error();
    let level = if failed { ERROR } else { INFO };
    // The log's own pages would fill the log, and so would what the console asks with every page, and
    // clients that come back.
    let own = ["/api/logs", "/api/console", "/api/realtime"]
        .iter()
        .any(|path| heard.url.starts_with(path))
        && !failed;
    if level >= settings.logs.min_level && !own {
        let milliseconds = begin.elapsed().as_secs_f64() * 1000.0;
        let message = format!("{} {}", heard.method, heard.url);
        let caller = seen.0.get().cloned().unwrap_or(Caller::Guest);
        let logs = &settings.logs;
        let facts = facts(heard, &response, milliseconds, &caller, logs.log_ip, logs.log_auth_id);
        let mut line = Line { level, message, facts };
        cut(&mut line, logs.max_data_size);
        app.logs.add(line);
    }
    response
}

fn header(headers: &HeaderMap, name: &http::HeaderName) -> String {
    headers
        .get(name)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default()
}

fn facts(
    heard: Heard,
    response: &Response,
    milliseconds: f64,
    caller: &Caller,
    log_ip: bool,
    log_auth_id: bool,
) -> Vec<(String, Json)> {
    let mut facts = Vec::with_capacity(12);
    let mut add = |key: &str, value: Json| facts.push((key.to_owned(), value));
    let ip = |ip: Option<IpAddr>| Json::Text(ip.map(|ip| ip.to_string()).unwrap_or_default());
    let record = caller.record();
    add(
        "auth",
        Json::Text(record.map(|record| record.collection.name.clone()).unwrap_or_default()),
    );
    if let (true, Some(record)) = (log_auth_id, record) {
        add("authId", Json::Text(record.id().to_owned()));
    }
    if let Some(failure) = response.extensions().get::<Failure>() {
        add("error", Json::Text(failure.message.clone()));
        add("details", failure.cause.clone().map_or(Json::Null, Json::Text));
    }
    add("execTime", Json::Number(milliseconds));
    add("method", Json::Text(heard.method));
    add("referer", Json::Text(heard.referer));
    if log_ip {
        add("remoteIP", ip(heard.peer));
        add("userIP", ip(heard.user_ip));
    }
    add("status", Json::Number(f64::from(response.status().as_u16())));
    add("type", Json::Text("request".to_owned()));
    add("url", Json::Text(heard.url));
    add("userAgent", Json::Text(heard.user_agent));
    facts
}

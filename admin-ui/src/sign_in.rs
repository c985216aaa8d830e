//! Signing in and out. Both are plain forms, so they work before any module has loaded.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Engine;
use crate::access::{Access, is_end};
use crate::forward::{call, keep};
use crate::guard;
use crate::pages::{draw, frame};
use crate::session::{COOKIE, Session, cookie, random, set_cookie};

/// Guards forms that are sent before there is a session: the same random text in a cookie and in a
/// hidden input.
pub(crate) const FORM_COOKIE: &str = "purlin_form";

/// The collection whose records may everything.
pub(crate) const SUPERUSERS: &str = "_superusers";

#[derive(Deserialize)]
pub(crate) struct Destination {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
pub(crate) struct Credentials {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// The name of the collection the account is of; `""` = superusers.
    #[serde(default)]
    collection: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    csrf: String,
}

#[derive(Deserialize)]
pub(crate) struct Goodbye {
    #[serde(default)]
    csrf: String,
}

/// `GET /_/login`.
pub(crate) async fn form(
    State(engine): State<Engine>,
    Query(to): Query<Destination>,
    headers: HeaderMap,
) -> Response {
    if Session::of(&headers, (engine.now)()).is_some() && to.next.is_empty() {
        return Redirect::to("/_/").into_response();
    }
    if (engine.needs_superuser)().await {
        return draw(StatusCode::OK, "waiting.html", &frame(&headers));
    }
    ask(&engine, &headers, StatusCode::OK, &Typed { next: &to.next, ..Typed::default() }, "")
}

/// `POST /_/session`.
pub(crate) async fn start(
    State(engine): State<Engine>,
    visit: Parts,
    Form(form): Form<Credentials>,
) -> Response {
    let headers = &visit.headers;
    let collection = if form.collection.is_empty() { SUPERUSERS } else { &form.collection };
    let typed = Typed { email: &form.email, collection, next: &form.next };
    if !is_own_form(headers, &form.csrf) {
        let text = "This page was open for too long. Please try once more.";
        return ask(&engine, headers, StatusCode::FORBIDDEN, &typed, text);
    }
    match open(&engine, &visit, collection, &form.email, &form.password).await {
        Ok(session) => enter(&engine, headers, &session, &safe_next(&form.next)),
        Err((status, text)) => ask(&engine, headers, status, &typed, &text),
    }
}

/// `POST /_/session/end`.
pub(crate) async fn end(
    State(engine): State<Engine>,
    headers: HeaderMap,
    Form(form): Form<Goodbye>,
) -> Response {
    if let Some(session) = Session::of(&headers, (engine.now)())
        && !guard::believe(&Method::POST, &headers, Some(&form.csrf), &session.csrf)
    {
        return guard::refusal(StatusCode::FORBIDDEN, "Reload the page and try again.");
    }
    let mut response = Redirect::to("/_/login").into_response();
    keep(&mut response, set_cookie(COOKIE, "", 0, &headers));
    response
}

/// Exchanges e-mail and password of an account of that collection for a session; otherwise the
/// status and text to show. An account without the right is told what a wrong password is told.
pub(crate) async fn open(
    engine: &Engine,
    visit: &Parts,
    collection: &str,
    email: &str,
    password: &str,
) -> Result<Session, (StatusCode, String)> {
    let wrong = || {
        let text = "The e-mail address or the password is not right.";
        (StatusCode::BAD_REQUEST, text.to_owned())
    };
    if collection != SUPERUSERS && !(engine.accounts)().iter().any(|name| name == collection) {
        return Err(wrong());
    }
    let path = format!("/api/collections/{collection}/auth-with-password");
    let body = json!({ "identity": email, "password": password });
    let (status, answer) = call(engine, visit, Method::POST, &path, None, Some(&body)).await;
    match (status, answer["token"].as_str()) {
        (StatusCode::OK, Some(token)) => {
            let session = Session::start(token.to_owned(), (engine.now)());
            match Access::of(engine, visit, &session).await {
                Ok(_) => Ok(session),
                Err((status, _)) if is_end(status) => Err(wrong()),
                Err((status, answer)) => Err((status, said(&answer))),
            }
        }
        (StatusCode::BAD_REQUEST, _) => Err(wrong()),
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            Err((status, "Too many attempts. Wait a moment, then try again.".to_owned()))
        }
        (StatusCode::UNAUTHORIZED, _) if answer["mfaId"].is_string() => Err((
            status,
            "This account asks for a second factor, which the console cannot take yet.".to_owned(),
        )),
        _ => Err((status, said(&answer))),
    }
}

fn said(answer: &Value) -> String {
    answer["message"].as_str().unwrap_or("The server did not answer.").to_owned()
}

/// Redirects into the console with the session's cookie.
pub(crate) fn enter(
    engine: &Engine,
    headers: &HeaderMap,
    session: &Session,
    next: &str,
) -> Response {
    let mut response = Redirect::to(next).into_response();
    keep(&mut response, session.keep(headers, (engine.now)()));
    keep(&mut response, set_cookie(FORM_COOKIE, "", 0, headers));
    response
}

/// Whether a form without a session was sent by the page we served.
pub(crate) fn is_own_form(headers: &HeaderMap, sent: &str) -> bool {
    let expected = cookie(headers, FORM_COOKIE).unwrap_or_default();
    !expected.is_empty() && guard::believe(&Method::POST, headers, Some(sent), expected)
}

/// The random text for the next form, and the cookie that remembers it. A text that the browser
/// already has is kept, so that two open tabs do not disturb each other.
pub(crate) fn form_guard(headers: &HeaderMap) -> (String, (axum::http::HeaderName, String)) {
    let known = cookie(headers, FORM_COOKIE).filter(|text| text.len() == 43);
    let text = known.map_or_else(random, str::to_owned);
    let line = set_cookie(FORM_COOKIE, &text, 3600, headers);
    (text, line)
}

/// What the form is filled with when it is shown.
#[derive(Default)]
struct Typed<'a> {
    email: &'a str,
    collection: &'a str,
    next: &'a str,
}

fn ask(
    engine: &Engine,
    headers: &HeaderMap,
    status: StatusCode,
    typed: &Typed<'_>,
    error: &str,
) -> Response {
    let (csrf, line) = form_guard(headers);
    let mut values = frame(headers);
    values.insert("csrf", &csrf);
    values.insert("email", typed.email);
    values.insert("collection", typed.collection);
    values.insert("accounts", &(engine.accounts)());
    values.insert("next", &safe_next(typed.next));
    values.insert("error", error);
    let mut response = draw(status, "login.html", &values);
    keep(&mut response, line);
    response
}

/// Where to go after signing in: a place of the console, never another site.
fn safe_next(next: &str) -> String {
    let inside = next.starts_with("/_/")
        && !next.starts_with("/_/login")
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if inside { next.to_owned() } else { "/_/".to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn next_stays_inside() {
        let rows = [
            ("/_/logs?a=b", "/_/logs?a=b"),
            ("", "/_/"),
            ("//evil", "/_/"),
            ("https://evil/_/", "/_/"),
            ("/_/\r\nX: 1", "/_/"),
            ("/_/login?next=/_/", "/_/"),
        ];
        for (next, expected) in rows {
            assert_eq!(super::safe_next(next), expected, "{next:?}");
        }
    }
}

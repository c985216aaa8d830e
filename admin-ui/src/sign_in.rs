//! Signing in and out. Both are plain forms, so they work before any module has loaded.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::Engine;
use crate::forward::{call, keep};
use crate::guard;
use crate::pages::{draw, frame};
use crate::session::{COOKIE, Session, cookie, random, set_cookie};

/// Guards forms that are sent before there is a session: the same random text in a cookie and in a
/// hidden input.
pub(crate) const FORM_COOKIE: &str = "purlin_form";

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
    ask(&headers, StatusCode::OK, "", &to.next, "")
}

/// `POST /_/session`.
pub(crate) async fn start(
    State(engine): State<Engine>,
    visit: Parts,
    Form(form): Form<Credentials>,
) -> Response {
    let headers = &visit.headers;
    if !is_own_form(headers, &form.csrf) {
        let text = "This page was open for too long. Please try once more.";
        return ask(headers, StatusCode::FORBIDDEN, &form.email, &form.next, text);
    }
    match open(&engine, &visit, &form.email, &form.password).await {
        Ok(session) => enter(&engine, headers, &session, &safe_next(&form.next)),
        Err((status, text)) => ask(headers, status, &form.email, &form.next, &text),
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

/// Exchanges e-mail and password for a session; otherwise the status and text to show.
pub(crate) async fn open(
    engine: &Engine,
    visit: &Parts,
    email: &str,
    password: &str,
) -> Result<Session, (StatusCode, String)> {
    let path = "/api/collections/_superusers/auth-with-password";
    let body = json!({ "identity": email, "password": password });
    let (status, answer) = call(engine, visit, Method::POST, path, None, Some(&body)).await;
    match (status, answer["token"].as_str()) {
        (StatusCode::OK, Some(token)) => Ok(Session::start(token.to_owned(), (engine.now)())),
        (StatusCode::BAD_REQUEST, _) => {
            Err((status, "The e-mail address or the password is not right.".to_owned()))
        }
        (StatusCode::TOO_MANY_REQUESTS, _) => {
            Err((status, "Too many attempts. Wait a moment, then try again.".to_owned()))
        }
        (StatusCode::UNAUTHORIZED, _) if answer["mfaId"].is_string() => Err((
            status,
            "This account asks for a second factor, which the console cannot take yet.".to_owned(),
        )),
        _ => Err((
            status,
            answer["message"].as_str().unwrap_or("The server did not answer.").to_owned(),
        )),
    }
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

fn ask(headers: &HeaderMap, status: StatusCode, email: &str, next: &str, error: &str) -> Response {
    let (csrf, line) = form_guard(headers);
    let mut values = frame(headers);
    values.insert("csrf", &csrf);
    values.insert("email", email);
    values.insert("next", &safe_next(next));
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

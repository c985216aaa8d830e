//! The first start: the link that the terminal printed makes the first superuser.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Engine;
use crate::forward::{call, keep};
use crate::pages::{draw, frame};
use crate::sign_in::{SUPERUSERS, enter, form_guard, is_own_form, open};

#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    password_again: String,
    #[serde(default)]
    csrf: String,
}

/// `GET /_/setup/{token}`.
pub(crate) async fn form(
    State(engine): State<Engine>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    // The link is good for one superuser; afterwards the way in is the login.
    if !(engine.needs_superuser)().await {
        return Redirect::to("/_/login").into_response();
    }
    ask(&headers, StatusCode::OK, &token, "", &Value::Null)
}

/// `POST /_/setup/{token}`.
pub(crate) async fn create(
    State(engine): State<Engine>,
    Path(token): Path<String>,
    visit: Parts,
    Form(wish): Form<Wish>,
) -> Response {
    let headers = &visit.headers;
    if !is_own_form(headers, &wish.csrf) {
        let error = json!({ "message": "This page was open for too long. Please try once more." });
        return ask(headers, StatusCode::FORBIDDEN, &token, &wish.email, &error);
    }
    let body = json!({
        "email": wish.email,
        "password": wish.password,
        "passwordConfirm": wish.password_again,
    });
    let path = "/api/collections/_superusers/records";
    let (status, answer) =
        call(&engine, &visit, Method::POST, path, Some(&token), Some(&body)).await;
    if !status.is_success() {
        return ask(headers, status, &token, &wish.email, &explained(status, answer));
    }
    match open(&engine, &visit, SUPERUSERS, &wish.email, &wish.password).await {
        Ok(session) => enter(&engine, headers, &session, "/_/"),
        Err(_) => Redirect::to("/_/login").into_response(),
    }
}

/// A token that is not accepted gets a sentence that helps; field errors stay as they are.
fn explained(status: StatusCode, answer: Value) -> Value {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => json!({
            "message": "This link is no longer valid. Restart the server and use the link it prints.",
        }),
        _ => answer,
    }
}

fn ask(
    headers: &HeaderMap,
    status: StatusCode,
    token: &str,
    email: &str,
    error: &Value,
) -> Response {
    let field = |name: &str| error["data"][name]["message"].as_str().unwrap_or_default().to_owned();
    let (email_error, password_error) = (field("email"), field("password"));
    let again_error = field("passwordConfirm");
    let explained =
        !(email_error.is_empty() && password_error.is_empty() && again_error.is_empty());
    let (csrf, line) = form_guard(headers);
    let mut values = frame(headers);
    values.insert("csrf", &csrf);
    values.insert("token", token);
    values.insert("email", email);
    values.insert("email_error", &email_error);
    values.insert("password_error", &password_error);
    values.insert("again_error", &again_error);
    let message = if explained { "" } else { error["message"].as_str().unwrap_or_default() };
    values.insert("error", message);
    let mut response = draw(status, "setup.html", &values);
    keep(&mut response, line);
    response
}

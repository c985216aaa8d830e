//! Signing in: `/api/collections/{c}/auth-…` and `impersonate`

use std::sync::Arc;

use axum::response::Response;

use super::call::Call;
use super::path::Path;
use crate::auth::{PasswordForm, impersonation_seconds};
use crate::catalog::Served;
use crate::error::{Answer, ApiError};

const MALFORMED: &str = "An error occurred while loading the submitted data.";
const UNREADABLE: &str = "Something went wrong while processing your request.";

pub(super) async fn methods(Path(collection): Path<String>, call: Call) -> Answer<Response> {
    let served = auth_collection(&call, &collection)?;
    call.answer_json(&call.app.auth.methods(&served))
}

pub(super) async fn with_password(
    Path(collection): Path<String>,
    mut call: Call,
) -> Answer<Response> {
    let served = auth_collection(&call, &collection)?;
    let app = call.app.clone();
    app.auth.takes_passwords(&served)?;
    let body = call.object(MALFORMED).await?;
    let form = PasswordForm::read(&body, &served.collection)?;
    let answer = app.auth.with_password(&call.ask(&body), &served, form, call.ip).await?;
    call.answer(answer)
}

/// Whose token it is comes first, even where nobody can sign in.
pub(super) async fn refresh(Path(collection): Path<String>, mut call: Call) -> Answer<Response> {
    let app = call.app.clone();
    let served = any_collection(&call, &collection)?;
    app.auth.refreshed(&call.caller, &served.collection)?;
    let body = call.object(UNREADABLE).await?;
    let token = (!call.refreshable).then_some(call.token.as_str());
    let answer = app.auth.refresh(&call.ask(&body), &served, token).await?;
    call.answer(answer)
}

pub(super) async fn impersonate(
    Path((collection, id)): Path<(String, String)>,
    mut call: Call,
) -> Answer<Response> {
    call.superuser()?;
    let served = any_collection(&call, &collection).ok().filter(|known| known.collection.is_auth());
    let served = served.ok_or_else(not_auth)?;
    let body = call.object(MALFORMED).await?;
    let seconds = impersonation_seconds(&body, call.sends_form())?;
    let app = call.app.clone();
    let answer = app.auth.impersonate(&call.ask(&body), &served, &id, seconds).await?;
    call.answer(answer)
}

fn any_collection(call: &Call, name: &str) -> Answer<Arc<Served>> {
    let missing = || ApiError::new(404, "Missing or invalid collection context.");
    call.snapshot.served(name).cloned().ok_or_else(missing)
}

fn auth_collection(call: &Call, name: &str) -> Answer<Arc<Served>> {
    let served = any_collection(call, name)?;
    if served.collection.is_auth() { Ok(served) } else { Err(not_auth()) }
}

fn not_auth() -> ApiError {
    ApiError::new(404, "Missing or invalid auth collection context.")
}

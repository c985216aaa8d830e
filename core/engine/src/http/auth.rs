//! Signing in: `/api/collections/{c}/auth-…` and `impersonate`

use axum::response::Response;
use purlin_model::Json;

use super::call::Call;
use super::path::Path;
use crate::auth::PasswordForm;
use crate::error::{Answer, ApiError};

const MALFORMED: &str = "An error occurred while loading the submitted data.";

pub(super) async fn methods(Path(collection): Path<String>, call: Call) -> Answer<Response> {
    let served = auth_collection(&call, &collection)?;
    call.answer_json(&call.app.auth.methods(&served))
}

pub(super) async fn with_password(
    Path(collection): Path<String>,
    mut call: Call,
) -> Answer<Response> {
    let served = auth_collection(&call, &collection)?;
    let body = call.object(MALFORMED).await?;
    let form = PasswordForm::read(&body)?;
    let app = call.app.clone();
    let answer = app.auth.with_password(&call.ask(&Json::Null), &served, form, call.ip).await?;
    call.answer(answer)
}

pub(super) async fn refresh(Path(collection): Path<String>, call: Call) -> Answer<Response> {
    let served = auth_collection(&call, &collection)?;
    let token = call.refreshable.then_some(()).map_or(Some(call.token.as_str()), |()| None);
    let answer = call.app.auth.refresh(&call.ask(&Json::Null), &served, token).await?;
    call.answer(answer)
}

pub(super) async fn impersonate(
    Path((collection, id)): Path<(String, String)>,
    mut call: Call,
) -> Answer<Response> {
    call.superuser()?;
    let served = auth_collection(&call, &collection)?;
    let body = call.object(MALFORMED).await?;
    let app = call.app.clone();
    let answer = app.auth.impersonate(&call.ask(&Json::Null), &served, &id, &body).await?;
    call.answer(answer)
}

fn auth_collection(call: &Call, name: &str) -> Answer<std::sync::Arc<crate::catalog::Served>> {
    match call.snapshot.served(name) {
        Some(served) if served.collection.is_auth() => Ok(served.clone()),
        Some(_) => Err(ApiError::new(404, "Missing or invalid auth collection context.")),
        None => Err(ApiError::new(404, "Missing or invalid collection context.")),
    }
}

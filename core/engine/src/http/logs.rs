//! `/api/logs`

use axum::response::Response;
use purlin_model::Json;

use super::answer;
use super::call::Call;
use super::path::Path;
use crate::error::Answer;

pub(super) async fn list(call: Call) -> Answer<Response> {
    call.console()?;
    let page = call.app.logs.list(&call.ask(&Json::Null).facts).await?;
    call.answer(page)
}

pub(super) async fn view(Path(id): Path<String>, call: Call) -> Answer<Response> {
    call.console()?;
    let line = call.app.logs.view(&id).await?;
    call.answer(line)
}

pub(super) async fn stats(call: Call) -> Answer<Response> {
    call.console()?;
    let hours = call.app.logs.stats(&call.ask(&Json::Null).facts).await?;
    call.answer_json(&hours)
}

pub(super) async fn clear(call: Call) -> Answer<Response> {
    call.console()?;
    call.app.logs.clear().await?;
    Ok(answer::nothing())
}

//! `/api/settings`

use axum::response::Response;

use super::call::Call;
use crate::error::Answer;

const MALFORMED: &str = "An error occurred while loading the submitted data.";

pub(super) async fn view(call: Call) -> Answer<Response> {
    call.console()?;
    call.answer_json(&call.snapshot.settings.to_json())
}

pub(super) async fn update(mut call: Call) -> Answer<Response> {
    call.console()?;
    let body = call.object(MALFORMED).await?;
    let settings = call.app.catalog.update_settings(&body, call.sends_form()).await?;
    call.answer_json(&settings.to_json())
}

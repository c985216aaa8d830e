//! `/api/authz/explain` (authorization.md 3)

use axum::response::Response;

use super::call::Call;
use crate::error::Answer;
use crate::records::Wish;

const MALFORMED: &str = "An error occurred while loading the submitted data.";

/// Why somebody may or may not do something.
pub(super) async fn explain(mut call: Call) -> Answer<Response> {
    call.console()?;
    let wish = Wish::read(&call.object(MALFORMED).await?)?;
    let now = call.app.clock.now();
    let answer = call.app.records.explain(&call.snapshot, &wish, now).await?;
    call.answer_json(&answer)
}

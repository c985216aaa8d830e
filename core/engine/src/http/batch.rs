//! `POST /api/batch`

use axum::response::Response;
use purlin_model::Json;

use super::body::DEFAULT_LIMIT;
use super::call::Call;
use crate::error::{Answer, ApiError};
use crate::records::BatchForm;

const MALFORMED: &str = "Failed to read the submitted batch data.";
/// The largest batch where the settings say nothing else: 128 MiB.
const BATCH_LIMIT: u64 = 4 * DEFAULT_LIMIT;

pub(super) async fn batch(mut call: Call) -> Answer<Response> {
    let settings = call.snapshot.settings.batch.clone();
    if !settings.enabled {
        return Err(ApiError::new(403, "Batch requests are not allowed."));
    }
    let limit = if settings.max_body_size > 0 { settings.max_body_size } else { BATCH_LIMIT };
    let read = call.submission(limit).await.map_err(|error| error.answer(MALFORMED))?;
    let uploads = read.uploads.into_iter().map(|upload| (upload.part, upload.file)).collect();
    let form = BatchForm::read(read.members, uploads, &settings)?;
    let records = call.app.records.clone();
    let answers = records.batch(&call.ask(&Json::Null), form, &settings).await?;
    call.answer(answers)
}

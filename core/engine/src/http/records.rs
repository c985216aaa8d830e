//! `/api/collections/{c}/records`

use std::time::{Duration, Instant};

use axum::response::Response;
use purlin_model::{Action, Json};

use super::answer;
use super::body::Submission;
use super::call::Call;
use super::path::Path;
use crate::error::{Answer, ApiError};
use crate::records::Submitted;

/// What record endpoints say of a body they cannot read.
const MALFORMED: &str = "Something went wrong while processing your request.";

pub(super) async fn list(Path(collection): Path<String>, mut call: Call) -> Answer<Response> {
    loop {
        let listed = call.app.records.list(&call.ask(&Json::Null), &collection).await;
        match listed {
            Ok(listed) => {
                if let Some(delay) = delay(&call, &collection, &listed) {
                    tokio::time::sleep(delay).await;
                }
                return call.answer_once(listed);
            }
            Err(error) => call.again(&collection, error).await?,
        }
    }
}

/// How long the answer has to wait when it is one of many empty ones that a filter and a list rule
/// left.
fn delay(call: &Call, collection: &str, listed: &[u8]) -> Option<Duration> {
    let filtered = !call.param("filter").is_empty() && !call.caller.is_superuser();
    if !filtered || !listed.starts_with(br#"{"items":[],"#) {
        return None;
    }
    let served = call.snapshot.served(collection)?;
    call.ask(&Json::Null).authorize(Action::List, served).ok()?.rows()?;
    call.app.records.probing.empty_list(call.ip?, &served.collection.id, Instant::now())
}

pub(super) async fn view(
    Path((collection, id)): Path<(String, String)>,
    mut call: Call,
) -> Answer<Response> {
    loop {
        let record = call.app.records.view(&call.ask(&Json::Null), &collection, &id).await;
        match record {
            Ok(record) => return call.answer_once(record),
            Err(error) => call.again(&collection, error).await?,
        }
    }
}

pub(super) async fn create(Path(collection): Path<String>, mut call: Call) -> Answer<Response> {
    let submitted = submitted(&mut call, &collection).await?;
    let records = call.app.records.clone();
    let created = records.create(&call.ask(&Json::Null), &collection, submitted).await;
    match created {
        Ok(record) => call.answer(record),
        Err(error) => Err(call.explained(&collection, error).await),
    }
}

pub(super) async fn update(
    Path((collection, id)): Path<(String, String)>,
    mut call: Call,
) -> Answer<Response> {
    let submitted = submitted(&mut call, &collection).await?;
    let records = call.app.records.clone();
    let updated = records.update(&call.ask(&Json::Null), &collection, &id, submitted).await;
    match updated {
        Ok(record) => call.answer(record),
        Err(error) => Err(call.explained(&collection, error).await),
    }
}

pub(super) async fn delete(
    Path((collection, id)): Path<(String, String)>,
    call: Call,
) -> Answer<Response> {
    match call.app.records.delete(&call.ask(&Json::Null), &collection, &id).await {
        Ok(()) => Ok(answer::nothing()),
        Err(error) => Err(call.explained(&collection, error).await),
    }
}

/// The body, read only once it is certain that there is a collection to write to.
async fn submitted(call: &mut Call, collection: &str) -> Answer<Submitted> {
    let Some(served) = call.snapshot.served(collection).cloned() else {
        return Err(ApiError::new(404, "Missing or invalid collection context."));
    };
    if served.collection.is_view() {
        return Err(ApiError::bad_request("Unsupported collection type."));
    }
    let limit = served.body_limit();
    let read = call.submission(limit).await;
    let Submission { members, uploads, .. } = read.map_err(|error| error.answer(MALFORMED))?;
    let uploads = uploads.into_iter().map(|upload| (upload.part, upload.file)).collect();
    Ok(Submitted { members, uploads })
}

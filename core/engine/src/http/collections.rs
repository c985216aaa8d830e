//! `/api/collections`: definitions. Who may use the console, but not see definitions, is shown an
//! outline of what it can reach.

use axum::response::Response;
use purlin_model::policy::Part;
use purlin_model::{Json, schema};

use super::answer;
use super::call::Call;
use super::path::Path;
use crate::catalog::Shown;
use crate::error::{Answer, ApiError};

const MALFORMED: &str = "Failed to load the submitted data due to invalid formatting.";
const MALFORMED_NEW: &str = "Failed to load the collection type data due to invalid formatting.";

pub(super) async fn list(call: Call) -> Answer<Response> {
    let shown = shown(&call)?;
    let page = call.app.catalog.list(&call.snapshot, &call.ask(&Json::Null).facts, shown).await?;
    call.answer(page)
}

pub(super) async fn view(Path(collection): Path<String>, call: Call) -> Answer<Response> {
    let shown = shown(&call)?;
    let served = call.snapshot.served(&collection).ok_or_else(ApiError::not_found)?;
    let json = call.snapshot.definition(&call.caller, served, shown);
    call.answer_json(&json.ok_or_else(ApiError::not_found)?)
}

/// How much of definitions the caller is shown.
fn shown(call: &Call) -> Answer<Shown> {
    match call.console() {
        Ok(()) => Ok(Shown::Whole),
        Err(_) if call.right(Part::Console).is_some() => Ok(Shown::Outline),
        Err(refused) => Err(refused),
    }
}

pub(super) async fn create(mut call: Call) -> Answer<Response> {
    call.console()?;
    let body = call.object(MALFORMED_NEW).await?;
    let collection = call.app.catalog.create(&body).await?;
    call.answer_json(&collection.to_json())
}

pub(super) async fn update(Path(collection): Path<String>, mut call: Call) -> Answer<Response> {
    call.console()?;
    let body = call.object(MALFORMED).await?;
    let collection = call.app.catalog.update(&collection, &body).await?;
    call.answer_json(&collection.to_json())
}

pub(super) async fn delete(Path(collection): Path<String>, call: Call) -> Answer<Response> {
    call.console()?;
    call.app.catalog.delete(&collection).await?;
    Ok(answer::nothing())
}

pub(super) async fn truncate(Path(collection): Path<String>, call: Call) -> Answer<Response> {
    call.console()?;
    // What is in a system collection decides over others, lines themselves among it.
    if call.snapshot.served(&collection).is_some_and(|served| served.collection.system) {
        call.superuser()?;
    }
    call.app.records.truncate(&call.ask(&Json::Null), &collection).await?;
    Ok(answer::nothing())
}

pub(super) async fn import(mut call: Call) -> Answer<Response> {
    call.console()?;
    let body = call.object("An error occurred while loading the submitted data.").await?;
    call.app.catalog.import(&body).await?;
    Ok(answer::nothing())
}

pub(super) async fn scaffolds(call: Call) -> Answer<Response> {
    call.console()?;
    let blank = |kind: &str| {
        let scaffold = call.app.catalog.scaffold(kind)?;
        Some((kind.to_owned(), scaffold.to_json()))
    };
    let scaffolds = ["base", "auth", "view"].into_iter().filter_map(blank);
    call.answer_json(&Json::Object(scaffolds.collect()))
}

pub(super) async fn oauth2_providers(call: Call) -> Answer<Response> {
    call.console()?;
    call.answer_json(&schema::providers_json())
}

pub(super) async fn dry_run_view(mut call: Call) -> Answer<Response> {
    call.console()?;
    let body = call.object("An error occurred while loading the submitted data.").await?;
    let outcome = call.app.catalog.dry_run_view(&body).await?;
    call.answer(outcome)
}

/// Our extension: what a save of this definition would change, without saving it.
pub(super) async fn dry_run_save(mut call: Call) -> Answer<Response> {
    call.console()?;
    let body = call.object(MALFORMED).await?;
    let changes = call.app.catalog.dry_run_save(&body).await?;
    call.answer_json(&Json::Object(vec![("changes".to_owned(), changes)]))
}

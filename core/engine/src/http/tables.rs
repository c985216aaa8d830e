//! `/api/datasources/{name}/tables`: our extension

use axum::response::Response;
use purlin_model::Json;

use super::call::Call;
use super::path::Path;
use crate::error::{Answer, ApiError};

const MALFORMED: &str = "An error occurred while loading the submitted data.";

/// What could be made of the tables, and what became of those that are served.
pub(super) async fn list(Path(name): Path<String>, call: Call) -> Answer<Response> {
    call.console()?;
    let app = call.app.clone();
    let surveyed = app.catalog.survey(&name).await?;
    let tables = surveyed.iter().map(|(proposal, drifts)| proposal.to_json(drifts));
    call.answer_json(&Json::Object(vec![
        ("datasource".to_owned(), Json::Text(name)),
        ("tables".to_owned(), Json::List(tables.collect())),
    ]))
}

/// Serves `{tables: […]}` as collections.
pub(super) async fn adopt(Path(name): Path<String>, mut call: Call) -> Answer<Response> {
    call.console()?;
    let body = call.object(MALFORMED).await?;
    let tables = match body.get("tables") {
        Some(Json::List(items)) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| item.text().map(str::to_owned)).collect();
            texts.filter(|texts| !texts.is_empty())
        }
        _ => None,
    };
    let missing = || ApiError::bad_request("Name one table or more in `tables`.");
    let app = call.app.clone();
    let adopted = app.catalog.adopt(&name, &tables.ok_or_else(missing)?).await?;
    let adopted = adopted.iter().map(|collection| collection.to_json()).collect();
    call.answer_json(&Json::Object(vec![("collections".to_owned(), Json::List(adopted))]))
}

//! `GET /api/datasources`: our extension

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use futures_util::future::join_all;
use purlin_model::Json;

use super::call::Call;
use crate::error::Answer;
use crate::store::Store;

/// How long a database may take to answer before it counts as away.
const PATIENCE: Duration = Duration::from_secs(3);

/// Every configured database, `main` first: what it is, what it can do, whether it answers now.
pub(super) async fn list(call: Call) -> Answer<Response> {
    call.console()?;
    let all = call.app.datasources.all().map(|(name, store)| one(name, store));
    let all = join_all(all).await;
    call.answer_json(&Json::List(all))
}

async fn one(name: &str, store: &Arc<dyn Store>) -> Json {
    let answer = tokio::time::timeout(PATIENCE, store.ping()).await;
    let capabilities = store.capabilities();
    let text = |text: &str| Json::Text(text.to_owned());
    let mut members = vec![
        ("name", text(name)),
        ("engine", text(capabilities.engine.name())),
        ("version", text(&capabilities.version)),
        ("reachable", Json::Bool(matches!(answer, Ok(Ok(()))))),
        ("transactions", Json::Bool(capabilities.transactions.is_ok())),
        ("sqlViews", Json::Bool(capabilities.sql_views)),
        ("shared", Json::Bool(capabilities.shared)),
    ];
    if let Err(why) = capabilities.transactions {
        members.push(("transactionsRefused", text(why)));
    }
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

//! `/api/cache`: our extension

use axum::response::Response;
use purlin_model::{Collection, Json};

use super::answer;
use super::call::Call;
use super::path::Path;
use crate::cache::Counted;
use crate::error::{Answer, ApiError};

/// Every collection whose answers are kept, and how it is used on this node.
pub(super) async fn view(call: Call) -> Answer<Response> {
    call.console()?;
    let cache = call.app.records.cache();
    let counts = cache.counts();
    let collections = call.snapshot.schema.collections().iter();
    let kept = collections.filter_map(|it| Some((it, it.cache_ttl?))).map(|(it, ttl)| {
        let counted = counts.collections.get(&it.id).copied().unwrap_or_default();
        one(it, ttl, counted, cache.hindrance(it))
    });
    let mut members = vec![
        ("limit".to_owned(), number(counts.limit)),
        ("collections".to_owned(), Json::List(kept.collect())),
    ];
    members.extend(counted(counts.all));
    call.answer_json(&Json::Object(members))
}

/// Forgets everything.
pub(super) async fn clear(call: Call) -> Answer<Response> {
    call.console()?;
    call.app.forget_answers(None).await;
    Ok(answer::nothing())
}

/// Forgets what is kept of one collection.
pub(super) async fn clear_one(Path(collection): Path<String>, call: Call) -> Answer<Response> {
    call.console()?;
    let found = call.snapshot.schema.find(&collection).ok_or_else(ApiError::not_found)?;
    call.app.forget_answers(Some(&found.id)).await;
    Ok(answer::nothing())
}

fn one(collection: &Collection, ttl: u32, used: Counted, hindrance: Option<String>) -> Json {
    let mut members = vec![
        ("id".to_owned(), Json::Text(collection.id.clone())),
        ("name".to_owned(), Json::Text(collection.name.clone())),
        ("datasource".to_owned(), Json::Text(collection.datasource.clone())),
        ("ttl".to_owned(), Json::Number(f64::from(ttl))),
    ];
    members.extend(counted(used));
    members.push(("hindrance".to_owned(), hindrance.map_or(Json::Null, Json::Text)));
    Json::Object(members)
}

fn counted(counted: Counted) -> [(String, Json); 6] {
    let Counted { hits, misses, shared, entries, bytes } = counted;
    let rate = match hits + misses {
        0 => Json::Null,
        asked => Json::Number(hits as f64 / asked as f64),
    };
    [
        ("hits".to_owned(), number(hits)),
        ("misses".to_owned(), number(misses)),
        ("shared".to_owned(), number(shared)),
        ("hitRate".to_owned(), rate),
        ("entries".to_owned(), number(entries)),
        ("bytes".to_owned(), number(bytes)),
    ]
}

fn number(count: u64) -> Json {
    Json::Number(count as f64)
}

//! The HTTP API: routes, and handlers that hand over to the services (http-api.md).

mod answer;
mod auth;
mod authz;
mod batch;
mod body;
mod cache;
mod call;
mod collections;
mod conditional;
mod console;
mod datasources;
mod health;
mod journal;
mod limit;
mod logs;
mod nodes;
mod path;
mod patience;
mod peer;
mod realtime;
mod records;
mod serve;
mod settings;
mod socket;
mod tables;
mod transport;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::{get, post, put};

use crate::app::App;

pub use answer::{json, json_bytes, nothing};
pub use body::{Submission, Upload};
pub use call::Call;
pub use serve::serve;
pub use transport::Origins;

/// The routes of the API, below `/api`.
pub fn api(app: &Arc<App>) -> Router {
    let routes = Router::new()
        .route("/api/health", get(health::health))
        .merge(collection_routes())
        .merge(auth_routes())
        .route("/api/batch", post(batch::batch))
        .route("/api/realtime", get(realtime::connect).post(realtime::submit))
        .route("/api/realtime/ws", get(socket::open))
        .route("/api/realtime/clients", get(realtime::clients))
        .route("/api/cache", get(cache::view).delete(cache::clear))
        .route("/api/cache/{collection}", axum::routing::delete(cache::clear_one))
        .route("/api/console", get(console::view))
        .route("/api/authz/explain", post(authz::explain))
        .route("/api/datasources", get(datasources::list))
        .route("/api/datasources/{name}/tables", get(tables::list).post(tables::adopt))
        .route("/api/nodes", get(nodes::list))
        .route("/api/settings", get(settings::view).patch(settings::update))
        .route("/api/logs", get(logs::list).delete(logs::clear))
        .route("/api/logs/stats", get(logs::stats))
        .route("/api/logs/{id}", get(logs::view));
    routes
        .fallback(transport::nowhere)
        .method_not_allowed_fallback(transport::nowhere)
        .layer(middleware::from_fn_with_state(app.clone(), journal::journal))
        .with_state(app.clone())
}

fn collection_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/collections", get(collections::list).post(collections::create))
        .route("/api/collections/import", put(collections::import))
        .route("/api/collections/meta/scaffolds", get(collections::scaffolds))
        .route("/api/collections/meta/oauth2-providers", get(collections::oauth2_providers))
        .route("/api/collections/meta/dry-run-view", post(collections::dry_run_view))
        .route("/api/collections/meta/dry-run-save", post(collections::dry_run_save))
        .route(
            "/api/collections/{collection}",
            get(collections::view).patch(collections::update).delete(collections::delete),
        )
        .route(
            "/api/collections/{collection}/truncate",
            axum::routing::delete(collections::truncate),
        )
        .route("/api/collections/{collection}/records", get(records::list).post(records::create))
        .route(
            "/api/collections/{collection}/records/{id}",
            get(records::view).patch(records::update).delete(records::delete),
        )
}

fn auth_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/collections/{collection}/auth-methods", get(auth::methods))
        .route("/api/collections/{collection}/auth-with-password", post(auth::with_password))
        .route("/api/collections/{collection}/auth-refresh", post(auth::refresh))
        .route("/api/collections/{collection}/impersonate/{id}", post(auth::impersonate))
}

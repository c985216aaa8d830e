//! The web console of Purlin, served at `/_/`.
//!
//! The console is a guest of the engine: it holds no state and knows no database. Every wish of a
//! page travels through the same HTTP API that any client uses, forwarded in-process, so services,
//! authorization and errors are the same for both.
//!
//! Reading order: [`Engine`] (what the console needs), `pages` (what is shown), `session` (who is
//! signed in), `access` (what it may use), `guard` (which requests are believed), `forward` (how the
//! API is reached), `assets`.

mod access;
mod assets;
mod forward;
mod guard;
mod pages;
mod session;
mod setup;
mod sign_in;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::response::Redirect;
use axum::routing::{any, get, post};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use purlin_core::app::App;

/// What the console needs from the engine.
#[derive(Clone)]
pub struct Engine {
    /// The API router, with its routes under `/api/`. Requests are forwarded to it in-process.
    pub api: Router,
    /// The current time in whole seconds since the Unix epoch.
    pub now: Arc<dyn Fn() -> u64 + Send + Sync>,
    /// Whether no superuser exists yet, so that the set-up has to come first.
    pub needs_superuser: Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>,
    /// The names of the collections, other than that of superusers, whose accounts may sign in here.
    pub accounts: Arc<dyn Fn() -> Vec<String> + Send + Sync>,
}

/// The console of this app, in front of its API.
pub fn routes(app: &Arc<App>, api: Router) -> Router {
    let (clock, superusers) = (app.clock.clone(), app.superusers.clone());
    let needs_superuser = move || {
        let superusers = superusers.clone();
        async move { matches!(superusers.setup_token().await, Ok(Some(_))) }.boxed()
    };
    let now = move || u64::try_from(clock.now().as_second()).unwrap_or(0);
    let catalog = app.catalog.clone();
    let accounts = move || {
        let snapshot = catalog.snapshot();
        let all = snapshot.lines.console_accounts(&snapshot.schema).into_iter();
        let takes_passwords = all.filter(|it| it.auth().is_some_and(|it| it.password_auth.enabled));
        takes_passwords.map(|it| it.name.clone()).collect()
    };
    router(Engine {
        api,
        now: Arc::new(now),
        needs_superuser: Arc::new(needs_superuser),
        accounts: Arc::new(accounts),
    })
}

/// The console's routes, all of them under `/_/`; merge them with the engine's own router.
pub fn router(engine: Engine) -> Router {
    pages::routes()
        .route("/_", get(|| async { Redirect::permanent("/_/") }))
        .route("/_/login", get(sign_in::form))
        .route("/_/session", post(sign_in::start))
        .route("/_/session/end", post(sign_in::end))
        .route("/_/setup/{token}", get(setup::form).post(setup::create))
        .route("/_/api/{*path}", any(forward::api))
        .route("/_/assets/{version}/{*path}", get(assets::serve))
        .route("/_/{*rest}", get(pages::missing))
        .layer(middleware::map_response(guard::protect))
        .with_state(engine)
}

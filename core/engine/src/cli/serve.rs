//! `purlin serve`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{Console, Failed, ServeArgs};
use crate::app::App;
use crate::clock::Clock;
use crate::config::{self, Overrides};
use crate::store::lock::DirLock;
use crate::{http, telemetry};

pub(super) async fn run(args: ServeArgs, console: Console) -> Result<(), Failed> {
    let place = args.place.overrides();
    let ServeArgs { http, redis, authorization_model, .. } = args;
    let config = config::load(Overrides { http, redis, authorization_model, ..place })?;
    telemetry::start(&config.log).map_err(Failed)?;
    let dir = &config.server.dir;
    // Database servers are made to be shared; files are not.
    let lock = config.keeps_files().then(|| DirLock::take(dir)).transpose();
    let _lock = lock.map_err(|error| Failed(error.to_string()))?;
    let listener = listen(config.server.http).await?;
    let app =
        App::open(&config, Clock::system()).await.map_err(|error| Failed(error.to_string()))?;
    let address = listener.local_addr().unwrap_or(config.server.http);
    let link = setup_link(&app, address).await?;
    greet(address, link.as_deref());
    let origins = http::Origins(config.server.origins.clone().into());
    let api = http::api(&app);
    let router = console(&app, api.clone()).merge(api);
    let housekeeping = tokio::spawn(housekeeping(app.clone()));
    let leftovers = tokio::spawn(leftovers(app.clone()));
    let (presence, own) = (app.presence.clone(), address.to_string());
    let presence = tokio::spawn(async move { presence.keep(own).await });
    let pruning = tokio::spawn(pruning(app.clone(), config.changes.retention));
    let catalog = app.catalog.clone();
    let tables = tokio::spawn(async move { catalog.watch_tables().await });
    let realtime = app.realtime.clone();
    let stop = async move {
        asked_to_end().await;
        // They would never end by themselves.
        realtime.close();
    };
    tokio::select! {
        () = http::serve(listener, router, origins, stop) => {
            tracing::info!("every request was finished");
        }
        () = asked_twice() => tracing::warn!("asked twice: requests in flight are given up"),
    }
    housekeeping.abort();
    leftovers.abort();
    tables.abort();
    presence.abort();
    pruning.abort();
    app.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failed> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| Failed(format!("cannot listen on {address}: {error}")))
}

/// The link under which the first superuser is made; `None` when there is one.
async fn setup_link(app: &Arc<App>, address: SocketAddr) -> Result<Option<String>, Failed> {
    let token = app.superusers.setup_token().await;
    let token =
        token.map_err(|error| Failed(format!("cannot prepare the set-up: {}", error.message)))?;
    Ok(token.map(|token| format!("http://{}/_/setup/{token}", reachable(address))))
}

/// An address a browser on this machine can open.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => ([127, 0, 0, 1], v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => ([127, 0, 0, 1], v6.port()).into(),
        known => known,
    }
}

#[allow(clippy::print_stdout, reason = "the greeting is what a person at a terminal reads first")]
fn greet(address: SocketAddr, setup: Option<&str>) {
    let base = format!("http://{}", reachable(address));
    println!("Purlin {} serves {base}", env!("CARGO_PKG_VERSION"));
    println!("  API      {base}/api/");
    println!("  Console  {base}/_/");
    if let Some(link) = setup {
        println!();
        println!("Make the first superuser here (valid for 30 minutes):");
        println!("  {link}");
    }
    println!();
    println!("Try it from another terminal:");
    println!("  curl {base}/api/health");
    println!(
        "  curl -X POST {base}/api/collections/users/records -H 'Content-Type: application/json' -d '{{\"email\":\"ann@example.com\",\"password\":\"correct-horse\",\"passwordConfirm\":\"correct-horse\"}}'"
    );
    println!(
        "  curl -X POST {base}/api/collections/users/auth-with-password -H 'Content-Type: application/json' -d '{{\"identity\":\"ann@example.com\",\"password\":\"correct-horse\"}}'"
    );
}

/// Resolves when the process is asked to end.
pub(super) async fn asked_to_end() {
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    match (interrupt, terminate) {
        (Ok(mut interrupt), Ok(mut terminate)) => tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        },
        _ => std::future::pending().await,
    }
}

/// Resolves when the process is asked to end for the second time.
async fn asked_twice() {
    asked_to_end().await;
    asked_to_end().await;
}

/// What writes left to be done in other datasources.
async fn leftovers(app: Arc<App>) {
    app.records.work_off(&app.catalog, &app.clock).await;
}

/// What has to be done from time to time: old log lines and sign-ins left half-way go.
async fn housekeeping(app: Arc<App>) {
    let mut ticks = tokio::time::interval(std::time::Duration::from_secs(60 * 60));
    loop {
        ticks.tick().await;
        let snapshot = app.catalog.snapshot();
        if let Err(error) = app.logs.prune(snapshot.settings.logs.max_days).await {
            tracing::error!(%error, "old log lines could not be removed");
        }
        if let Err(error) = app.auth.sweep(&snapshot).await {
            tracing::error!(?error, "expired second-factor sessions could not be removed");
        }
    }
}

/// How often old changes are looked for.
const PRUNE: Duration = Duration::from_secs(5 * 60);

/// Old changes are forgotten, in each datasource by one node at a time.
async fn pruning(app: Arc<App>, retention: Duration) {
    let mut ticks = tokio::time::interval(PRUNE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for (datasource, store) in app.datasources.all() {
            if store.capabilities().changes.is_err() {
                continue;
            }
            let Some(_lock) = app.locks.take(&format!("prune:{datasource}")).await else {
                continue;
            };
            match store.prune(retention).await {
                Ok(0) => {}
                Ok(forgotten) => {
                    tracing::debug!(datasource, forgotten, "old changes are forgotten")
                }
                Err(error) => {
                    tracing::warn!(datasource, %error, "old changes cannot be forgotten");
                }
            }
        }
    }
}

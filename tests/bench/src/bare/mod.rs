//! Hand-written handlers over the bare drivers.

mod mongo;
mod mysql;
mod postgres;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Serialize;

use crate::message::{Message, Sent};
use crate::{Asked, Failure};

/// How many connections a server may hold; Purlin is started with the same number.
pub(crate) const POOL: u32 = 16;

/// One of the databases.
enum Bare {
    Postgres(postgres::Postgres),
    Mysql(mysql::Mysql),
    Mongo(mongo::Mongo),
}

#[derive(Serialize)]
struct Page {
    items: Vec<Message>,
}

/// Serves until it is killed.
pub(crate) async fn serve(asked: &Asked) -> Result<(), Failure> {
    let url = asked.needed("url")?;
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    let bare = match scheme {
        "postgres" => Bare::Postgres(postgres::Postgres::open(url).await?),
        "mysql" => Bare::Mysql(mysql::Mysql::open(url).await?),
        "mongodb" => Bare::Mongo(mongo::Mongo::open(url).await?),
        other => return Err(format!("--url: no handler for `{other}`").into()),
    };
    let router = Router::new()
        .route("/api/health", get(|| async { "{}" }))
        .route("/api/collections/messages/records", post(create).get(list))
        .route("/api/collections/messages/records/{id}", get(view))
        .with_state(Arc::new(bare));
    let listener = tokio::net::TcpListener::bind(asked.needed("http")?).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn create(State(bare): State<Arc<Bare>>, body: axum::body::Bytes) -> Response {
    let Ok(sent) = serde_json::from_slice::<Sent>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let message = sent.stored();
    let made = match &*bare {
        Bare::Postgres(database) => database.create(&message).await,
        Bare::Mysql(database) => database.create(&message).await,
        Bare::Mongo(database) => database.create(&message).await,
    };
    answer(made.map(|()| message))
}

async fn view(State(bare): State<Arc<Bare>>, Path(id): Path<String>) -> Response {
    answer(match &*bare {
        Bare::Postgres(database) => database.view(&id).await,
        Bare::Mysql(database) => database.view(&id).await,
        Bare::Mongo(database) => database.view(&id).await,
    })
}

async fn list(State(bare): State<Arc<Bare>>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let room = query.strip_prefix("room=").unwrap_or_default();
    let items = match &*bare {
        Bare::Postgres(database) => database.list(room).await,
        Bare::Mysql(database) => database.list(room).await,
        Bare::Mongo(database) => database.list(room).await,
    };
    answer(items.map(|items| Page { items }))
}

fn answer(found: Result<impl Serialize, Failure>) -> Response {
    let written = found.and_then(|found| Ok(serde_json::to_vec(&found)?));
    match written {
        Ok(json) => ([("content-type", "application/json")], json).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

//! Serves the console in front of any server that speaks the API, for work on the console itself:
//! `cargo run -p purlin-admin-ui --example dev -- http://127.0.0.1:8090 127.0.0.1:8091`.
//!
//! Set `NEEDS_SUPERUSER=1` to see the first start. A server without the save's dry run gets a
//! coarse stand-in that compares the top level of the collection.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http_body_util::BodyExt;
use serde_json::{Value, json};

#[derive(Clone)]
struct Upstream {
    client: reqwest::Client,
    address: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let address = args.next().unwrap_or_else(|| "http://127.0.0.1:8090".into());
    let listen = args.next().unwrap_or_else(|| "127.0.0.1:8091".into());
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let upstream = Upstream { client: reqwest::Client::new(), address };
    let api = Router::new().fallback(pass).with_state(upstream);
    let fresh = std::env::var_os("NEEDS_SUPERUSER").is_some();
    let engine = purlin_admin_ui::Engine {
        api: api.clone(),
        now: Arc::new(|| {
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs())
        }),
        needs_superuser: Arc::new(move || async move { fresh }.boxed()),
        accounts: Arc::new(Vec::new),
    };
    let app = purlin_admin_ui::router(engine).fallback_service(api);
    axum::serve(tokio::net::TcpListener::bind(&listen).await?, app).await?;
    Ok(())
}

async fn pass(State(upstream): State<Upstream>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut headers = parts.headers.clone();
    headers.remove("host");
    let answer = upstream
        .client
        .request(parts.method, format!("{}{path}", upstream.address))
        .headers(headers.clone())
        .body(body.clone())
        .send()
        .await;
    match answer {
        Ok(answer) if answer.status() == 404 && path.ends_with("/dry-run-save") => {
            coarse_dry_run(&upstream, &headers, &body).await
        }
        Ok(answer) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = answer.status();
            *response.headers_mut() = answer.headers().clone();
            response.headers_mut().remove("transfer-encoding");
            *response.body_mut() = Body::from(answer.bytes().await.unwrap_or_default());
            response
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

async fn coarse_dry_run(
    upstream: &Upstream,
    headers: &axum::http::HeaderMap,
    body: &Bytes,
) -> Response {
    let new: Value = serde_json::from_slice(body).unwrap_or_default();
    let url = format!("{}/api/collections/{}", upstream.address, new["id"].as_str().unwrap_or("-"));
    let mut headers = headers.clone();
    headers.remove("content-length");
    let old = match upstream.client.get(url).headers(headers).send().await {
        Ok(answer) => answer.json::<Value>().await.unwrap_or_default(),
        Err(_) => Value::Null,
    };
    let keys = new.as_object().into_iter().flatten();
    let changes: Vec<Value> = keys
        .filter(|(key, value)| old[key.as_str()] != **value)
        .map(|(key, _)| {
            let fewer = new[key].as_array().map(Vec::len) < old[key].as_array().map(Vec::len);
            json!({ "kind": key, "text": format!("Change {key}"), "destructive": fewer })
        })
        .collect();
    let body = json!({ "changes": changes }).to_string();
    ([("content-type", "application/json")], body).into_response()
}

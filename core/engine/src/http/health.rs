//! `GET /api/health`

use axum::response::Response;
use purlin_model::Json;

use super::call::Call;
use crate::error::Answer;
use crate::store::api_error;

/// Proxies whose headers tell the client's address.
const PROXY_HEADERS: [&str; 4] =
    ["cf-connecting-ip", "fly-client-ip", "x-real-ip", "x-forwarded-for"];

pub(super) async fn health(call: Call) -> Answer<Response> {
    // Who sends requests here learns that they would fail.
    call.app.datasources.ping().await.map_err(api_error)?;
    let text = |text: &str| Json::Text(text.to_owned());
    let mut facts = Vec::new();
    if call.caller.is_superuser() {
        let ip = call.ip.map(|ip| ip.to_string()).unwrap_or_default();
        let proxy = PROXY_HEADERS.into_iter().find(|name| call.headers.contains_key(*name));
        facts.push(("canBackup".to_owned(), Json::Bool(false)));
        facts.push(("realIP".to_owned(), text(&ip)));
        facts.push(("possibleProxyHeader".to_owned(), text(proxy.unwrap_or(""))));
    }
    call.answer_json(&Json::Object(vec![
        ("message".to_owned(), text("API is healthy.")),
        ("code".to_owned(), Json::Number(200.0)),
        ("data".to_owned(), Json::Object(facts)),
    ]))
}

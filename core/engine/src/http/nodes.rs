//! `GET /api/nodes`: our extension

use axum::response::Response;
use purlin_model::Json;

use super::call::Call;
use crate::error::Answer;
use crate::nodes::Node;
use crate::redis::State;
use crate::store::api_error;

/// The nodes that are there, the one that answers first, and how Redis is.
pub(super) async fn list(call: Call) -> Answer<Response> {
    call.console()?;
    let nodes = call.app.presence.nodes().await.map_err(api_error)?;
    let nodes = nodes.into_iter().map(|node| one(node, &call.app.node));
    let redis = call.app.redis.as_ref().map(|redis| state(&redis.state()));
    call.answer_json(&Json::Object(vec![
        ("nodes".to_owned(), Json::List(nodes.collect())),
        ("redis".to_owned(), redis.unwrap_or_default()),
    ]))
}

fn one(node: Node, here: &str) -> Json {
    let mut members = vec![("id".to_owned(), Json::from(node.id.as_str()))];
    members.push(("here".to_owned(), Json::Bool(node.id == here)));
    members.extend(node.says);
    Json::Object(members)
}

fn state(state: &State) -> Json {
    let latency = state.latency.map(|latency| Json::Number(latency.as_secs_f64() * 1000.0));
    let members = [
        ("url", Json::from(state.address.as_str())),
        ("connected", Json::Bool(state.connected)),
        ("latency", latency.unwrap_or_default()),
    ];
    Json::Object(members.map(|(key, value)| (key.to_owned(), value)).into())
}

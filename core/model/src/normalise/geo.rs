//! Points from what clients send.

use crate::json::Json;
use crate::value::Value;

/// An object or the JSON text of one, with numeric `lon` and `lat`; a missing one is 0, a wrong
/// one makes the point 0,0.
pub(super) fn point(sent: &Json) -> Value {
    let read = match sent {
        Json::Text(text) => Json::parse_whole(text.as_bytes()).unwrap_or_default(),
        sent => sent.clone(),
    };
    let coordinate = |key: &str| match read.get(key) {
        None | Some(Json::Null) => Some(0.0),
        Some(Json::Number(degrees)) => Some(*degrees),
        Some(_) => None,
    };
    match (coordinate("lon"), coordinate("lat")) {
        (Some(lon), Some(lat)) => Value::Point { lon, lat },
        _ => Value::Point { lon: 0.0, lat: 0.0 },
    }
}

//! Which rule counts a request, and as what (http-api.md 5.13).

use std::net::IpAddr;

use axum::extract::MatchedPath;
use http::Method;
use http::request::Parts;
use purlin_model::Caller;
use purlin_model::settings::Audience;

use crate::app::App;
use crate::catalog::Snapshot;
use crate::error::Answer;

const RECORDS: &str = "/api/collections/{collection}/records";
const RECORD: &str = "/api/collections/{collection}/records/{id}";

/// What rules call the requests to a collection.
const TAGS: [(&str, &str, &[&str]); 8] = [
    ("GET", RECORDS, &["list"]),
    ("POST", RECORDS, &["create"]),
    ("GET", RECORD, &["view"]),
    ("PATCH", RECORD, &["update"]),
    ("DELETE", RECORD, &["delete"]),
    ("GET", "/api/collections/{collection}/auth-methods", &["listAuthMethods"]),
    ("POST", "/api/collections/{collection}/auth-with-password", &["authWithPassword", "auth"]),
    ("POST", "/api/collections/{collection}/auth-refresh", &["authRefresh"]),
];

/// Counts a request, where rules count any and this one's caller.
///
/// # Errors
/// 429 when it is one too many.
pub(super) async fn count(
    app: &App,
    snapshot: &Snapshot,
    caller: &Caller,
    ip: Option<IpAddr>,
    parts: &Parts,
) -> Answer<()> {
    let limits = &snapshot.settings.rate_limits;
    let audience = match caller {
        Caller::Superuser(_) | Caller::System => return Ok(()),
        Caller::Guest => Audience::Guest,
        Caller::Record(_) => Audience::Auth,
    };
    let path = parts.uri.path();
    let Some(ip) = ip.filter(|ip| path.starts_with("/api/") && !limits.excludes(*ip)) else {
        return Ok(());
    };
    let tags = tags(parts);
    let collection = match tags.is_empty() {
        true => None,
        // What is asked of no collection is not counted.
        false => match snapshot.schema.find(path.split('/').nth(3).unwrap_or_default()) {
            None => return Ok(()),
            found => found,
        },
    };
    let mut labels = Vec::with_capacity(2 * tags.len() + 2);
    if let Some(collection) = collection {
        labels.extend(tags.iter().map(|tag| format!("{}:{tag}", collection.name)));
        labels.extend(tags.iter().map(|tag| format!("*:{tag}")));
    }
    labels.push(format!("{} {path}", parts.method));
    labels.push(path.to_owned());
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let Some(rule) = limits.rule(&labels, audience) else { return Ok(()) };
    let counter = match collection {
        Some(collection) => format!("{}:{}:{}", collection.id, parts.method, tags.join(":")),
        None => format!("{}{}", rule.label, rule.audience.text()),
    };
    app.limits.count(limits, rule, &counter, ip).await
}

/// What rules call a request to a collection; nothing for others.
fn tags(parts: &Parts) -> &'static [&'static str] {
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let method = if parts.method == Method::HEAD { "GET" } else { parts.method.as_str() };
    let known = TAGS.iter().find(|(asked, to, _)| *asked == method && *to == route);
    known.map_or(&[], |(_, _, tags)| tags)
}

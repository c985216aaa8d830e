//! Where a request comes from (http-api.md 1.1).

use std::net::IpAddr;

use http::HeaderMap;
use purlin_model::settings::Settings;

/// The client's address: what a trusted proxy says of it, else the peer of the connection.
#[must_use]
pub(super) fn client_ip(
    settings: &Settings,
    headers: &HeaderMap,
    peer: Option<IpAddr>,
) -> Option<IpAddr> {
    let proxy = &settings.trusted_proxy;
    for name in &proxy.headers {
        let Some(value) = headers.get(name.as_str()).and_then(|value| value.to_str().ok()) else {
            continue;
        };
        let mut addresses = value.split(',').filter_map(|address| address.trim().parse().ok());
        let found = match proxy.use_leftmost_ip {
            true => addresses.next(),
            false => addresses.next_back(),
        };
        if found.is_some() {
            return found;
        }
    }
    peer
}

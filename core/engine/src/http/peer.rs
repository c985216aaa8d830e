//! Where a request comes from (http-api.md 1.1).

use std::net::IpAddr;

use http::HeaderMap;
use purlin_model::Caller;
use purlin_model::settings::Settings;

use crate::error::{Answer, ApiError};

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

/// Superusers may come only from the addresses the settings list, if they list any.
///
/// # Errors
/// 403 for a superuser from elsewhere.
pub(super) fn admit(settings: &Settings, caller: &Caller, ip: Option<IpAddr>) -> Answer<()> {
    let refused = matches!(caller, Caller::Superuser(_)) && !settings.admits_superuser(ip);
    match refused {
        true => Err(ApiError::new(403, "You are not allowed to perform this request.")),
        false => Ok(()),
    }
}

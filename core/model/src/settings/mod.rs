//! The settings of an installation (http-api.md 6.1).
//!
//! Settings are kept as one JSON document with every key of the contract, so that what this
//! release does not act on yet is still stored and given back; what it does act on is typed.

mod check;
mod cron;
mod document;
mod limits;
mod subnet;

use std::net::IpAddr;

pub use limits::{Audience, RateLimits, RateRule};
pub use subnet::{is_listed, is_subnet};

use crate::json::Json;

/// Settings whose every key is there and of the right type.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    document: Json,
    /// `batch`
    pub batch: Batch,
    /// `logs`
    pub logs: Logs,
    /// `rateLimits`
    pub rate_limits: RateLimits,
    /// `trustedProxy`
    pub trusted_proxy: TrustedProxy,
    /// `superuserIPs`: addresses and subnets; empty = superusers come from anywhere.
    pub superuser_ips: Vec<String>,
}

/// What a batch request may be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Batch {
    pub enabled: bool,
    pub max_requests: u64,
    /// Seconds.
    pub timeout: u64,
    /// Bytes; 0 = the default limit.
    pub max_body_size: u64,
}

/// What the request log keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Logs {
    /// 0 = nothing is logged.
    pub max_days: i64,
    pub min_level: i64,
    /// Bytes of a line's facts; 0 = the default limit.
    pub max_data_size: u64,
    pub log_ip: bool,
    pub log_auth_id: bool,
}

/// Which headers tell the client's address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct TrustedProxy {
    pub headers: Vec<String>,
    pub use_leftmost_ip: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Settings::of(document::default())
    }
}

impl Settings {
    /// Merges submitted members into the settings: objects deeply, everything else as a whole;
    /// keys in any case, unknown ones ignored. Not checked yet.
    ///
    /// # Errors
    /// A value of the wrong JSON type; nothing is changed then.
    pub fn merge(&mut self, submitted: &Json) -> Result<(), WrongType> {
        self.merge_with(submitted, false)
    }

    /// The same for a form, which has texts for numbers and truth values, too.
    ///
    /// # Errors
    /// A text that is no value of its key's type; nothing is changed then.
    pub fn merge_form(&mut self, submitted: &Json) -> Result<(), WrongType> {
        self.merge_with(submitted, true)
    }

    fn merge_with(&mut self, submitted: &Json, forms: bool) -> Result<(), WrongType> {
        let mut document = self.document.clone();
        document::merge(&mut document, submitted, forms)?;
        *self = Settings::of(document);
        Ok(())
    }

    /// The settings as clients see them: without secrets.
    #[must_use]
    pub fn to_json(&self) -> Json {
        document::without_secrets(&self.document)
    }

    /// The settings as they are kept, secrets included.
    #[must_use]
    pub fn to_stored(&self) -> &Json {
        &self.document
    }

    /// Whether superusers may come from this address.
    #[must_use]
    pub fn admits_superuser(&self, ip: Option<IpAddr>) -> bool {
        self.superuser_ips.is_empty() || ip.is_some_and(|ip| is_listed(&self.superuser_ips, ip))
    }

    /// Rewrites the labels of rate limits for a collection that changes its name.
    pub fn rename_collection(&mut self, from: &str, to: &str) {
        document::rename_collection(&mut self.document, from, to);
        self.rate_limits = RateLimits::of(&self.document);
    }

    fn of(document: Json) -> Self {
        let at = |path: &[&str]| document::at(&document, path);
        let flag = |path: &[&str]| at(path).bool().unwrap_or_default();
        let whole = |path: &[&str]| at(path).number().unwrap_or_default() as i64;
        let natural = |path: &[&str]| whole(path).max(0).unsigned_abs();
        let texts = |path: &[&str]| {
            let items = at(path).items().unwrap_or_default().iter();
            items.filter_map(|item| item.text().map(str::to_owned)).collect()
        };
        Settings {
            batch: Batch {
                enabled: flag(&["batch", "enabled"]),
                max_requests: natural(&["batch", "maxRequests"]),
                timeout: natural(&["batch", "timeout"]),
                max_body_size: natural(&["batch", "maxBodySize"]),
            },
            logs: Logs {
                max_days: whole(&["logs", "maxDays"]),
                min_level: whole(&["logs", "minLevel"]),
                max_data_size: natural(&["logs", "maxDataSize"]),
                log_ip: flag(&["logs", "logIP"]),
                log_auth_id: flag(&["logs", "logAuthId"]),
            },
            rate_limits: RateLimits::of(&document),
            trusted_proxy: TrustedProxy {
                headers: texts(&["trustedProxy", "headers"]),
                use_leftmost_ip: flag(&["trustedProxy", "useLeftmostIP"]),
            },
            superuser_ips: texts(&["superuserIPs"]),
            document,
        }
    }
}

/// A submitted value that is not of its key's type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is of the wrong type")]
pub struct WrongType(pub String);

#[cfg(test)]
mod tests;

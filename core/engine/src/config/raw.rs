//! The configuration file as text says it, before anything is checked.

use serde::Deserialize;

/// `config/purlin.toml`. Keys that are not known are refused by name and line.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawConfig {
    pub server: RawServer,
    pub database: RawDatabase,
    pub redis: RawRedis,
    pub log: RawLog,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawServer {
    pub http: String,
    pub dir: String,
    pub origins: Vec<String>,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawDatabase {
    pub url: String,
    pub durability: String,
    pub readers: usize,
    pub query_timeout_seconds: u64,
}

/// `[redis]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawRedis {
    pub url: String,
}

/// `[log]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawLog {
    pub filter: String,
}

impl Default for RawServer {
    fn default() -> Self {
        RawServer {
            http: "127.0.0.1:8090".to_owned(),
            dir: "./purlin_data".to_owned(),
            origins: Vec::new(),
        }
    }
}

impl Default for RawDatabase {
    fn default() -> Self {
        RawDatabase {
            url: String::new(),
            durability: "full".to_owned(),
            readers: 0,
            query_timeout_seconds: 30,
        }
    }
}

impl Default for RawLog {
    fn default() -> Self {
        RawLog { filter: "info".to_owned() }
    }
}

//! The configuration file as text says it, before anything is checked.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `config/purlin.toml`. Keys that are not known are refused by name and line.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawConfig {
    pub server: RawServer,
    pub database: RawDatabase,
    pub datasources: BTreeMap<String, RawDatabase>,
    pub redis: RawRedis,
    pub changes: RawChanges,
    pub cache: RawCache,
    pub authorization: RawAuthorization,
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

/// `[database]`, and each of `[datasources]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawDatabase {
    pub url: String,
    pub durability: String,
    pub readers: usize,
    pub pool_size: u32,
    pub connect_timeout_seconds: u64,
    pub query_timeout_seconds: u64,
    pub idle_timeout_seconds: u64,
    pub replicas: Vec<String>,
}

/// `[redis]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawRedis {
    pub url: String,
}

/// `[changes]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawChanges {
    pub retention: String,
}

/// `[cache]`
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawCache {
    pub size: String,
}

/// `[authorization]`
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[allow(missing_docs)]
pub struct RawAuthorization {
    pub model: String,
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
            pool_size: 0,
            connect_timeout_seconds: 10,
            query_timeout_seconds: 30,
            idle_timeout_seconds: 600,
            replicas: Vec::new(),
        }
    }
}

impl Default for RawChanges {
    fn default() -> Self {
        RawChanges { retention: "24h".to_owned() }
    }
}

impl Default for RawCache {
    fn default() -> Self {
        RawCache { size: "64 MiB".to_owned() }
    }
}

impl Default for RawLog {
    fn default() -> Self {
        RawLog { filter: "info".to_owned() }
    }
}

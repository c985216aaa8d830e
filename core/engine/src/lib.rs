//! The Purlin engine, in layers: a module names only modules of lower rows (ARCHITECTURE.md).

pub mod cli;

pub mod http;

pub mod app;

pub mod auth;
pub mod limits;
pub mod logs;
pub mod moving;
pub mod nodes;
pub mod realtime;
pub mod records;

pub mod authz;
pub mod catalog;
pub mod changes;

pub mod cache;
pub mod events;
pub mod redis;
pub mod store;

pub mod clock;
pub mod config;
pub mod error;
pub mod passwords;
pub mod query_string;
pub mod random;
pub mod telemetry;

//! The Purlin engine, in layers: a module names only modules of lower rows (ARCHITECTURE.md).

pub mod cli;

pub mod http;

pub mod app;

pub mod auth;
pub mod logs;
pub mod moving;
pub mod records;

pub mod authz;
pub mod catalog;

pub mod events;
pub mod store;

pub mod clock;
pub mod config;
pub mod error;
pub mod passwords;
pub mod query_string;
pub mod random;
pub mod telemetry;

//! The SDK against a running server, and against a socket that records what it sends.
//!
//! `PURLIN_BIN` names the server's binary; without it, `purlin` in the target folder is used.

mod admin;
mod auth;
mod batch;
mod examples;
mod failures;
mod files;
mod filters;
mod policies;
mod realtime;
mod realtime_wire;
mod records;
mod refresh;
mod server;
mod store;
mod wire;

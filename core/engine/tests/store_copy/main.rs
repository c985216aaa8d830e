//! A whole installation from one store to another: SQLite to each engine, and back.

// A test that meets what it does not expect fails right there.
#![allow(clippy::unwrap_used)]

#[path = "../backends/mod.rs"]
mod backends;
mod cut;
mod home;
mod kept;
mod refused;
mod stopped;

//! The promises of the store traits, one test each, on every store there is.

// A test that meets what it does not expect fails right there.
#![allow(clippy::unwrap_used)]

mod afresh;
#[path = "../backends/mod.rs"]
mod backends;
mod beside;
mod conditions;
mod cut_off;
mod foreign;
mod kit;
mod lock;
mod pages;
mod records;
mod schema;
mod transactions;
mod views;

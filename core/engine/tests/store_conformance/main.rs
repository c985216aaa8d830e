//! The promises of the store traits, one test each, on every store there is.

// A test that meets what it does not expect fails right there.
#![allow(clippy::unwrap_used)]

mod afresh;
#[path = "../backends/mod.rs"]
mod backends;
mod beside;
mod changes;
mod changes_in_flight;
mod conditions;
mod cut_off;
mod falters;
mod foreign;
mod kit;
mod lock;
mod moments;
mod pages;
mod prompt;
mod records;
mod schema;
mod transactions;
mod views;

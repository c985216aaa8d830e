//! The promises of the store traits, one test each, on every store there is.

mod conditions;
mod foreign;
mod kit;
mod pages;
mod records;
mod schema;
mod transactions;

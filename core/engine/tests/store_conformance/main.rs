//! The promises of the store traits, one test each, on every store there is.

mod kit;
mod records;

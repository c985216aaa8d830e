//! What the dialect means where databases differ: text matching, case and the text of numbers
//! follow SQLite everywhere (http-api.md 8).

mod geo;
mod like;
mod number;

pub use geo::distance;
pub use like::{like, lower};
pub use number::{decimal, general, number_text};

#[cfg(test)]
mod tests;

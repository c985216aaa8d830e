//! Serving what is already in a database: tables as they are found, the collections they could be,
//! and whether a collection still fits its table.

mod column;
mod drift;
mod json;
mod key;
mod name;
mod propose;
mod renew;
mod table;
#[cfg(test)]
mod tests;

pub use column::holds;
pub use drift::{Difference, Drift, drift};
pub use key::pattern as key_pattern;
pub use propose::{Proposal, propose};
pub use table::{Reference, Table, TableColumn};

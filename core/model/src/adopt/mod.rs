//! Serving what is already in a database: tables as they are found, the collections they could be,
//! and whether a collection still fits its table.

mod table;

pub use table::{Reference, Table, TableColumn};

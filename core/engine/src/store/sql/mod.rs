//! Plans to SQL text and parameters. Pure: nothing here touches a database.
//!
//! The text depends only on the plan's shape: every value is bound, so that prepared statements
//! are found again. Row `n` of a condition is the alias `rn` wherever it is joined; a subquery that
//! joins rows of its own hides outer rows of the same number. What is particular to SQLite is in
//! `idiom` and `table`.

mod condition;
mod idiom;
pub(crate) mod index;
mod rows;
mod select;
mod statement;
pub(crate) mod table;
mod term;
#[cfg(test)]
pub(crate) mod tests;
mod write;

pub(crate) use select::{columns, count, groups, is_point, page};
pub(crate) use statement::{Parameter, Statement};
pub(crate) use write::{delete, exist, insert, matches, unchanged, update};

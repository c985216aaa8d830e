//! Plans to SQL text and parameters. Pure: nothing here touches a database.
//!
//! The text depends only on the plan's shape: every value is bound, so that prepared statements
//! are found again. Row `n` of a condition is the alias `rn` wherever it is joined; a subquery that
//! joins rows of its own hides outer rows of the same number. What the databases say differently is
//! behind `dialect`.

pub(crate) mod alter;
mod condition;
pub(crate) mod dialect;
pub(crate) mod index;
pub(crate) mod log;
pub(crate) mod mysql;
mod name;
pub(crate) mod postgres;
mod rows;
mod select;
pub(crate) mod sqlite;
mod statement;
pub(crate) mod table;
#[cfg(test)]
mod tests;
pub(crate) mod typed;
mod write;

pub(crate) use select::{
    columns, count, groups, is_point, page, page_with_total, page_with_total_if_full,
};
pub(crate) use statement::{Parameter, Statement, texts_json};
pub(crate) use write::{
    delete, holds, insert, insert_all, insert_for_key, insert_if, is_there, only_if, returning_key,
    update,
};

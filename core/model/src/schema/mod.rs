//! What a collection is: fields, rules, indexes, and the schema they form together.

pub mod auth;
pub mod field;

mod collection;
mod schema;

pub use auth::AuthOptions;
pub use collection::{Collection, Kind, Rules};
pub use field::{Field, FieldKind};
pub use schema::{Reference, Schema};

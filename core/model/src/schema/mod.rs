//! What a collection is: fields, rules, indexes, and the schema they form together.

pub mod auth;
pub mod check;
pub mod field;
pub mod import;
pub mod index;
pub mod names;
pub mod providers;
pub mod scaffold;
pub mod system;
pub mod view;

mod adopted;
mod auth_json;
mod collection;
mod collection_json;
mod field_json;
mod mails;
mod merge;
pub(crate) mod read;
mod row;
#[allow(clippy::module_inception)] // The type of that name has the file of that name.
mod schema;
mod settle;
mod sql;
mod summary;
mod uses;

pub use auth::AuthOptions;
pub use check::{RuleCheck, check};
pub use collection::{Collection, Kind, MAIN, Rules};
pub use collection_json::Secrets;
pub use field::{Field, FieldKind, Native, NativeKind};
pub use merge::merge;
pub use providers::providers_json;
pub use row::BadRow;
pub use schema::{Reference, Schema};
pub use summary::{Note, summarize};
pub use uses::{beneath, relating_to};

/// A submitted value of a wrong JSON type, or a field of an unknown type: nothing more can be said
/// of the body (`Failed to load the submitted data due to invalid formatting.`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the definition is not of the expected form")]
pub struct Unreadable;

//! Schema, query language and plans of Purlin.
//!
//! Everything here is pure: nothing awaits, nothing reads a clock, a file or a database. Text goes
//! in, typed plans come out; the engine's stores carry plans out.

pub mod adopt;
pub mod caller;
pub mod date;
pub mod dialect;
pub mod draft;
pub mod encode;
pub mod fault;
pub mod json;
pub mod normalise;
pub mod pattern;
pub mod plan;
pub mod policy;
pub mod query;
pub mod record;
pub mod schema;
pub mod settings;
pub mod value;

pub use caller::{Action, Caller};
pub use fault::{Fault, Faults};
pub use json::Json;
pub use record::Record;
pub use schema::{Collection, Field, FieldKind, Schema};
pub use value::Value;

#[cfg(test)]
mod odd_text;

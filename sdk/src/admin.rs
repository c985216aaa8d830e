//! What superusers do: collections, policies, settings, logs.

mod collection;
mod collections;
mod explain;
mod field;
mod logs;
mod policy;
mod settings;

pub use collection::{Collection, CollectionType};
pub use collections::{Collections, Scaffolds};
pub use explain::{
    Decision, Explain, ExplainedFields, ExplainedLine, ExplainedStatement, Explanation, LineSource,
};
pub use field::Field;
pub use logs::{LogCount, LogEntry, Logs};
pub use policy::{Effect, Policy, Role};
pub use settings::Settings;

//! What superusers do: collections, settings, logs.

mod collection;
mod collections;
mod field;
mod logs;
mod settings;

pub use collection::{Collection, CollectionType};
pub use collections::{Collections, Scaffolds};
pub use field::Field;
pub use logs::{LogCount, LogEntry, Logs};
pub use settings::Settings;

//! The Purlin engine, in layers: a module names only modules of lower rows (ARCHITECTURE.md).

pub mod clock;
pub mod store;

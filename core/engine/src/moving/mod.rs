//! Moving in: an application that ran elsewhere becomes one of Purlin's.
//!
//! What is brought over is built beside what the target holds and takes its place at the very end:
//! until then nothing of the target is touched, and nothing of the source ever is.
//! Policies and roles move in and out of files (`policies`).

pub mod copy;
pub mod policies;

mod build;
mod cells;
mod definitions;
mod files;
mod pocketbase;
mod source;
mod target;

use std::path::PathBuf;

pub use pocketbase::import;

use crate::store::StoreError;

/// What is to be brought from where to where.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The directory that is moved out of; only read.
    pub source: PathBuf,
    /// The directory that holds everything of Purlin's.
    pub dir: PathBuf,
    /// The database file.
    pub database: PathBuf,
    /// Replace what the target holds.
    pub force: bool,
}

/// What was brought over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Each collection in the order of the source.
    pub collections: Vec<Count>,
    /// Uploaded files.
    pub files: u64,
    /// What could not be brought over or will not work, each one sentence.
    pub warnings: Vec<String>,
}

/// A collection that was brought over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Its name.
    pub name: String,
    /// How many records it has; `None` for a view, which computes them.
    pub records: Option<u64>,
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Records of a collection, `done` of `all`; both are equal when it is complete.
    Records {
        /// The collection's name.
        collection: &'a str,
        /// Records brought over so far.
        done: u64,
        /// Records there are.
        all: u64,
    },
    /// Uploaded files copied so far.
    Files(u64),
}

/// Hears how far an import is.
pub type Listener<'l> = &'l mut (dyn FnMut(Step<'_>) + Send);

/// Why nothing was brought over; one sentence.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct MoveError(pub String);

impl MoveError {
    fn at(path: &std::path::Path, error: impl std::fmt::Display) -> Self {
        MoveError(format!("{}: {error}", path.display()))
    }
}

impl From<StoreError> for MoveError {
    fn from(error: StoreError) -> Self {
        MoveError(error.to_string())
    }
}

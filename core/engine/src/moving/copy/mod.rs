//! Moving house: a whole installation from one database to another, whatever the two engines.
//!
//! Everything goes through the [`Store`] trait. The target gets its tables, indexes and views while
//! it is empty, so that what it refuses is known before anything is copied; then the definitions,
//! then the records in insertion order, the settings, and at the end both sides are read again and
//! compared. A marker among the target's `_params` keeps it from being served until then. The last
//! record of a table says how far its copying came, so a copy that was killed goes on from there.

mod compare;
mod load;
mod marker;
mod pages;
mod shape;
mod source;
mod start;
mod sum;

pub use compare::Compared;
pub use sum::Sum;

use purlin_model::Collection;
use purlin_model::schema::system;
use std::sync::Arc;

use self::shape::Shaped;
use self::source::Source;
use self::start::Start;
use super::MoveError;
use crate::clock::Clock;
use crate::store::Store;

/// The two sides of a copy.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'s> {
    /// What is copied; only read.
    pub from: &'s dyn Store,
    /// What it is copied to.
    pub to: &'s dyn Store,
    /// Where the request log is copied from and to; without it the log stays behind.
    pub logs: Option<(&'s dyn Store, &'s dyn Store)>,
}

/// How it is copied.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Throw away what an unfinished copy left in the target.
    pub restart: bool,
    /// Leave out the views and indexes the target refuses, instead of not beginning.
    pub skip_refused: bool,
    /// Records read and written at once, at the most.
    pub rows: u64,
    /// Bytes written at once; only a single record may be larger.
    pub bytes: usize,
}

impl Default for Wish {
    fn default() -> Self {
        Wish { restart: false, skip_refused: false, rows: 1000, bytes: 4 << 20 }
    }
}

/// How far a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Records of a collection are in the target, `done` of `all`; both are equal at its end.
    Copied {
        /// The collection's name.
        collection: &'a str,
        /// Records there, those of an earlier run included.
        done: u64,
        /// Records there are.
        all: u64,
    },
    /// Records of a collection were compared.
    Compared {
        /// The collection's name.
        collection: &'a str,
        /// Records compared so far.
        done: u64,
        /// Records there are.
        all: u64,
    },
}

/// Hears how far a copy is.
pub type Listener<'l> = &'l mut (dyn FnMut(Step<'_>) + Send);

/// What was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// Every table, as both sides hold it.
    pub tables: Vec<Compared>,
    /// Views and indexes the target does not have because it refused them.
    pub left_out: Vec<LeftOut>,
    /// What a person should know, each one sentence.
    pub notes: Vec<String>,
    /// Records written by this run; an earlier one may have written the others.
    pub written: u64,
}

/// A view or an index the target refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// `view NAME` or `index NAME of COLLECTION`.
    pub what: String,
    /// The query or index text.
    pub text: String,
    /// What the target said; empty when an earlier run was told.
    pub why: String,
}

impl Copied {
    /// Whether both sides hold the same; if not, the target stays an unfinished copy.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.tables.iter().all(Compared::is_same)
    }
}

/// Copies an installation, or goes on with a copy that was interrupted. Dropping the future leaves
/// the target as a kill would: to be gone on with.
///
/// # Errors
/// Some sentences that say what is in the way. The source is as it was.
pub async fn copy(
    ends: &Ends<'_>,
    wish: &Wish,
    clock: &Clock,
    hear: Listener<'_>,
) -> Result<Copied, MoveError> {
    let source = Source::read(ends.from).await?;
    let there = ends.to.look().await?;
    let shaped = match start::decide(ends.to, &source, &there, wish, clock).await? {
        Start::Making => shape::make(ends.to, &source, &there, wish, clock).await?,
        Start::Filling => Shaped::found(ends.to, &source).await?,
    };
    let mut copied = Copied { notes: source.notes(), ..Copied::default() };
    for collection in &shaped.tables {
        copied.written += load::records(ends.from, ends.to, collection, wish, hear).await?;
    }
    copied.written += load::params(ends.to, &source).await?;
    let log = Arc::new(system::logs_table());
    if let Some((from, to)) = ends.logs {
        copied.written += load::log(from, to, &log, wish, hear).await?;
    }
    compare_all(ends, &source, &shaped, &log, wish, hear, &mut copied).await?;
    copied.left_out = shaped.left_out;
    if copied.is_exact() {
        marker::remove(ends.to).await?;
    }
    Ok(copied)
}

async fn compare_all(
    ends: &Ends<'_>,
    source: &Source,
    shaped: &Shaped,
    log: &Arc<Collection>,
    wish: &Wish,
    hear: Listener<'_>,
    copied: &mut Copied,
) -> Result<(), MoveError> {
    // What was defined or set meanwhile shows as well.
    let now = Source::read(ends.from).await?;
    if now.identity != source.identity {
        return Err(MoveError(
            "the collections of the source were changed meanwhile: stop what serves it and begin \
             anew with --restart"
                .to_owned(),
        ));
    }
    copied.tables.push(compare::definitions(ends.to, &now, shaped).await?);
    copied.tables.push(compare::params(ends.to, &now).await?);
    for collection in &shaped.tables {
        let compared = compare::records((ends.from, ends.to), collection, wish, hear).await?;
        copied.tables.push(compared);
    }
    if let Some(logs) = ends.logs {
        copied.tables.push(compare::records(logs, log, wish, hear).await?);
    }
    for view in &shaped.views {
        copied.notes.extend(compare::view(ends.from, ends.to, view).await);
    }
    Ok(())
}

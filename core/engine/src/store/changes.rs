//! The log of committed changes, as databases keep it.
//!
//! A write and its entry are one transaction, or the database's own feed tells of the write: what is
//! rolled back is never told, and what is committed always is, whichever node dies.

use std::fmt;
use std::str::FromStr;
use std::time::Instant;

use async_trait::async_trait;
use purlin_model::Action;

use super::StoreError;

/// How many changes a feed answers at a time at the most.
pub const FEED: usize = 500;

/// A place in the log of one datasource: after a change. Later changes have greater ones, on
/// whichever node they are read. Written `57`, or `57-3` where several changes share a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The number of the entry, or the time of the database's feed.
    pub at: u64,
    /// Which change of those with the same number.
    pub nth: u32,
}

impl Position {
    /// After the entry of that number.
    #[must_use]
    pub fn at(at: u64) -> Self {
        Position { at, nth: 0 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.nth {
            0 => write!(f, "{}", self.at),
            nth => write!(f, "{}-{nth}", self.at),
        }
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (at, nth) = text.split_once('-').unwrap_or((text, "0"));
        Ok(Position { at: at.parse()?, nth: nth.parse()? })
    }
}

/// A committed change to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the log.
    pub position: Position,
    /// The id of the record's collection.
    pub collection: String,
    /// The record's id.
    pub record: String,
    /// Create, update or delete.
    pub action: Action,
    /// What a deleted record was, as [`purlin_model::Record::to_kept`] wrote it; `None` where
    /// nobody had read it.
    pub was: Option<String>,
}

/// Follows the log of a datasource: each change once, in the order of their positions. The changes
/// of one record come in the order in which they were committed.
#[async_trait]
pub trait Feed: fmt::Debug + Send {
    /// What was committed after what was answered before, [`FEED`] at the most. Empty when there is
    /// nothing new: at once, or after waiting a little where the feed is pushed.
    ///
    /// Nothing is passed over: a change that may still be committed before another one is waited
    /// for. After an error the same may be asked again, but for `Gone`: then changes were forgotten
    /// that had not been answered.
    async fn next(&mut self) -> Result<Vec<Logged>, StoreError>;

    /// Everything up to here was answered.
    fn position(&self) -> Position;

    /// Whatever was committed before this moment was answered, as far as it is not before where the
    /// feed began. `None` where that cannot be said of any moment yet.
    fn caught_up(&self) -> Option<Instant>;

    /// Whether `next` waits for what comes, so that nobody needs to wake its caller.
    fn is_pushed(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_read_as_they_are_written() {
        for (text, position) in [
            ("0", Position::default()),
            ("57", Position::at(57)),
            ("9-3", Position { at: 9, nth: 3 }),
        ] {
            assert_eq!(position.to_string(), text);
            assert_eq!(text.parse(), Ok(position));
        }
        for text in ["", "-", "x", "1-", "-1", "1-2-3"] {
            assert!(text.parse::<Position>().is_err(), "{text}");
        }
    }
}

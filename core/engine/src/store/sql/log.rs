//! Logs of changes that are tables in which numbers are given before the commit.
//!
//! Numbers grow in the order in which they are given, and that of a write is given while its record
//! is locked: the changes of one record are numbered in the order of their commits. Between records
//! a greater number may be committed first, and one that was given may never be: a feed waits at a
//! number that is missing until it is *settled*, that is, until nothing can come there any more.

use std::time::Instant;

use purlin_model::Action;
use purlin_model::plan::{Entry, Write};

use crate::store::{Assigned, FEED, Logged, Position, StoreError};

/// Why a store that was opened without a log has none.
pub(crate) const NONE: &str = "this database was opened without a log of changes";

/// How an entry is marked up to which all was forgotten: the last one that was.
pub(crate) const FORGOTTEN: i64 = 0;

/// How a number is marked that nothing was written under and nothing will be.
pub(crate) const VOID: i64 = 4;

/// What the log says of writes that were carried out, in their order; `assigned` are the keys that
/// the database gave.
pub(crate) fn entries(writes: &[Write], assigned: &[Assigned]) -> Vec<Entry> {
    let mut given = assigned.iter().peekable();
    let mut entries = Vec::new();
    for (index, write) in writes.iter().enumerate() {
        let key = given.next_if(|it| it.write == index);
        let Some(mut entry) = write.entry() else { continue };
        if let Some(key) = key {
            entry.record.clone_from(&key.id);
        }
        entries.push(entry);
    }
    entries
}

/// How an action is written down.
pub(crate) fn number_of(action: Action) -> i64 {
    match action {
        Action::Create => 1,
        Action::Delete => 3,
        _ => 2,
    }
}

/// The action of a number.
pub(crate) fn action_of(number: i64) -> Action {
    match number {
        1 => Action::Create,
        3 => Action::Delete,
        _ => Action::Update,
    }
}

/// What stands at one number.
#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    Change(Logged),
    /// Nothing, for good.
    Void(u64),
    /// What stood here and before was forgotten.
    Forgotten,
}

impl Line {
    /// Of the columns of an entry.
    pub(crate) fn of(
        number: u64,
        action: i64,
        [collection, record]: [String; 2],
        was: Option<String>,
    ) -> Self {
        match action {
            FORGOTTEN => Line::Forgotten,
            VOID => Line::Void(number),
            action => Line::Change(Logged {
                position: Position::at(number),
                collection,
                record,
                action: action_of(action),
                was,
            }),
        }
    }

    /// The number it stands at, where it is of use.
    pub(crate) fn number(&self) -> Option<u64> {
        match self {
            Line::Change(change) => Some(change.position.at),
            Line::Void(number) => Some(*number),
            Line::Forgotten => None,
        }
    }
}

/// How far a feed has come.
#[derive(Debug)]
pub(crate) struct Place {
    /// Everything up to here was answered.
    pub(crate) at: u64,
    /// Up to here a number that is missing stays missing, where it is read now or later.
    pub(crate) settled: u64,
    /// When it was last asked and nothing more was there.
    pub(crate) caught_up: Option<Instant>,
}

/// What of the lines that were read may be answered.
#[derive(Debug, PartialEq)]
pub(crate) struct Taken {
    pub(crate) changes: Vec<Logged>,
    /// The numbers that are missing at its end, of which some may still come: from, to.
    pub(crate) gap: Option<(u64, u64)>,
}

impl Place {
    pub(crate) fn new(at: u64, settled: u64) -> Self {
        Place { at, settled, caught_up: None }
    }

    /// As [`Place::take`] of lines that were asked for then, [`FEED`] of them at the most.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn take_next(
        &mut self,
        lines: Vec<Line>,
        asked: Instant,
    ) -> Result<Taken, StoreError> {
        let are_all = lines.len() < FEED;
        let taken = self.take(lines)?;
        if are_all && taken.gap.is_none() {
            self.caught_up = Some(asked);
        }
        Ok(taken)
    }

    /// Goes over lines, which are all there are after this place, in their order, up to the first
    /// number that is missing and not settled.
    ///
    /// # Errors
    /// `Gone` where something was forgotten that was not answered.
    pub(crate) fn take(&mut self, lines: Vec<Line>) -> Result<Taken, StoreError> {
        if lines.contains(&Line::Forgotten) {
            return Err(StoreError::Gone);
        }
        let mut changes = Vec::with_capacity(lines.len());
        for line in lines {
            let number = line.number().ok_or(StoreError::Gone)?;
            let before = number.saturating_sub(1);
            if before > self.at && before > self.settled {
                let gap = Some((self.at.max(self.settled) + 1, before));
                return Ok(Taken { changes, gap });
            }
            self.at = number;
            if let Line::Change(change) = line {
                changes.push(change);
            }
        }
        Ok(Taken { changes, gap: None })
    }
}

/// Where to go on after a position.
///
/// # Errors
/// `Gone` where the log does not reach back to it (`next` is how the next entry is marked), or not
/// forward to it.
pub(crate) fn place_after(
    after: Position,
    next: Option<i64>,
    last: u64,
) -> Result<Place, StoreError> {
    if after.nth > 0 || after.at > last || next == Some(FORGOTTEN) {
        return Err(StoreError::Gone);
    }
    Ok(Place::new(after.at, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(number: u64) -> Line {
        let named = ["notes".to_owned(), number.to_string()];
        Line::of(number, number_of(Action::Update), named, None)
    }

    #[test]
    fn a_feed_goes_to_the_first_number_that_may_still_come() {
        let lines = || vec![change(3), Line::Void(4), change(5), change(8), change(9), change(11)];
        for (settled, answered, at, gap) in [
            (0, "3 5", 5, Some((6, 7))),
            (5, "3 5", 5, Some((6, 7))),
            (6, "3 5", 5, Some((7, 7))),
            (7, "3 5 8 9", 9, Some((10, 10))),
            (10, "3 5 8 9 11", 11, None),
            (99, "3 5 8 9 11", 11, None),
        ] {
            let mut place = Place::new(2, settled);
            let taken = place.take(lines()).unwrap();
            let records: Vec<_> = taken.changes.iter().map(|it| it.record.as_str()).collect();
            assert_eq!((records.join(" ").as_str(), taken.gap), (answered, gap), "{settled}");
            assert_eq!(place.at, at, "{settled}");
        }
    }

    #[test]
    fn what_was_forgotten_is_never_passed() {
        let mut place = Place::new(2, 99);
        let gone = place.take(vec![change(3), Line::Forgotten, change(5)]);
        assert_eq!(gone.unwrap_err().to_string(), StoreError::Gone.to_string());
    }
}

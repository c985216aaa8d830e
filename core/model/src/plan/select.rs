//! A read.

use std::sync::Arc;

use super::condition::{Condition, Term};
use crate::record::Record;
use crate::schema::Collection;

/// Which records to read, in which order, and what of them.
#[derive(Clone, Debug, Hash)]
pub struct Select {
    /// Which records: row 0 is a `Base` row of the collection read (or a `Given` record).
    pub condition: Condition,
    /// What to sort by, over the condition's rows; ties break by insertion order.
    pub sort: Vec<Order>,
    /// Only records inserted after the stored record of this id, and none when it is not there:
    /// goes on after the last record of a page in insertion order at no cost for those before it.
    /// `offset` counts from there, `total` does not know of it. Never of a view or an adopted table,
    /// which have no such order.
    pub after: Option<String>,
    /// How many records to skip.
    pub offset: u64,
    /// How many records to answer at the most.
    pub limit: u64,
    /// Whether to count all records the condition holds for.
    pub total: bool,
    /// Conditions answered per record, by which an output's slots may be masked. Each has its own
    /// rows; its row 0 is the record read.
    pub masks: Vec<Condition>,
    /// What comes back of each record.
    pub output: Output,
}

impl Select {
    /// The collection read.
    ///
    /// # Panics
    /// Never for a plan made by this crate: row 0 always has a collection.
    #[must_use]
    pub fn collection(&self) -> &Arc<Collection> {
        self.condition.base()
    }
}

impl Condition {
    /// The collection of the base row.
    ///
    /// # Panics
    /// Never for a condition made by this crate: row 0 always has a collection.
    #[must_use]
    pub fn base(&self) -> &Arc<Collection> {
        self.rows[0].collection.as_ref().expect("row 0 of a condition is a record")
    }
}

/// One sort key.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Order {
    /// What to sort by.
    pub key: Key,
    /// Largest first.
    pub descending: bool,
}

/// What a sort goes by.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Key {
    /// A term; null first. Over a `many` row: the smallest value ascending, the largest descending.
    Term(Term),
    /// The order in which records were inserted (`@rowid`).
    Insertion,
    /// A new random order for each read.
    Random,
}

/// What comes back of each record.
#[derive(Clone, Debug, Hash)]
pub enum Output {
    /// All its values.
    Records,
    /// The finished JSON object, written where the row is read.
    Json(Arc<Shape>),
    /// Nothing but how many there are.
    Nothing,
    /// How many records begin alike: by the first characters of a text field, ascending; sort,
    /// offset and limit do not count.
    Counts {
        /// Position of the text field.
        field: usize,
        /// How many characters make a group.
        prefix: usize,
    },
}

/// How records of a collection become JSON objects.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Shape {
    /// The members in the order they are written.
    pub slots: Vec<Slot>,
}

/// One member of a record's JSON object.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum Slot {
    /// A member that is the same for every record, as finished JSON `"key":value`.
    Fixed(String),
    /// A field's value.
    Field {
        /// `"name":` as it is written.
        key: String,
        /// Position of the field in the collection.
        field: usize,
        /// Left out of a record for which this mask (an index into `Select::masks`) does not hold.
        mask: Option<usize>,
    },
}

/// What a read answers.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// With `Output::Json`: the objects, joined by commas.
    pub json: Vec<u8>,
    /// With `Output::Records`: the records.
    pub records: Vec<Found>,
    /// With `Output::Counts`: each group's text and how many records it has.
    pub counts: Vec<(String, u64)>,
    /// How many records (or groups) the page has.
    pub count: u64,
    /// How many records the condition holds for, when asked.
    pub total: Option<u64>,
}

/// A record read, with what its masks answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The record.
    pub record: Record,
    /// `masks[i]` says whether `Select::masks[i]` holds for it.
    pub masks: Vec<bool>,
}

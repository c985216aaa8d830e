//! Whether a field has a unique index of its own.

use crate::schema::Collection;

/// Whether a `CREATE UNIQUE INDEX` of the collection is on this field alone.
pub(super) fn is_unique(collection: &Collection, field: &str) -> bool {
    collection.indexes.iter().any(|index| column(index).is_some_and(|column| column == field))
}

/// The only column of a unique index.
fn column(index: &str) -> Option<&str> {
    let mut words = index.split_ascii_whitespace();
    let mut next = |word: &str| words.next().is_some_and(|found| found.eq_ignore_ascii_case(word));
    if !(next("create") && next("unique") && next("index")) {
        return None;
    }
    let (_, columns) = index.split_once('(')?;
    let (column, _) = columns.split_once(')')?;
    if column.contains(',') {
        return None;
    }
    let name = column.split_ascii_whitespace().next()?;
    Some(name.trim_matches(['`', '"', '\'', '[', ']']))
}

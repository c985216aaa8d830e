//! Reading a table from its first record to its last.

use std::sync::Arc;

use purlin_model::plan;
use purlin_model::{Collection, Record, Value};

use super::Wish;
use crate::moving::MoveError;
use crate::store::Store;

/// How many records of a table nothing is known of are read at first: they could be large.
const FIRST: u64 = 64;

/// The records of a table in insertion order, a page at a time.
pub(super) struct Pages<'s> {
    store: &'s dyn Store,
    collection: Arc<Collection>,
    /// The id of the last record read.
    after: Option<String>,
    /// How many are read next, so that they come to about as many bytes as may be written at once.
    rows: u64,
    most: u64,
    bytes: usize,
}

impl<'s> Pages<'s> {
    /// What comes after the record of an id, or from the beginning.
    pub(super) fn after(
        store: &'s dyn Store,
        collection: &Arc<Collection>,
        after: Option<String>,
        wish: &Wish,
    ) -> Self {
        let (most, bytes) = (wish.rows.max(1), wish.bytes);
        Pages { store, collection: collection.clone(), after, rows: FIRST.min(most), most, bytes }
    }

    /// The next records; none at the end.
    pub(super) async fn next(&mut self) -> Result<Vec<Record>, MoveError> {
        let select = plan::next(&self.collection, self.after.as_deref(), self.rows);
        let page = self.store.select(&select).await.map_err(|error| {
            MoveError(format!("{} cannot be read: {error}", self.collection.name))
        })?;
        let records: Vec<Record> = page.records.into_iter().map(|found| found.record).collect();
        if let Some(last) = records.last() {
            self.after = Some(last.id().to_owned());
            let average = records.iter().map(weight).sum::<usize>() / records.len();
            let fit = (self.bytes / average.max(1)) as u64;
            self.rows = fit.clamp(1, self.most).min(self.rows * 4);
        }
        Ok(records)
    }
}

/// About how many bytes a record takes on its way.
pub(super) fn weight(record: &Record) -> usize {
    let of = |value: &Value| match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        Value::List(items) => items.iter().map(|item| item.len() + 3).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Point { .. } => 0,
    };
    record.values.iter().map(|value| 8 + of(value)).sum()
}

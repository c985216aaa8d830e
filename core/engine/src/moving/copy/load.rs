//! Records into a target.

use std::collections::HashSet;
use std::sync::Arc;

use purlin_model::plan::{self, Output, Select, Write};
use purlin_model::schema::system;
use purlin_model::{Collection, Record};

use super::pages::{Pages, weight};
use super::source::{Source, all};
use super::{Listener, Step, Wish};
use crate::moving::MoveError;
use crate::store::{SchemaChange, Store, StoreError};

/// Brings the records of a collection over that are not there yet, in the order they were inserted
/// in; how many that were.
pub(super) async fn records(
    from: &dyn Store,
    to: &dyn Store,
    collection: &Arc<Collection>,
    wish: &Wish,
    hear: Listener<'_>,
) -> Result<u64, MoveError> {
    let name = collection.name.as_str();
    let all = count(from, collection).await?;
    let last = to.select(&plan::last(collection)).await?.records.into_iter().next();
    let last = last.map(|found| found.record.id().to_owned());
    let mut done = 0;
    if let Some(id) = &last {
        done = count(to, collection).await?;
        if from.select(&plan::by_id(collection, id, Output::Nothing)).await?.count == 0 {
            return Err(MoveError(format!(
                "the last record copied of {name}, {id}, is not in the source any more: --restart \
                 throws the unfinished copy away and begins anew"
            )));
        }
    }
    let before = done;
    let mut pages = Pages::after(from, collection, last, wish);
    let mut page = pages.next().await?;
    while !page.is_empty() {
        let size = page.len() as u64;
        // The next page is read while this one is written.
        let (written, next) = tokio::join!(append(to, page, wish), pages.next());
        written?;
        page = next?;
        done += size;
        if !page.is_empty() {
            hear(Step::Copied { collection: name, done, all: all.max(done + 1) });
        }
    }
    hear(Step::Copied { collection: name, done, all: done });
    Ok(done - before)
}

/// Brings over what `_params` holds and the target has not yet: settings.
pub(super) async fn params(to: &dyn Store, source: &Source) -> Result<u64, MoveError> {
    let there = all(to, &Arc::new(system::params_table())).await?;
    let there: HashSet<&str> = there.iter().map(Record::id).collect();
    let missing = source.params.iter().filter(|row| !there.contains(row.id())).cloned();
    let missing: Vec<Record> = missing.collect();
    let count = missing.len() as u64;
    append(to, missing, &Wish::default()).await?;
    Ok(count)
}

/// Brings the lines of the request log over.
pub(super) async fn log(
    from: &dyn Store,
    to: &dyn Store,
    table: &Arc<Collection>,
    wish: &Wish,
    hear: Listener<'_>,
) -> Result<u64, MoveError> {
    to.migrate(&[SchemaChange::Ensure(table.clone())], Vec::new()).await?;
    records(from, to, table, wish, hear).await
}

/// Writes records in order, in batches that are not too large. What fails leaves those before it.
async fn append(to: &dyn Store, records: Vec<Record>, wish: &Wish) -> Result<(), MoveError> {
    // Without transactions only a single write is whole or not at all.
    let most = if to.capabilities().transactions.is_ok() { usize::MAX } else { 1 };
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for record in records {
        let more = weight(&record);
        if !batch.is_empty() && (bytes + more > wish.bytes || batch.len() >= most) {
            write(to, std::mem::take(&mut batch)).await?;
            bytes = 0;
        }
        bytes += more;
        batch.push(record);
    }
    if batch.is_empty() { Ok(()) } else { write(to, batch).await }
}

/// Writes a batch. One that is refused is written record by record, to name the one in question.
async fn write(to: &dyn Store, batch: Vec<Record>) -> Result<(), MoveError> {
    let refused = match to.write(batch.iter().cloned().map(Write::create).collect()).await {
        Ok(_) => return Ok(()),
        Err(
            error @ (StoreError::Refused(_) | StoreError::Unfit(_) | StoreError::NotUnique { .. }),
        ) => error,
        Err(error) => return Err(error.into()),
    };
    for record in batch {
        let (name, id) = (record.collection.name.clone(), record.id().to_owned());
        let written = to.write(vec![Write::create(record)]).await;
        written.map_err(|error| {
            MoveError(format!("the target refuses the record {id} of {name}: {error}"))
        })?;
    }
    tracing::warn!(error = %refused, "a batch was refused whose records were not");
    Ok(())
}

/// How many records a collection has.
pub(super) async fn count(
    store: &dyn Store,
    collection: &Arc<Collection>,
) -> Result<u64, MoveError> {
    let select = Select { limit: 0, total: true, ..plan::first(collection, 0) };
    let page = store.select(&Select { output: Output::Nothing, ..select }).await?;
    Ok(page.total.unwrap_or(0))
}

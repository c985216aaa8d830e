//! Queries sent to the server, inside or outside of a session.

use std::time::Duration;

use futures_util::StreamExt;
use mongodb::bson::{Document, RawDocument};
use mongodb::raw_batch_cursor::RawBatch;
use mongodb::{ClientSession, Database};

use super::error::Failure;
use super::select::{Find, LIMITLESS, Query};
use crate::store::StoreError;

/// Where queries go.
pub(super) struct Place<'p> {
    pub(super) database: &'p Database,
    /// How long one may take.
    pub(super) time: Duration,
    /// The transaction it is part of.
    pub(super) session: Option<&'p mut ClientSession>,
}

/// How many documents come at once at the most; limits beyond are fetched in parts.
const BATCH: u64 = 1000;

impl Place<'_> {
    /// Carries out a query on a collection; `each` sees every document.
    pub(super) async fn query(
        &mut self,
        collection: &str,
        query: Query,
        (offset, limit): (u64, u64),
        each: &mut (dyn FnMut(&RawDocument) -> Result<(), StoreError> + Send),
    ) -> Result<(), Failure> {
        let Find { filter, sort, projection } = match query {
            Query::Pipeline(stages) => {
                return self.aggregate(Some(collection), stages, limit, each).await;
            }
            Query::Find(find) => *find,
        };
        let collection = self.database.collection::<Document>(collection);
        let mut find = collection.find(filter).max_time(self.time);
        if !sort.is_empty() {
            find = find.sort(sort).allow_disk_use(true);
        }
        if !projection.is_empty() {
            find = find.projection(projection);
        }
        if offset > 0 {
            // The server adds the limit to it.
            find = find.skip(offset.min(LIMITLESS));
        }
        if limit < LIMITLESS {
            find = find.limit(i64::try_from(limit).unwrap_or(i64::MAX));
        }
        find = find.batch_size(batch_size(limit));
        match self.session.as_deref_mut() {
            None => {
                let mut batches = find.batch().await?;
                while let Some(batch) = batches.next().await {
                    read(&batch?, each)?;
                }
            }
            Some(session) => {
                let mut cursor = find.session(&mut *session).batch().await?;
                let mut batches = cursor.stream(session);
                while let Some(batch) = batches.next().await {
                    read(&batch?, each)?;
                }
            }
        }
        Ok(())
    }

    /// Carries out a pipeline on a collection, or on none.
    pub(super) async fn aggregate(
        &mut self,
        collection: Option<&str>,
        stages: Vec<Document>,
        limit: u64,
        each: &mut (dyn FnMut(&RawDocument) -> Result<(), StoreError> + Send),
    ) -> Result<(), Failure> {
        let named = collection.map(|name| self.database.collection::<Document>(name));
        let aggregate = match &named {
            Some(collection) => collection.aggregate(stages),
            None => self.database.aggregate(stages),
        };
        let aggregate =
            aggregate.max_time(self.time).allow_disk_use(true).batch_size(batch_size(limit));
        match self.session.as_deref_mut() {
            None => {
                let mut batches = aggregate.batch().await?;
                while let Some(batch) = batches.next().await {
                    read(&batch?, each)?;
                }
            }
            Some(session) => {
                let mut cursor = aggregate.session(&mut *session).batch().await?;
                let mut batches = cursor.stream(session);
                while let Some(batch) = batches.next().await {
                    read(&batch?, each)?;
                }
            }
        }
        Ok(())
    }
}

/// One more than asked for, so that the server sees that nothing follows.
fn batch_size(limit: u64) -> u32 {
    u32::try_from(limit.min(BATCH) + 1).unwrap_or(u32::MAX)
}

fn read(
    batch: &RawBatch,
    each: &mut (dyn FnMut(&RawDocument) -> Result<(), StoreError> + Send),
) -> Result<(), Failure> {
    let documents = batch.doc_slices()?;
    for document in documents {
        let document = document.map_err(|error| StoreError::Unavailable(error.to_string()))?;
        if let Some(document) = document.as_document() {
            each(document)?;
        }
    }
    Ok(())
}

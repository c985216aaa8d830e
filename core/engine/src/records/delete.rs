//! Deleting records: one, or all of a collection.

use purlin_model::plan::{self, Output, Write};
use purlin_model::schema::system;
use purlin_model::{Action, date};

use super::cascade::{Cascade, reaches_others};
use super::lookup::resolved;
use super::write::writable;
use super::{Ask, Records};
use crate::authz::authorize;
use crate::error::{Answer, ApiError};
use crate::events::Change;
use crate::store::{Access, api_error};

/// Records deleted at a time when a collection is emptied.
const CHUNK: u64 = 500;

impl Records {
    /// Deletes a record that the caller may delete, and what hangs on it.
    ///
    /// # Errors
    /// 404 without such a record or by rule, 400 when a required reference keeps it.
    pub async fn delete(&self, ask: &Ask<'_>, collection: &str, id: &str) -> Answer<()> {
        let served = ask.served(collection)?;
        writable(served)?;
        let store = self.store(&served.collection)?;
        let ruled = authorize(ask.facts.caller, Action::Delete, served)?.rule().is_some();
        if !ruled && !reaches_others(&ask.snapshot.schema, &served.collection) {
            let changes = self.delete_within(store, ask, collection, id).await?;
            self.bus.publish(&changes);
            return Ok(());
        }
        let transaction = store.begin().await.map_err(api_error)?;
        let changes = self.delete_within(&*transaction, ask, collection, id).await?;
        transaction.commit().await.map_err(api_error)?;
        self.bus.publish(&changes);
        Ok(())
    }

    /// The same inside a transaction, which the caller commits.
    pub(super) async fn delete_within(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        collection: &str,
        id: &str,
    ) -> Answer<Vec<Change>> {
        let served = ask.served(collection)?;
        writable(served)?;
        let collection = &served.collection;
        let scope = authorize(ask.facts.caller, Action::Delete, served)?;
        let schema = &ask.snapshot.schema;
        let select = plan::view(schema, &ask.facts, collection, &scope, id, Output::Records);
        let select = resolved(select).ok_or_else(ApiError::not_found)?;
        let page = access.select(&select).await.map_err(api_error)?;
        let found = page.records.into_iter().next().ok_or_else(ApiError::not_found)?;
        if collection.name == system::SUPERUSERS {
            self.keep_one(access, collection).await?;
        }
        let now = date::format(ask.facts.now);
        let mut cascade = Cascade::new(access, schema, &now);
        cascade.delete(found.record).await?;
        Ok(cascade.changes)
    }

    /// Deletes every record of a collection, one by one with what hangs on each, or none.
    ///
    /// # Errors
    /// 404 without such a collection, 400 for a view or when a required reference keeps a record.
    pub async fn truncate(&self, ask: &Ask<'_>, id_or_name: &str) -> Answer<()> {
        let served = ask.snapshot.served(id_or_name).ok_or_else(ApiError::not_found)?;
        let collection = &served.collection;
        if collection.is_view() {
            return Err(ApiError::bad_request(
                "View collections cannot be truncated since they don't store their own records.",
            ));
        }
        let transaction = self.store(collection)?.begin().await.map_err(api_error)?;
        let now = date::format(ask.facts.now);
        let reaching = reaches_others(&ask.snapshot.schema, collection);
        let mut changes = Vec::new();
        loop {
            let select = plan::first(collection, CHUNK);
            let page = transaction.select(&select).await.map_err(api_error)?;
            if page.count == 0 {
                break;
            }
            let mut cascade = Cascade::new(&*transaction, &ask.snapshot.schema, &now);
            if reaching {
                for found in page.records {
                    cascade.delete(found.record).await.map_err(not_truncated)?;
                }
                changes.append(&mut cascade.changes);
                continue;
            }
            let deletes = page.records.iter().map(|found| Write::Delete {
                collection: collection.clone(),
                id: found.record.id().to_owned(),
                guards: Vec::new(),
            });
            transaction.write(deletes.collect()).await.map_err(api_error)?;
            changes.extend(page.records.into_iter().map(|found| Change {
                collection: collection.clone(),
                id: found.record.id().to_owned(),
                action: Action::Delete,
            }));
        }
        transaction.commit().await.map_err(api_error)?;
        self.bus.publish(&changes);
        Ok(())
    }

    /// Superusers are never without one.
    async fn keep_one(
        &self,
        access: &dyn Access,
        collection: &std::sync::Arc<purlin_model::Collection>,
    ) -> Answer<()> {
        let page = access.select(&plan::first(collection, 2)).await.map_err(api_error)?;
        match page.count {
            0 | 1 => Err(ApiError::bad_request("You can't delete the only existing superuser.")),
            _ => Ok(()),
        }
    }
}

fn not_truncated(error: ApiError) -> ApiError {
    match error.status {
        400 => ApiError::bad_request(
            "Failed to truncate collection (most likely due to required cascade delete record references).",
        ),
        _ => error,
    }
}

//! Plans to the databases that hold their collections.

use async_trait::async_trait;
use purlin_model::plan::{Page, Select, Write};

use super::{Access, Assigned, Datasources, StoreError, Transaction};

/// Each plan goes to the database of its collection. Writes that are to be made together have to be
/// for one.
#[async_trait]
impl Access for Datasources {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        self.of(select.condition.base())?.select(select).await
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        let Some(first) = batch.first() else { return Ok(Vec::new()) };
        let collection = first.collection().clone();
        together(&batch, &collection.datasource)?;
        self.of(&collection)?.write(batch).await
    }
}

/// Reads of what is newest: from the servers that are written to, never from copies that may lag.
#[derive(Clone, Copy, Debug)]
pub struct Newest<'a>(pub &'a Datasources);

#[async_trait]
impl Access for Newest<'_> {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        self.0.of(select.condition.base())?.select_newest(select).await
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        self.0.write(batch).await
    }
}

/// An open transaction in one database. What is in others is read and written beside it: at once,
/// and without it.
#[derive(Debug)]
pub struct Open {
    datasource: String,
    transaction: Box<dyn Transaction>,
    all: Datasources,
}

impl Open {
    /// Opens a transaction in the datasource of that name. Dropping it rolls back.
    ///
    /// # Errors
    /// What the store's `begin` answers; `Unavailable` for a datasource that is not configured.
    pub async fn begin(all: &Datasources, datasource: &str) -> Result<Self, StoreError> {
        let unknown =
            || StoreError::Unavailable(format!("the datasource `{datasource}` is not configured"));
        let transaction = all.named(datasource).ok_or_else(unknown)?.begin().await?;
        Ok(Open { datasource: datasource.to_owned(), transaction, all: all.clone() })
    }

    /// Makes everything written so far durable.
    ///
    /// # Errors
    /// What the transaction's `commit` answers.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.transaction.commit().await
    }
}

#[async_trait]
impl Access for Open {
    async fn select(&self, select: &Select) -> Result<Page, StoreError> {
        match select.condition.base().datasource == self.datasource {
            true => self.transaction.select(select).await,
            false => self.all.select(select).await,
        }
    }

    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError> {
        match batch.first().is_none_or(|write| write.collection().datasource == self.datasource) {
            true => {
                together(&batch, &self.datasource)?;
                self.transaction.write(batch).await
            }
            false => self.all.write(batch).await,
        }
    }
}

/// Whether all writes are for that datasource.
fn together(batch: &[Write], datasource: &str) -> Result<(), StoreError> {
    match batch.iter().all(|write| write.collection().datasource == datasource) {
        true => Ok(()),
        false => Err(StoreError::Refused("writes for several databases are not one".to_owned())),
    }
}

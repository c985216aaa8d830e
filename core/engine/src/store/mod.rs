//! Stores: databases that carry out plans.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use purlin_model::plan::{Page, Select, Write};
use purlin_model::{Collection, Value};

pub mod lock;
pub mod mongo;
pub mod mysql;
pub mod postgres;
pub mod private;
#[cfg(all(test, unix))]
mod private_tests;
pub mod sqlite;

mod alone;
mod asked;
mod capabilities;
mod change;
mod changes;
mod datasources;
#[cfg(test)]
mod datasources_tests;
mod definitions;
mod error;
#[cfg(test)]
mod example;
#[cfg(test)]
mod lowering_tests;
mod open;
mod pause;
mod pool;
mod replicas;
mod routing;
mod server_options;
mod sql;

pub use alone::{write_all, write_each};
pub use asked::Asked;
pub use capabilities::{Capabilities, Engine};
pub use change::SchemaChange;
pub use changes::{FEED, Feed, Logged, Position};
pub use datasources::{Datasources, Unopened};
pub use error::{StoreError, api_error};
pub use open::{Options, open};
pub use purlin_model::adopt::{Reference, Table, TableColumn};
pub use routing::{Newest, Open};
pub use server_options::ServerOptions;

/// Reading and writing: what a store and an open transaction have in common, so that a service
/// does not know which of the two it works on.
#[async_trait]
pub trait Access: fmt::Debug + Send + Sync {
    /// Carries out a read. Ties in the order break by insertion order.
    async fn select(&self, select: &Select) -> Result<Page, StoreError>;

    /// Carries out writes in order, all or none. Guards are checked inside, each just before its
    /// write. Answers only when the writes are durable to the promised level (in a transaction:
    /// when they are made).
    ///
    /// Answers the keys the database gave to new records that left theirs out.
    async fn write(&self, batch: Vec<Write>) -> Result<Vec<Assigned>, StoreError>;
}

/// A key that the database gave to a new record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// Which write of the batch.
    pub write: usize,
    /// The key, as text.
    pub id: String,
}

/// Why records of a view could not be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OddIds {
    /// Some are null or empty.
    Empty,
    /// Some are there more than once.
    Repeated,
}

/// A database that can carry out plans. Plans arrive typed and authorised: a store decides how,
/// never whether.
#[async_trait]
pub trait Store: Access {
    /// What the database is and can do, as found when it was opened.
    fn capabilities(&self) -> &Capabilities;

    /// The same as `select`, from the server that is written to: never from a copy that may lag.
    async fn select_newest(&self, select: &Select) -> Result<Page, StoreError> {
        self.select(select).await
    }

    /// Applies schema changes and the writes that record them, all or none, while no other node
    /// does the same. The guards of the writes are checked before anything changes. Collections
    /// that were adopted are left as they are.
    async fn migrate(&self, changes: &[SchemaChange], writes: Vec<Write>)
    -> Result<(), StoreError>;

    /// Opens a transaction: its reads see its writes, and nothing is kept unless it commits.
    /// Dropping it rolls back. Meant for batches and cascades, not for single writes.
    async fn begin(&self) -> Result<Box<dyn Transaction>, StoreError>;

    /// The output columns of a view query, which must be one SELECT statement (`Refused` if it is
    /// not). Nothing is changed.
    async fn describe(&self, query: &str) -> Result<Vec<String>, StoreError>;

    /// What is wrong with the ids a view query that `describe` accepts yields now.
    async fn odd_ids(&self, query: &str) -> Result<Option<OddIds>, StoreError>;

    /// The first rows of a view query that `describe` accepts, in its columns: what a dry run
    /// shows. Values are null, numbers and texts.
    async fn sample(&self, query: &str, limit: u64) -> Result<Vec<Vec<Value>>, StoreError>;

    /// The tables, views and collections there are, whoever made them; those of Purlin's own among
    /// them. In the order of their names.
    async fn look(&self) -> Result<Vec<Table>, StoreError>;

    /// Follows the log of committed changes, from a position on or from now on: everything is
    /// answered that commits after this call returned. `Gone` when the log does not reach back to
    /// the position, or not forward to it; `Refused` with the sentence of [`Capabilities::changes`]
    /// where there is no log.
    async fn follow(&self, after: Option<Position>) -> Result<Box<dyn Feed>, StoreError>;

    /// Where the log ends now: what committed before the call is not after it, and what commits
    /// after this returned is. Errors as of [`Store::follow`].
    async fn end(&self) -> Result<Position, StoreError> {
        Ok(self.follow(None).await?.position())
    }

    /// The collections there are in this database, whenever that changed: what its own feed tells
    /// of is told with their ids.
    fn known(&self, _collections: &[Arc<Collection>]) {}

    /// Forgets changes made longer than that ago, by the database's clock; answers how many. The
    /// newest one always stays, so that positions never begin anew.
    async fn prune(&self, age: Duration) -> Result<u64, StoreError>;

    /// What the database would be asked to carry out a read.
    fn asked(&self, select: &Select) -> Asked;

    /// Answers when the database does.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Finishes what was accepted and releases the database; later calls fail.
    async fn close(&self);
}

/// An open transaction.
#[async_trait]
pub trait Transaction: Access {
    /// Makes everything written so far durable.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}

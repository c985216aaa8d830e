//! Records of all collections: the service every caller enters by, whatever the protocol.
//!
//! Reading: authorize, plan, one trip. Writing: authorize, work out and check the record, write it
//! with guards that hold inside the transaction what was checked outside.

mod aftermath;
mod ask;
mod batch;
mod batch_form;
mod cascade;
mod delete;
mod elsewhere;
mod expand;
mod explain;
mod finish;
mod foresee;
mod lines;
mod lookup;
mod outcome;
mod pending;
mod permit;
mod probing;
mod read;
mod tries;
mod watch;
mod write;

use std::sync::Arc;

use purlin_model::{Collection, Json};

pub use aftermath::INSTALLER;
pub use ask::Ask;
pub use batch::failed_request;
pub use batch_form::BatchForm;
pub use explain::Wish;
pub use probing::Probing;
pub(crate) use watch::Watch;

use crate::cache::Cache;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::{Answer, ApiError};
use crate::events::Bus;
use crate::passwords::Passwords;
use crate::store::{Datasources, Open, Store, api_error};

use outcome::{Halt, Outcome};
use pending::Outbox;
use tries::Lane;

/// What a client submits for a record.
#[derive(Clone, Debug, Default)]
pub struct Submitted {
    /// Members of the body in order.
    pub members: Vec<(String, Json)>,
    /// Part and file name of the files sent along.
    pub uploads: Vec<(String, String)>,
}

/// Reads and writes records.
#[derive(Debug)]
pub struct Records {
    datasources: Datasources,
    cache: Arc<Cache>,
    catalog: Arc<Catalog>,
    bus: Arc<Bus>,
    passwords: Passwords,
    outbox: Arc<Outbox>,
    /// Where batches pass.
    lane: Lane,
    /// Who may be guessing hidden values.
    pub probing: Probing,
}

impl Records {
    /// Over the databases that a cache reads; committed changes are told to the bus, those of policies and roles are in
    /// force before anything is answered.
    #[must_use]
    pub fn new(
        cache: Arc<Cache>,
        catalog: Arc<Catalog>,
        bus: Arc<Bus>,
        passwords: Passwords,
    ) -> Self {
        let datasources = cache.sources().clone();
        let outbox = Arc::new(Outbox::new(datasources.clone(), bus.clone()));
        let (lane, probing) = (Lane::default(), Probing::default());
        Records { datasources, cache, catalog, bus, passwords, outbox, lane, probing }
    }

    /// What is kept of answers.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// Does in other datasources what earlier writes left to be done there, by this process or any
    /// before it, for as long as it is polled.
    pub async fn work_off(&self, catalog: &Catalog, clock: &Clock) {
        self.outbox.work(catalog, clock).await;
    }

    /// The database that holds the records of a collection.
    fn store(&self, collection: &Collection) -> Answer<&dyn Store> {
        self.datasources.of(collection).map(AsRef::as_ref).map_err(api_error)
    }

    /// Opens a transaction in a datasource; what is elsewhere is reached beside it.
    async fn begin(&self, ask: &Ask<'_>, datasource: &str) -> Answer<Open> {
        self.outbox.ready(&ask.snapshot.schema, datasource).await?;
        Open::begin(&self.datasources, datasource).await.map_err(api_error)
    }
}

/// A plan of our own making that could not be made.
fn broken_plan(error: purlin_model::query::QueryError) -> ApiError {
    ApiError::internal(format!("a plan could not be made: {error}"))
}

//! Serving tables as they are found: proposals, taking them on, and seeing that they stay the same.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use purlin_model::adopt::{self, Drift, Proposal, Table};
use purlin_model::plan::check_rule;
use purlin_model::schema;
use purlin_model::{Collection, Schema};

use super::change::Stop;
use super::standing::{self, same_shape};
use super::{ATTEMPTS, Catalog, Served, Snapshot, overtaken};
use crate::error::{Answer, ApiError, first_fault};
use crate::store::{Engine, Store, StoreError, api_error};

const FAILED: &str = "Failed to adopt the tables.";
/// How often tables are looked at.
const INTERVAL: Duration = Duration::from_secs(60);
/// How soon after they could not be looked at.
const RETRY: Duration = Duration::from_secs(2);

/// A collection whose table was looked at.
#[derive(Clone, Debug)]
pub struct Looked {
    /// The collection.
    pub collection: Arc<Collection>,
    /// What is different.
    pub drifts: Vec<Drift>,
}

impl Catalog {
    /// What could be made of the tables of a datasource, and how far those that are served have
    /// drifted from their collections. Collections whose table is gone come last.
    ///
    /// # Errors
    /// 404 for a datasource that is not configured, 503 when it is away.
    pub async fn survey(&self, datasource: &str) -> Answer<Vec<(Proposal, Vec<Drift>)>> {
        let tables = self.tables(datasource).await?;
        let looked = self.look_at_tables(Some(datasource)).await.map_err(api_error)?;
        let schema = &self.snapshot().schema;
        let proposals = adopt::propose(schema, datasource, &tables, &|_| true);
        let drifts = |id: &str| {
            let found = looked.iter().find(|looked| looked.collection.id == id);
            found.map(|looked| looked.drifts.clone()).unwrap_or_default()
        };
        let surveyed = proposals.into_iter().map(|proposal| {
            let drifts = proposal.served.as_ref().map(|served| drifts(&served.id));
            (proposal, drifts.unwrap_or_default())
        });
        let mut surveyed: Vec<_> = surveyed.collect();
        let gone = |it: &&Looked| !tables.iter().any(|table| table.name == it.collection.table());
        for Looked { collection, drifts } in looked.iter().filter(gone) {
            surveyed.push((Proposal::of_gone(collection), drifts.clone()));
        }
        Ok(surveyed)
    }

    /// Serves tables of a datasource, or brings the collections up to date that serve them. The
    /// tables themselves are left as they are. All, or none.
    ///
    /// # Errors
    /// 404 for a datasource that is not configured, 400 for a table that is not there or cannot be
    /// served, and for rules that no longer fit.
    pub async fn adopt(&self, datasource: &str, names: &[String]) -> Answer<Vec<Arc<Collection>>> {
        let _one = self.changing.lock().await;
        for _ in 0..ATTEMPTS {
            let before = self.latest().await?;
            let tables = self.tables(datasource).await?;
            let (after, adopted) = self.with_adopted(&before, datasource, &tables, names)?;
            match self.make(&before, after, Vec::new()).await {
                Ok(()) => {
                    let now = self.snapshot();
                    let served = adopted.iter().filter_map(|id| now.schema.by_id(id));
                    return Ok(served.cloned().collect());
                }
                Err(Stop::Overtaken) => {}
                Err(Stop::Store(error)) => return Err(api_error(error)),
            }
        }
        Err(overtaken())
    }

    /// The schema with the tables of these names in it, and the ids of their collections.
    fn with_adopted(
        &self,
        before: &Snapshot,
        datasource: &str,
        tables: &[Table],
        names: &[String],
    ) -> Answer<(Schema, Vec<String>)> {
        if let Some(name) = names.iter().find(|name| !tables.iter().any(|it| it.name == **name)) {
            let message = format!("The datasource {datasource} has no table {name}.");
            return Err(ApiError::bad_request(message));
        }
        let wanted = |table: &Table| names.contains(&table.name);
        let proposals = adopt::propose(&before.schema, datasource, tables, &wanted);
        let mut all = before.schema.collections().to_vec();
        let mut adopted = Vec::new();
        for name in names {
            let Some(proposal) = proposals.iter().find(|known| known.table.name == *name) else {
                let message = format!("The table {name} is one that Purlin made.");
                return Err(ApiError::bad_request(message));
            };
            let refused = |why: &String| {
                ApiError::bad_request(format!("The table {name} cannot be served: {why}"))
            };
            let mut collection = proposal.collection.clone().map_err(|why| refused(&why))?;
            adopted.push(collection.id.clone());
            if proposal.served.as_deref() == Some(&collection) {
                continue;
            }
            collection.updated = self.now();
            if collection.created.is_empty() {
                collection.created = self.now();
            }
            match all.iter_mut().find(|known| known.id == collection.id) {
                Some(known) => *known = Arc::new(collection),
                None => all.push(Arc::new(collection)),
            }
        }
        let after = Schema::new(all);
        for id in &adopted {
            let Some(collection) = after.by_id(id) else { continue };
            let faults = schema::check(None, collection, &after, &check_rule);
            if !faults.is_empty() {
                let cause = first_fault(&faults);
                let text = format!("{FAILED} {}: {cause}", collection.name);
                return Err(ApiError { faults, ..ApiError::bad_request(text) });
            }
        }
        Ok((after, adopted))
    }

    /// Refuses definitions that speak of a table otherwise than it is.
    pub(super) async fn check_adopted(
        &self,
        before: &Snapshot,
        after: &Schema,
    ) -> Result<Vec<Looked>, StoreError> {
        let fresh = |wanted: &&Arc<Collection>| {
            let known = before.schema.by_id(&wanted.id);
            wanted.adopted.is_some() && known.is_none_or(|known| !same_shape(known, wanted))
        };
        let fresh: Vec<Arc<Collection>> =
            after.collections().iter().filter(fresh).cloned().collect();
        let names: BTreeSet<&str> = fresh.iter().map(|known| known.datasource.as_str()).collect();
        let mut looked = Vec::new();
        for name in names {
            let mut here = fresh.clone();
            here.retain(|known| known.datasource == name);
            looked.append(&mut self.look_at(name, &here).await?);
        }
        match looked.iter().find_map(|it| standing::report(&it.collection, &it.drifts)) {
            Some(report) => Err(StoreError::Refused(report)),
            None => Ok(looked),
        }
    }

    /// Takes over what was seen of tables.
    pub(super) fn note(&self, looked: &[Looked]) {
        let snapshot = self.snapshot();
        for Looked { collection, drifts } in looked {
            let served = snapshot.served(&collection.id);
            let Some(standing) = served.and_then(|served| served.standing.as_ref()) else {
                continue;
            };
            if !standing.set(drifts.clone()) {
                continue;
            }
            match standing::report(collection, drifts) {
                Some(report) => tracing::error!(collection = collection.name, "{report}"),
                None => tracing::debug!(collection = collection.name, "a table is as it should be"),
            }
        }
    }

    /// Looks at the tables of all adopted collections, of one datasource or of all.
    ///
    /// # Errors
    /// When a datasource is away; what was seen of others counts.
    pub async fn look_at_tables(&self, only: Option<&str>) -> Result<Vec<Looked>, StoreError> {
        let snapshot = self.snapshot();
        let all = snapshot.schema.collections().iter().filter(|known| known.adopted.is_some());
        let all: Vec<Arc<Collection>> = all.cloned().collect();
        let names: BTreeSet<&str> = all
            .iter()
            .map(|known| known.datasource.as_str())
            .filter(|name| only.is_none_or(|only| only == *name))
            .collect();
        let (mut looked, mut failure) = (Vec::new(), None);
        for name in names {
            let mut here = all.clone();
            here.retain(|known| known.datasource == name);
            match self.look_at(name, &here).await {
                Ok(mut more) => {
                    self.note(&more);
                    looked.append(&mut more);
                }
                Err(error) => failure = Some(error),
            }
        }
        failure.map_or(Ok(looked), Err)
    }

    /// Goes on looking at the tables of adopted collections, for as long as it is polled.
    pub async fn watch_tables(&self) {
        let mut failing = false;
        loop {
            let looked = self.look_at_tables(None).await;
            let pause = if looked.is_ok() { INTERVAL } else { RETRY };
            match looked {
                Err(error) if !failing => {
                    tracing::warn!(%error, "the tables of adopted collections cannot be looked at");
                    failing = true;
                }
                Ok(_) if failing => {
                    tracing::info!("the tables of adopted collections can be looked at again");
                    failing = false;
                }
                _ => {}
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.unseen.notified() => {}
            }
        }
    }

    /// Looks at the table of a collection because requests for it fail. Answers what is to be told
    /// instead when the table is the reason.
    pub async fn explain(&self, served: &Served, is_superuser: bool) -> Option<ApiError> {
        let standing = served.standing.as_ref()?;
        if standing.may_look() {
            // When the database is away, what failed says so.
            let _ = self.look_at_tables(Some(&served.collection.datasource)).await;
        }
        standing.check(&served.collection, is_superuser).err()
    }

    async fn look_at(
        &self,
        datasource: &str,
        collections: &[Arc<Collection>],
    ) -> Result<Vec<Looked>, StoreError> {
        let Some(first) = collections.first() else { return Ok(Vec::new()) };
        debug_assert_eq!(first.datasource, datasource);
        let store = self.datasources.of(first)?;
        let tables = store.look().await?;
        let sampled = is_sampled(&**store);
        let see = |collection: &Arc<Collection>| {
            let table = tables.iter().find(|table| table.name == collection.table());
            let drifts = adopt::drift(collection, table, sampled);
            Looked { collection: collection.clone(), drifts }
        };
        Ok(collections.iter().map(see).collect())
    }

    async fn tables(&self, datasource: &str) -> Answer<Vec<Table>> {
        let missing = || ApiError::new(404, format!("There is no datasource {datasource}."));
        let store = self.datasources.named(datasource).ok_or_else(missing)?;
        store.look().await.map_err(api_error)
    }
}

/// Whether a database has no definitions of tables but what is in them.
fn is_sampled(store: &dyn Store) -> bool {
    store.capabilities().engine == Engine::Mongo
}

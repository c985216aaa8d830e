//! What there is to be copied.

use std::sync::Arc;

use purlin_model::plan;
use purlin_model::schema::MAIN;
use purlin_model::schema::system::{self, UNFINISHED_COPY};
use purlin_model::{Collection, Record};

use super::sum;
use crate::moving::MoveError;
use crate::moving::definitions::views_in_order;
use crate::store::{Store, Table};

/// The definitions and settings of an installation.
pub(super) struct Source {
    /// The rows of `_collections` in insertion order.
    pub(super) rows: Vec<Record>,
    /// What they define, in the same order.
    pub(super) collections: Vec<Arc<Collection>>,
    /// The rows of `_params` in insertion order, without the marker of a copy.
    pub(super) params: Vec<Record>,
    /// Internal tables that are only made when they are needed, as far as they are there.
    pub(super) internal: Vec<Arc<Collection>>,
    /// Tells this installation, in its present shape, from all others.
    pub(super) identity: String,
}

impl Source {
    /// Reads a database that holds an installation.
    pub(super) async fn read(store: &dyn Store) -> Result<Self, MoveError> {
        let there = store.look().await?;
        if !(has(&there, system::COLLECTIONS) && has(&there, system::PARAMS)) {
            return Err(MoveError("there is no installation of Purlin in the source".to_owned()));
        }
        let rows = all(store, &Arc::new(system::collections_table())).await?;
        let collections = parsed(&rows)?;
        let mut params = all(store, &Arc::new(system::params_table())).await?;
        if params.iter().any(|row| row.id() == UNFINISHED_COPY) {
            return Err(MoveError("the source itself holds an unfinished copy".to_owned()));
        }
        params.retain(|row| !system::stays_behind(row.id()));
        if collections.is_empty() {
            return Err(MoveError("the source has no collections".to_owned()));
        }
        let internal = [system::pending_table(MAIN)].into_iter().map(Arc::new);
        let internal = internal.filter(|table| has(&there, &table.name)).collect();
        let identity = sum::of(&rows).checksum;
        Ok(Source { rows, collections, params, internal, identity })
    }

    /// The collections whose records are copied, the internal ones last.
    pub(super) fn tables(&self) -> impl Iterator<Item = &Arc<Collection>> {
        let own = self.collections.iter().filter(|it| it.is_main() && it.is_own_table());
        own.chain(&self.internal)
    }

    /// The views to make, each after those it reads.
    pub(super) fn views(&self) -> Vec<&Arc<Collection>> {
        let views = views_in_order(&self.collections).into_iter();
        let views = views.map(|index| &self.collections[index]);
        views.filter(|view| view.is_main() && view.adopted.is_none()).collect()
    }

    /// The collections of the main database whose tables are not Purlin's to copy.
    pub(super) fn adopted(&self) -> impl Iterator<Item = &Arc<Collection>> {
        self.collections.iter().filter(|it| it.is_main() && it.adopted.is_some())
    }

    /// What is not copied.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let elsewhere: Vec<&str> =
            self.collections.iter().filter(|it| !it.is_main()).map(|it| it.name.as_str()).collect();
        if !elsewhere.is_empty() {
            notes.push(format!(
                "the records of {} are in other datasources and stay there",
                elsewhere.join(", ")
            ));
        }
        for collection in self.adopted() {
            let (name, table) = (&collection.name, collection.table());
            notes.push(format!("{name} serves the table {table} the target already had"));
        }
        notes
    }
}

/// What rows of `_collections` define.
pub(super) fn parsed(rows: &[Record]) -> Result<Vec<Arc<Collection>>, MoveError> {
    let parse = |row| Collection::from_row(row).map(Arc::new);
    let parsed: Result<_, _> = rows.iter().map(parse).collect();
    parsed.map_err(|error| MoveError(error.to_string()))
}

/// Every row of a small table in insertion order.
pub(super) async fn all(
    store: &dyn Store,
    table: &Arc<Collection>,
) -> Result<Vec<Record>, MoveError> {
    let page = store.select(&plan::all(table)).await?;
    Ok(page.records.into_iter().map(|found| found.record).collect())
}

/// Whether there is a table or view of a name, which some engines keep in one case.
pub(super) fn has(there: &[Table], name: &str) -> bool {
    there.iter().any(|table| table.name.eq_ignore_ascii_case(name))
}

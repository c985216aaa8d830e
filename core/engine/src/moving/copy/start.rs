//! Whether a target may be copied into, and where a copy begins.

use std::sync::Arc;

use purlin_model::plan;
use purlin_model::schema::system;

use super::Wish;
use super::marker::{self, Marker, Stage};
use super::source::{Source, has};
use crate::clock::Clock;
use crate::moving::MoveError;
use crate::store::{Store, Table};

/// Where a copy begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// With the tables; what an earlier run made of them goes.
    Making,
    /// With the records that are missing.
    Filling,
}

/// Where to begin with a target of which these tables are known. The target is marked then.
pub(super) async fn decide(
    to: &dyn Store,
    source: &Source,
    there: &[Table],
    wish: &Wish,
    clock: &Clock,
) -> Result<Start, MoveError> {
    for adopted in source.adopted() {
        if !has(there, adopted.table()) {
            return Err(MoveError(format!(
                "the collection {} serves the table {}, which Purlin did not make and does not \
                 copy: bring that table over with the tools of the database first",
                adopted.name,
                adopted.table()
            )));
        }
    }
    let fresh = Marker { source: source.identity.clone(), stage: Stage::Making };
    let has_table = has(there, system::PARAMS);
    let known = if has_table { marker::read(to).await? } else { None };
    match known {
        Some(_) if wish.restart => {
            to.write(vec![marker::change(&fresh, clock)]).await?;
            Ok(Start::Making)
        }
        Some(known) if known.source != fresh.source => Err(MoveError(
            "the target holds an unfinished copy of another installation, or of this one before \
             its collections were changed: --restart throws it away and begins anew"
                .to_owned(),
        )),
        Some(Marker { stage: Stage::Making, .. }) => Ok(Start::Making),
        Some(Marker { stage: Stage::Filling, .. }) => Ok(Start::Filling),
        None => {
            must_be_empty(to, source, there).await?;
            marker::set(to, has_table, &fresh, clock).await?;
            Ok(Start::Making)
        }
    }
}

async fn must_be_empty(to: &dyn Store, source: &Source, there: &[Table]) -> Result<(), MoveError> {
    // A server that was refused leaves the two empty.
    for table in [system::collections_table(), system::params_table()] {
        if has(there, &table.name)
            && !to.select(&plan::first(&Arc::new(table), 1)).await?.records.is_empty()
        {
            return Err(MoveError(
                "the target already holds an installation: name an empty database".to_owned(),
            ));
        }
    }
    let views = source.views();
    let mut wanted = source.tables().chain(views);
    match wanted.find(|collection| has(there, &collection.name)) {
        None => Ok(()),
        Some(taken) => Err(MoveError(format!(
            "the target already has a table {}: name an empty database",
            taken.name
        ))),
    }
}

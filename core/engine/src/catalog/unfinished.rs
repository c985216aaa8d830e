//! A database that is being copied into is not served: what is missing would seem not to exist.

use std::sync::Arc;

use purlin_model::Collection;
use purlin_model::plan::{self, Output};
use purlin_model::schema::system::UNFINISHED_COPY;

use super::CatalogError;
use crate::store::{SchemaChange, Store};

/// Makes the table of single values unless it is there, and refuses a database with the marker of a
/// copy in it. Nothing else is made before: the copy makes the rest itself.
pub(super) async fn refuse(
    store: &dyn Store,
    params: &Arc<Collection>,
) -> Result<(), CatalogError> {
    store.migrate(&[SchemaChange::Ensure(params.clone())], Vec::new()).await?;
    let marked = store.select(&plan::by_id(params, UNFINISHED_COPY, Output::Nothing)).await?;
    if marked.count > 0 { Err(CatalogError::Unfinished) } else { Ok(()) }
}

//! Moving in from stock PocketBase (http-api.md describes what both have in common).

use std::sync::Arc;

use purlin_model::date;

use super::source::{self, Source};
use super::target::Target;
use super::{Listener, MoveError, Moved, Wish, build, definitions, files};
use crate::catalog::Catalog;
use crate::clock::Clock;

/// Brings a PocketBase data directory over, whole or not at all. Dropping the future leaves the
/// target as it was.
///
/// # Errors
/// One sentence; the target is as it was.
pub async fn import(wish: &Wish, clock: &Clock, hear: Listener<'_>) -> Result<Moved, MoveError> {
    source::file(&wish.source)?;
    let target = Target::take(wish)?;
    target.may_be_replaced(wish.force)?;
    let source = Source::open(&wish.source, target.scratch())?;
    let now = date::format(clock.now());
    let collections: Vec<_> = definitions::read(&source, &now)?.into_iter().map(Arc::new).collect();
    let (settings, unsettled) = match source.settings()? {
        Ok(settings) => (settings, None),
        Err(why) => (None, Some(why)),
    };
    let store = target.open()?;
    let mut moved =
        build::fill(&*store, &source, &collections, settings.as_ref(), &now, hear).await?;
    moved.warnings.extend(unsettled);
    // What cannot be served must not take the place of what can.
    let served = Catalog::open(store.clone().into(), clock.clone(), None, |_| {}).await;
    served.map_err(|error| MoveError(error.to_string()))?;
    store.close().await;
    moved.files = files::copy(&source.storage, &target.new_storage, hear).await?;
    if !source.database.is_unchanged() {
        let what = "it was written to meanwhile; stop the server that uses it first";
        return Err(MoveError::at(&wish.source, what));
    }
    target.put().await?;
    Ok(moved)
}

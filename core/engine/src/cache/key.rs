//! Under what an answer is kept.

use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use purlin_model::Collection;
use purlin_model::plan::Select;

use super::kept::Key;
use super::versions::Version;

/// The plan, and the collections beneath it as this node knows them: their definitions, for a view
/// does not change with what it reads; and the versions of their records, in the same order. `place` tells installations apart that share where they keep it.
pub(super) fn of(
    select: &Select,
    rests: &[Arc<Collection>],
    versions: &[Version],
    place: &str,
) -> Key {
    let mut hash = Context::new(&SHA256);
    hash.update(&place.len().to_le_bytes());
    hash.update(place.as_bytes());
    let plan = select.key();
    hash.update(&plan.len().to_le_bytes());
    hash.update(&plan);
    for (collection, version) in rests.iter().zip(versions) {
        for text in [&collection.id, &collection.updated] {
            hash.update(&text.len().to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(&version.position.at.to_le_bytes());
        hash.update(&version.position.nth.to_le_bytes());
        hash.update(&version.own.to_le_bytes());
    }
    let mut key = Key::default();
    key.copy_from_slice(hash.finish().as_ref());
    key
}

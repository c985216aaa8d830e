//! Several writes where the database may have no transactions.

use purlin_model::plan::Write;

use super::{Store, StoreError};

/// Carries out writes of which each stands for itself: together where the database can, else one
/// after the other.
///
/// # Errors
/// The first one; without transactions, what came before it is kept.
pub async fn write_each(store: &dyn Store, writes: Vec<Write>) -> Result<(), StoreError> {
    if store.capabilities().transactions.is_ok() {
        return store.write(writes).await.map(drop);
    }
    for write in writes {
        store.write(vec![write]).await?;
    }
    Ok(())
}

/// Carries out writes of definitions and settings, all or none. Without transactions they are made
/// as those of a change of the schema are, which every store undoes as a whole; that takes longer.
///
/// # Errors
/// As [`super::Access::write`].
pub async fn write_all(store: &dyn Store, writes: Vec<Write>) -> Result<(), StoreError> {
    match store.capabilities().transactions {
        Ok(()) => store.write(writes).await.map(drop),
        Err(_) => store.migrate(&[], writes).await,
    }
}

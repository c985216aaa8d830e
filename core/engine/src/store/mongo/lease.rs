//! The right to change the schema: one node has it at a time, and loses it when it dies.

use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};
use tokio::task::JoinHandle;
use tokio::time::{Duration, Instant, sleep};

use super::error::{duplicate, refused};
use super::server::Server;
use crate::random;
use crate::store::StoreError;

/// The collection of what a change of the schema needs; no collection of records has a colon in its
/// name.
pub(super) const CHANGES: &str = "purlin:changes";

/// How long the right lasts unless it is renewed.
const LASTS: Duration = Duration::from_secs(30);
/// How long a node waits for another to finish.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(100);

/// The right, renewed until it is given back.
#[derive(Debug)]
pub(super) struct Lease {
    pub(super) owner: String,
    documents: Collection<Document>,
    renewing: JoinHandle<()>,
}

impl Lease {
    /// Waits for the right.
    ///
    /// # Errors
    /// `Unavailable` where another node has it for too long.
    pub(super) async fn take(server: &Server) -> Result<Self, StoreError> {
        let documents: Collection<Document> = server.database.collection(CHANGES);
        let owner = random::text(20);
        let first = doc! { "_id": "lease", "owner": "", "until": mongodb::bson::DateTime::MIN };
        match documents.insert_one(first).await {
            Err(error) if duplicate(&error).is_none() => return Err(refused(error)),
            _ => {}
        }
        let end = Instant::now() + PATIENCE;
        while !renew(&documents, &owner).await? {
            if Instant::now() > end {
                let text = "another node is changing the schema for too long";
                return Err(StoreError::Unavailable(text.to_owned()));
            }
            sleep(LOOK).await;
        }
        let renewing = tokio::spawn({
            let (documents, owner) = (documents.clone(), owner.clone());
            async move {
                loop {
                    sleep(LASTS / 3).await;
                    if let Err(error) = renew(&documents, &owner).await {
                        tracing::warn!(%error, "the right to change the schema was not renewed");
                    }
                }
            }
        });
        Ok(Lease { owner, documents, renewing })
    }

    /// Gives the right back.
    pub(super) async fn give_back(self) {
        self.renewing.abort();
        let mine = doc! { "_id": "lease", "owner": &self.owner };
        let over = doc! { "$set": { "until": mongodb::bson::DateTime::MIN } };
        if let Err(error) = self.documents.update_one(mine, over).await {
            tracing::warn!(%error, "the right to change the schema was not given back");
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

/// Takes the right where it is free or one's own, by the server's clock.
async fn renew(documents: &Collection<Document>, owner: &str) -> Result<bool, StoreError> {
    let free = doc! { "$expr": { "$lt": ["$until", "$$NOW"] } };
    let filter = doc! { "_id": "lease", "$or": [{ "owner": owner }, free] };
    let lasts = Bson::Int64(i64::try_from(LASTS.as_millis()).unwrap_or(i64::MAX));
    let until = doc! { "$add": ["$$NOW", lasts] };
    let take = vec![doc! { "$set": { "owner": { "$literal": owner }, "until": until } }];
    let taken = documents.update_one(filter, take).await.map_err(refused)?;
    Ok(taken.matched_count > 0)
}

//! The operations, for MongoDB.

use futures_util::TryStreamExt as _;
use mongodb::bson::{Document, doc};
use mongodb::options::ClientOptions;
use mongodb::{Client, Collection};
use serde::Deserialize;

use super::POOL;
use crate::Failure;
use crate::message::Message;

/// A collection.
pub(super) struct Mongo {
    read: Collection<Stored>,
    written: Collection<Document>,
}

/// A message as Purlin stores it.
#[derive(Deserialize)]
struct Stored {
    #[serde(rename = "_id")]
    id: String,
    author: String,
    room: String,
    body: String,
    score: f64,
    created: String,
    updated: String,
}

impl Mongo {
    pub(super) async fn open(url: &str) -> Result<Self, Failure> {
        let mut options = ClientOptions::parse(url).await?;
        options.max_pool_size = Some(POOL);
        let client = Client::with_options(options)?;
        let database = client.default_database().ok_or("--url names no database")?;
        Ok(Mongo {
            read: database.collection("messages"),
            written: database.collection("messages"),
        })
    }

    pub(super) async fn create(&self, message: &Message) -> Result<(), Failure> {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let stored = doc! {
            "_id": &message.id,
            "_n": now.as_nanos() as i64,
            "author": &message.author,
            "room": &message.room,
            "body": &message.body,
            "score": message.score,
            "created": &message.created,
            "updated": &message.updated,
        };
        self.written.insert_one(stored).await?;
        Ok(())
    }

    pub(super) async fn view(&self, id: &str) -> Result<Message, Failure> {
        let found = self.read.find_one(doc! { "_id": id }).await?;
        Ok(message(found.ok_or("there is no such message")?))
    }

    pub(super) async fn list(&self, room: &str) -> Result<Vec<Message>, Failure> {
        let found = self.read.find(doc! { "room": room });
        let found = found.sort(doc! { "created": -1, "_n": 1 }).limit(30).await?;
        Ok(found.map_ok(message).try_collect().await?)
    }
}

fn message(stored: Stored) -> Message {
    Message {
        id: stored.id,
        author: stored.author,
        room: stored.room,
        body: stored.body,
        score: stored.score,
        created: stored.created,
        updated: stored.updated,
    }
}

//! MongoDB: a database of the server.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mongodb::Client;
use mongodb::bson::{DateTime, Document, doc};
use mongodb::options::ClientOptions;
use purlin_core::store::{Store, StoreError};

use super::{Backend, Fresh, Limits};

/// How long a server may take to be found.
const PATIENCE: Duration = Duration::from_secs(2);

/// A database, and where to connect to be rid of it.
pub(crate) struct Database {
    server: String,
    name: String,
    client: Client,
}

impl Backend for Database {
    const NAME: &'static str = "MongoDB";
    const SERVER: (&'static str, &'static str) = (
        "PURLIN_TEST_MONGODB_URL",
        "mongodb://127.0.0.1:27117/?replicaSet=rs0&directConnection=true",
    );

    /// Nothing is made: the first write makes it.
    async fn make(server: &str, name: &str) -> Result<Self, String> {
        let connected = async {
            let mut options = ClientOptions::parse(server).await?;
            options.server_selection_timeout = Some(PATIENCE);
            let client = Client::with_options(options)?;
            client.database(name).run_command(doc! { "ping": 1 }).await.map(|_| client)
        };
        let client = connected.await.map_err(|error| error.to_string())?;
        Ok(Database { server: server.to_owned(), name: name.to_owned(), client })
    }
}

#[async_trait]
impl Fresh for Database {
    async fn open(&self, limits: Limits) -> Result<Arc<dyn Store>, StoreError> {
        super::served(&super::url_of(&self.server, &self.name), limits).await
    }

    async fn remove(&self) {
        self.client.database(&self.name).drop().await.unwrap();
    }

    fn view(&self, table: &str, column: &str) -> String {
        format!(r#"{{"from": "{table}", "pipeline": [{{"$project": {{"{column}": 1}}}}]}}"#)
    }

    fn url(&self) -> String {
        super::url_of(&self.server, &self.name)
    }

    fn forgets(&self) -> bool {
        false
    }

    async fn end_rights(&self) {
        let changes = self.client.database(&self.name).collection::<Document>("purlin:changes");
        let over = doc! { "$set": { "until": DateTime::MIN } };
        changes.update_one(doc! { "_id": "lease" }, over).await.unwrap();
    }

    fn endless(&self) -> &'static str {
        r#"{"from": "nowhere", "pipeline": [
            {"$unionWith": {"pipeline": [{"$documents": [{"one": 1}]}]}},
            {"$set": {"x": {"$range": [0, 10000]}}}, {"$unwind": "$x"},
            {"$set": {"y": {"$range": [0, 10000]}}}, {"$unwind": "$y"},
            {"$set": {"z": {"$range": [0, 10000]}}}, {"$unwind": "$z"},
            {"$group": {"_id": {"$max": "$z"}}}
        ]}"#
    }
}

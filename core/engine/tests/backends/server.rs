//! Databases of a SQL server.

use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use purlin_core::store::{Store, StoreError};

use super::{Backend, Fresh, Limits};

/// What the kinds of servers say differently.
pub(crate) trait Kind: Send + Sync + 'static {
    /// What people call it.
    const NAME: &'static str;
    /// The variable with the server's URL, and the URL when it is not set.
    const SERVER: (&'static str, &'static str);
    /// What follows the name of a database that is dropped, whoever is still connected.
    const DROPPED: &'static str;
    /// A query that does not end by itself.
    const ENDLESS: &'static str;

    /// Runs a statement on the server.
    fn tell(
        server: &str,
        statement: String,
    ) -> impl Future<Output = Result<(), sqlx::Error>> + Send;
}

/// A database, and where to connect to be rid of it.
pub(crate) struct Served<K> {
    server: String,
    name: String,
    kind: PhantomData<K>,
}

impl<K: Kind> Backend for Served<K> {
    const NAME: &'static str = K::NAME;
    const SERVER: (&'static str, &'static str) = K::SERVER;

    async fn make(server: &str, name: &str) -> Result<Self, String> {
        let made = K::tell(server, format!("CREATE DATABASE {name}")).await;
        made.map_err(|error| error.to_string())?;
        Ok(Served { server: server.to_owned(), name: name.to_owned(), kind: PhantomData })
    }
}

#[async_trait]
impl<K: Kind> Fresh for Served<K> {
    async fn open(&self, limits: Limits) -> Result<Arc<dyn Store>, StoreError> {
        super::served(&super::url_of(&self.server, &self.name), limits).await
    }

    async fn remove(&self) {
        let statement = format!("DROP DATABASE {}{}", self.name, K::DROPPED);
        K::tell(&self.server, statement).await.unwrap();
    }

    fn endless(&self) -> &'static str {
        K::ENDLESS
    }

    fn url(&self) -> String {
        super::url_of(&self.server, &self.name)
    }
}

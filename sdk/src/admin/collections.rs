//! The definitions of the collections.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Collection;
use crate::Result;
use crate::client::Client;
use crate::records::{Delete, First, FullList, List, View, Write};
use crate::request::Request;

/// The definitions of the collections; see [`Client::collections`]. For superusers.
pub struct Collections {
    client: Client,
}

/// An empty definition of each kind, with the server's defaults and system fields.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Scaffolds {
    /// Plain records.
    pub base: Collection,
    /// Records that can sign in.
    pub auth: Collection,
    /// The result of a query.
    pub view: Collection,
}

impl Collections {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// One page of collections, in order of creation. Filters and sorts know `id`, `name`, `type`,
    /// `system`, `created` and `updated`.
    pub fn list(&self) -> List<Collection> {
        List::new(self.client.clone(), request(Method::GET, []))
    }

    /// All collections.
    pub fn full_list(&self) -> FullList<Collection> {
        FullList::new(self.client.clone(), request(Method::GET, []))
    }

    /// The first collection that matches, or `None`.
    pub fn first(&self) -> First<Collection> {
        First::new(self.client.clone(), request(Method::GET, []))
    }

    /// One collection by its name or id.
    #[doc(alias = "view")]
    pub fn one(&self, name: &str) -> View<Collection> {
        View::new(self.client.clone(), request(Method::GET, [name]))
    }

    /// Creates a collection from a [`Collection`], or from anything that serializes like one.
    pub fn create(&self, collection: &(impl Serialize + ?Sized)) -> Write<Collection> {
        Write::new(self.client.clone(), request(Method::POST, []).json_object(collection))
    }

    /// Changes a collection. Only the given keys change, but `fields` and `indexes` replace the
    /// whole lists: a field that is left out is dropped **with its data**. Load the collection,
    /// change it and send it back to be safe.
    pub fn update(&self, name: &str, changes: &(impl Serialize + ?Sized)) -> Write<Collection> {
        Write::new(self.client.clone(), request(Method::PATCH, [name]).json_object(changes))
    }

    /// Deletes a collection and all its records.
    pub fn delete(&self, name: &str) -> Delete {
        Delete::new(self.client.clone(), request(Method::DELETE, [name]))
    }

    /// Deletes all records of a collection, and what depends on them.
    pub fn truncate(&self, name: &str) -> Delete {
        Delete::new(self.client.clone(), request(Method::DELETE, [name, "truncate"]))
    }

    /// Creates and updates collections in one transaction: the answer of
    /// [`full_list`](Self::full_list) on another server, for example. Existing fields stay unless
    /// `delete_missing`, which also deletes every collection that is not listed.
    pub async fn import(&self, collections: &[Collection], delete_missing: bool) -> Result<()> {
        let body = json!({"collections": collections, "deleteMissing": delete_missing});
        self.client.send(request(Method::PUT, ["import"]).json(&body)).await
    }

    /// An empty definition of each kind.
    pub async fn scaffolds(&self) -> Result<Scaffolds> {
        self.client.send(request(Method::GET, ["meta", "scaffolds"])).await
    }
}

fn request<const N: usize>(method: Method, path: [&str; N]) -> Request {
    Request::new(method, ["collections"].into_iter().chain(path))
}

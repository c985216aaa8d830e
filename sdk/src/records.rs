//! The records of one collection.

mod list;
mod view;
mod write;

use std::marker::PhantomData;

use reqwest::Method;
use serde::Serialize;

pub use list::{First, FullList, List, Page};
pub use view::View;
pub use write::{BatchItem, Delete, Upsert, Write};

use crate::auth::{AuthMethods, AuthRefresh, AuthWithPassword, Impersonate};
use crate::realtime::Subscribe;
use crate::request::Request;
use crate::{Client, Record, Result};

/// The records of one collection, read as `T`.
///
/// [`Client::collection`] gives them as [`Record`]s; [`Records::typed`] as a type of yours.
/// Calls are builders: set options, then `.await`.
///
/// ```no_run
/// # use purlin_sdk::{Client, filter};
/// # async fn run(client: Client) -> purlin_sdk::Result<()> {
/// #[derive(serde::Deserialize)]
/// struct Task {
///     id: String,
///     title: String,
/// }
///
/// let tasks = client.collection("tasks").typed::<Task>();
/// let page = tasks.list().filter(filter!("done = false")).sort("-created").per_page(20).await?;
/// for task in &page.items {
///     println!("{} {}", task.id, task.title);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Records<T = Record> {
    client: Client,
    collection: String,
    record: PhantomData<fn() -> T>,
}

impl<T> Clone for Records<T> {
    fn clone(&self) -> Self {
        Self {
            client: self.client.clone(),
            collection: self.collection.clone(),
            record: PhantomData,
        }
    }
}

impl Records<Record> {
    pub(crate) fn new(client: Client, collection: &str) -> Self {
        Self { client, collection: collection.to_owned(), record: PhantomData }
    }
}

impl<T> Records<T> {
    /// The same records, read as another type. It needs only the fields you use.
    #[must_use]
    pub fn typed<U>(&self) -> Records<U> {
        Records {
            client: self.client.clone(),
            collection: self.collection.clone(),
            record: PhantomData,
        }
    }

    /// One page of records; 30 of them unless [`List::per_page`] says otherwise.
    pub fn list(&self) -> List<T> {
        List::new(self.client.clone(), self.request(Method::GET, None))
    }

    /// All records that match, page by page, 1000 per request.
    pub fn full_list(&self) -> FullList<T> {
        FullList::new(self.client.clone(), self.request(Method::GET, None))
    }

    /// The first record that matches, or `None`.
    pub fn first(&self) -> First<T> {
        First::new(self.client.clone(), self.request(Method::GET, None))
    }

    /// One record by its id. What does not exist or may not be seen is an error with
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "view")]
    #[doc(alias = "get")]
    pub fn one(&self, id: &str) -> View<T> {
        View::new(self.client.clone(), self.request(Method::GET, Some(id)))
    }

    /// The changes of all records of the collection that the caller may list, as they happen.
    ///
    /// Awaiting the call answers once the server listens: changes from then on are heard. So
    /// subscribe first and load what there is second, and nothing falls between.
    ///
    /// ```no_run
    /// # use purlin_sdk::{Client, Message};
    /// # async fn run(client: Client) -> purlin_sdk::Result<()> {
    /// let mut posts = client.collection("posts").subscribe().filter("draft = false").await?;
    /// while let Some(message) = posts.next().await {
    ///     match message? {
    ///         Message::Event(event) => println!("{:?} {}", event.action, event.record.id()),
    ///         Message::Gap => println!("something was missed: load again"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn subscribe(&self) -> Subscribe<T> {
        self.subscribe_one("*")
    }

    /// The changes of one record, as they happen; see [`Records::subscribe`].
    pub fn subscribe_one(&self, id: &str) -> Subscribe<T> {
        let request = Request::new(Method::GET, [self.collection.as_str(), id]);
        Subscribe::new(self.client.clone(), request)
    }

    /// Creates a record from anything that serializes to an object; answers with the new record.
    pub fn create(&self, body: &(impl Serialize + ?Sized)) -> Write<T> {
        self.write(self.request(Method::POST, None).json_object(body))
    }

    /// Changes the given fields of a record and keeps the others; answers with the whole record.
    ///
    /// Modifiers are part of the key: `json!({"votes+": 1, "tags-": "old"})`.
    pub fn update(&self, id: &str, body: &(impl Serialize + ?Sized)) -> Write<T> {
        self.write(self.request(Method::PATCH, Some(id)).json_object(body))
    }

    /// Updates the record that `body.id` names, or creates it. Only for [`Client::batch`].
    pub fn upsert(&self, body: &(impl Serialize + ?Sized)) -> Upsert {
        Upsert::new(self.request(Method::PUT, None).json_object(body))
    }

    /// Deletes a record and what depends on it.
    pub fn delete(&self, id: &str) -> Delete {
        Delete::new(self.client.clone(), self.request(Method::DELETE, Some(id)))
    }

    fn request(&self, method: Method, id: Option<&str>) -> Request {
        let path = ["collections", &self.collection, "records"];
        Request::new(method, path.into_iter().chain(id))
    }

    fn write(&self, request: Request) -> Write<T> {
        Write::new(self.client.clone(), request)
    }
}

/// Signing in; for auth collections such as `users` and `_superusers`.
impl<T> Records<T> {
    /// Signs in with a password. The client then sends the token with every request and refreshes
    /// it in time; see [`Client::auth`].
    ///
    /// A wrong identity or password is an error with status 400. Status 401 with
    /// [`ApiError::mfa_id`](crate::ApiError::mfa_id) asks for a second factor.
    pub fn auth_with_password(&self, identity: &str, password: &str) -> AuthWithPassword<T> {
        AuthWithPassword::new(self.client.clone(), &self.collection, identity, password)
    }

    /// Exchanges the token for a newer one now, and reads the signed-in record anew.
    pub fn auth_refresh(&self) -> AuthRefresh<T> {
        AuthRefresh::new(self.client.clone(), &self.collection)
    }

    /// A client that is signed in as the given record, with a token that cannot be refreshed; for
    /// superusers. This client stays who it is.
    pub fn impersonate(&self, id: &str) -> Impersonate {
        Impersonate::new(self.client.clone(), &self.collection, id)
    }

    /// The ways in which this collection lets its users sign in.
    pub async fn auth_methods(&self) -> Result<AuthMethods> {
        let path = ["collections", &self.collection, "auth-methods"];
        self.client.send(Request::new(Method::GET, path)).await
    }
}

//! Creating, changing and deleting one record; alone or as part of a batch.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::client::Client;
use crate::request::{Call, Request, answer_options, request_options};
use crate::{Error, FilePart, Result};

/// A create or update; see [`Records::create`](crate::Records::create) and
/// [`Records::update`](crate::Records::update).
#[must_use = "a request is sent when it is awaited or its batch is"]
pub struct Write<T> {
    client: Client,
    request: Request,
    record: PhantomData<fn() -> T>,
}

/// An update-or-create; see [`Records::upsert`](crate::Records::upsert).
#[must_use = "a request is sent with its batch"]
pub struct Upsert {
    request: Request,
}

/// A delete; see [`Records::delete`](crate::Records::delete).
#[must_use = "a request is sent when it is awaited or its batch is"]
pub struct Delete {
    client: Client,
    request: Request,
}

macro_rules! file_option {
    () => {
        /// Uploads a file into a field; call it again for more files. `field` alone replaces what a
        /// field with several files has, `field+` appends.
        pub fn file(mut self, field: &str, file: FilePart) -> Self {
            self.request.files.push((field.to_owned(), file));
            self
        }
    };
}

impl<T> Write<T> {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request, record: PhantomData }
    }

    file_option!();
    answer_options!();
    request_options!();
}

impl<T: DeserializeOwned + 'static> IntoFuture for Write<T> {
    type Output = Result<T>;
    type IntoFuture = Call<T>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let projected = self.request.query.iter().any(|(name, _)| name == "fields");
            let own = !projected && self.client.auth().is_record(self.request.path.get(3));
            let answer: Box<RawValue> = self.client.send(self.request).await?;
            if let (true, Ok(record)) = (own, serde_json::from_str(answer.get())) {
                // A user who edits their own profile should find it in the store.
                self.client.auth().note_updated(record);
            }
            serde_json::from_str(answer.get()).map_err(|source| {
                let body = crate::api_error::excerpt(answer.get());
                Error::Decode { source, body }
            })
        })
    }
}

impl Upsert {
    pub(crate) fn new(request: Request) -> Self {
        Self { request }
    }

    file_option!();
    answer_options!();
    request_options!();
}

impl Delete {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request }
    }

    request_options!();
}

impl IntoFuture for Delete {
    type Output = Result<()>;
    type IntoFuture = Call<()>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.client.send(self.request).await })
    }
}

/// One write of a batch: a create, update, upsert or delete that was not awaited.
pub struct BatchItem(pub(crate) Request);

impl<T> From<Write<T>> for BatchItem {
    fn from(write: Write<T>) -> Self {
        Self(write.request)
    }
}

impl From<Upsert> for BatchItem {
    fn from(upsert: Upsert) -> Self {
        Self(upsert.request)
    }
}

impl From<Delete> for BatchItem {
    fn from(delete: Delete) -> Self {
        Self(delete.request)
    }
}

//! Reading one record.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::Result;
use crate::client::Client;
use crate::request::{Call, Request, answer_options, request_options};

/// A call for one record; see [`Records::one`](crate::Records::one).
#[must_use = "a request is sent when it is awaited"]
pub struct View<T> {
    client: Client,
    request: Request,
    record: PhantomData<fn() -> T>,
}

impl<T> View<T> {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request, record: PhantomData }
    }

    answer_options!();
    request_options!();
}

impl<T: DeserializeOwned + 'static> IntoFuture for View<T> {
    type Output = Result<T>;
    type IntoFuture = Call<T>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.client.send(self.request).await })
    }
}

//! Reading several records.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::client::Client;
use crate::request::{Call, Request, answer_options, request_options};
use crate::{Filter, Result};

/// How many records the server gives at most per request.
const MAX_PER_PAGE: u32 = 1000;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// The records.
    pub items: Vec<T>,
    /// The number of this page; the first is 1.
    pub page: u32,
    /// How many records a page has at most.
    pub per_page: u32,
    /// How many records match, unless [`List::skip_total`] said not to count.
    #[serde(deserialize_with = "counted")]
    pub total_items: Option<u64>,
    /// How many pages there are, unless [`List::skip_total`] said not to count.
    #[serde(deserialize_with = "counted")]
    pub total_pages: Option<u64>,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// The server writes −1 for what it did not count.
fn counted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(u64::try_from(i64::deserialize(deserializer)?).ok())
}

/// Which records, and in which order.
macro_rules! selection_options {
    () => {
        /// Only records for which this holds. Values belong in [`filter!`](crate::filter!); a plain
        /// text is for constant filters.
        pub fn filter(mut self, filter: impl Into<Filter>) -> Self {
            self.request.set_filter(&filter.into());
            self
        }

        /// The order: field paths, comma separated, `-` before what shall be descending:
        /// `-created,title`. Also `@random` and `@rowid`.
        pub fn sort(mut self, keys: &str) -> Self {
            self.request.set_query("sort", keys);
            self
        }
    };
}

/// A call for one page of records; see [`Records::list`](crate::Records::list).
#[must_use = "a request is sent when it is awaited"]
pub struct List<T> {
    client: Client,
    request: Request,
    record: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request, record: PhantomData }
    }

    /// Which page; the first is 1. A page beyond the end is empty.
    pub fn page(mut self, page: u32) -> Self {
        self.request.set_query("page", page.to_string());
        self
    }

    /// How many records a page has; default 30, at most 1000.
    pub fn per_page(mut self, count: u32) -> Self {
        self.request.set_query("perPage", count.to_string());
        self
    }

    /// Does not count how many records match, which is faster on big collections.
    pub fn skip_total(mut self) -> Self {
        self.request.set_query("skipTotal", "true");
        self
    }

    selection_options!();
    answer_options!();
    request_options!();
}

impl<T: DeserializeOwned + 'static> IntoFuture for List<T> {
    type Output = Result<Page<T>>;
    type IntoFuture = Call<Page<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.client.send(self.request).await })
    }
}

/// A call for all records; see [`Records::full_list`](crate::Records::full_list).
///
/// It is several requests: records that are created or deleted meanwhile can shift the pages. Sort
/// by something stable, such as `created,id`, when that matters.
#[must_use = "a request is sent when it is awaited"]
pub struct FullList<T> {
    client: Client,
    request: Request,
    per_page: u32,
    record: PhantomData<fn() -> T>,
}

impl<T> FullList<T> {
    pub(crate) fn new(client: Client, request: Request) -> Self {
        Self { client, request, per_page: MAX_PER_PAGE, record: PhantomData }
    }

    /// How many records to load per request; default and maximum 1000.
    pub fn per_page(mut self, count: u32) -> Self {
        self.per_page = count.clamp(1, MAX_PER_PAGE);
        self
    }

    selection_options!();
    answer_options!();
    request_options!();
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for FullList<T> {
    type Output = Result<Vec<T>>;
    type IntoFuture = Call<Vec<T>>;

    fn into_future(mut self) -> Self::IntoFuture {
        self.request.set_query("perPage", self.per_page.to_string());
        self.request.set_query("skipTotal", "true");
        Box::pin(async move {
            let mut all = Vec::new();
            for page in 1_u32.. {
                self.request.set_query("page", page.to_string());
                let page: Page<T> = self.client.send(self.request.clone()).await?;
                // The echoed size counts: a server may allow less than was asked for.
                let full = page.items.len() >= page.per_page.max(1) as usize;
                all.extend(page.items);
                if !full {
                    break;
                }
            }
            Ok(all)
        })
    }
}

/// A call for the first record that matches; see [`Records::first`](crate::Records::first).
#[must_use = "a request is sent when it is awaited"]
pub struct First<T> {
    client: Client,
    request: Request,
    record: PhantomData<fn() -> T>,
}

impl<T> First<T> {
    pub(crate) fn new(client: Client, mut request: Request) -> Self {
        request.set_query("perPage", "1");
        request.set_query("skipTotal", "true");
        Self { client, request, record: PhantomData }
    }

    selection_options!();
    answer_options!();
    request_options!();
}

impl<T: DeserializeOwned + 'static> IntoFuture for First<T> {
    type Output = Result<Option<T>>;
    type IntoFuture = Call<Option<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let page: Page<T> = self.client.send(self.request).await?;
            Ok(page.into_iter().next())
        })
    }
}

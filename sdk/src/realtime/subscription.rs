//! What the owner of a subscription holds.

use std::fmt;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::queue::{Heard, Queue};
use super::subscribers::Subscribers;
use crate::{Error, Record, Result};

/// The changes of records, as they happen; see [`Records::subscribe`](crate::Records::subscribe).
///
/// A [`Stream`], and usable without one: `while let Some(message) = subscription.next().await`.
/// Dropping it ends the subscription. It connects again by itself and goes on for ever, unless the
/// server refuses the subscription: then its last item is that error.
#[must_use = "dropping a subscription ends it"]
pub struct Subscription<T = Record> {
    topic: Arc<str>,
    number: u64,
    queue: Arc<Queue>,
    subscribers: Arc<Subscribers>,
    record: PhantomData<fn() -> T>,
}

/// One item of a [`Subscription`].
#[derive(Debug, Clone, PartialEq)]
pub enum Message<T = Record> {
    /// A record changed.
    Event(Event<T>),
    /// Changes may have been missed: the connection was lost and the server could not tell what
    /// happened meanwhile, or the program took messages too slowly. What you show may be stale:
    /// load it again. Events that follow are newer than this message.
    Gap,
}

/// A change of a record.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event<T = Record> {
    /// What happened to it.
    pub action: Action,
    /// The record after the change; of a deleted one, as it was. With `expand` and `fields` as
    /// the subscription asked for them.
    pub record: T,
    /// What was subscribed to, without options: `posts/*`, `posts/q8w2e4r6t1y3u5i`.
    pub topic: Arc<str>,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Create,
    /// Some of its fields changed.
    Update,
    /// It is gone.
    Delete,
}

/// An event as it is sent.
#[derive(Deserialize)]
struct Sent<T> {
    action: Action,
    record: T,
}

impl<T> Subscription<T> {
    pub(super) fn new(
        topic: &str,
        number: u64,
        queue: Arc<Queue>,
        subscribers: Arc<Subscribers>,
    ) -> Self {
        let topic = topic.split('?').next().unwrap_or_default().into();
        Self { topic, number, queue, subscribers, record: PhantomData }
    }
}

impl<T: DeserializeOwned> Subscription<T> {
    /// The next message; `None` after the last. Waiting for it can be cancelled and loses nothing.
    ///
    /// # Errors
    /// [`Error::Decode`] when a record does not fit the type; the subscription goes on.
    /// [`Error::Api`] when the server refuses the subscription after a reconnect, as it does for a
    /// sign-in that it no longer accepts; nothing follows.
    pub async fn next(&mut self) -> Option<Result<Message<T>>> {
        poll_fn(|task| Pin::new(&mut *self).poll_next(task)).await
    }

    fn read(&self, data: &str) -> Result<Message<T>> {
        let sent: Sent<T> = serde_json::from_str(data)
            .map_err(|source| Error::Decode { source, body: crate::api_error::excerpt(data) })?;
        let topic = Arc::clone(&self.topic);
        Ok(Message::Event(Event { action: sent.action, record: sent.record, topic }))
    }
}

impl<T: DeserializeOwned> Stream for Subscription<T> {
    type Item = Result<Message<T>>;

    fn poll_next(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.queue.poll(task).map(|heard| {
            Some(match heard? {
                Heard::Message(data) => self.read(&data),
                Heard::Gap => Ok(Message::Gap),
                Heard::Refused(error) => Err(error),
            })
        })
    }
}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        self.subscribers.remove(self.number);
    }
}

impl<T> fmt::Debug for Subscription<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("topic", &self.topic).finish_non_exhaustive()
    }
}

//! Changes of records as they happen.
//!
//! All subscriptions of a client share one connection, which a task keeps while there are any. It
//! sends the whole set of topics whenever that or the sign-in changes, and connects again when the
//! connection is lost: `frames` reads what arrives, `queue` keeps it for its owner.

mod backoff;
mod connection;
mod frames;
mod keeper;
mod queue;
mod subscribe;
mod subscribers;
mod subscription;

use std::sync::Arc;

pub use subscribe::Subscribe;
pub use subscription::{Action, Event, Message, Subscription};

use crate::Client;
use subscribers::{Accepted, Subscribers};

/// The subscriptions of a client and its clones.
#[derive(Default)]
pub(crate) struct Realtime(Arc<Subscribers>);

impl Realtime {
    /// Adds a subscription and sees to it that the server hears of it; `client` is the client whose
    /// subscriptions these are. Must be called within a tokio runtime.
    fn add<T>(&self, client: &Client, topic: String) -> (Subscription<T>, Accepted) {
        let added = self.0.add(&topic);
        if added.is_first_ever {
            let subscribers = Arc::downgrade(&self.0);
            client.auth().on_change(move |_| {
                if let Some(subscribers) = subscribers.upgrade() {
                    subscribers.changed.notify_one();
                }
            });
        }
        if added.is_first {
            tokio::spawn(keeper::keep(client.clone(), Arc::clone(&self.0)));
        }
        (Subscription::new(&topic, added.number, added.queue, Arc::clone(&self.0)), added.accepted)
    }
}

//! Subscribers with the same bound predicate: it is evaluated once for all of them, and what they
//! receive is encoded once.

use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use purlin_model::plan::{Facts, Occasion};
use purlin_model::{Action, Caller, Collection, Json, Record};

use super::client::Client;
use super::topic::{Target, Topic};
use crate::catalog::{Served, Snapshot};
use crate::error::Answer;
use crate::records::{Ask, Records, Watch};
use crate::store::Position;

/// How what stands for other values as time goes by is written: macros by their beginnings.
#[rustfmt::skip] // one line
const TIMES: [&str; 12] = [
    "@now", "@yesterday", "@tomorrow", "@today", "@second", "@minute", "@hour", "@day", "@weekday",
    "@month", "@year", "strftime",
];

/// A subscription made concrete: which records of which collection, written how, for whom.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) served: Arc<Served>,
    pub(super) watch: Watch,
    /// Whether it stays as it is while time goes by.
    pub(super) is_steady: bool,
    /// One of those it was bound for; what depends on who asks is not shared.
    caller: Caller,
    topic: Arc<Topic>,
}

/// Subscribers that share a [`Bound`].
#[derive(Debug)]
pub(super) struct Group {
    pub(super) key: Arc<[u8]>,
    pub(super) bound: Bound,
    /// Replaced while somebody goes through them, changed in place otherwise. Only touched while
    /// the rooms are locked.
    pub(super) members: Mutex<Arc<Vec<Member>>>,
}

/// A subscriber.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) client: Arc<Client>,
    /// The name of its events.
    pub(super) event: Arc<str>,
    /// Changes up to here are not for it: they came before it subscribed.
    pub(super) since: Position,
}

impl Bound {
    /// Binds a subscription; `None` where nothing is ever delivered: there is no such collection,
    /// no right to it, or the filter cannot be.
    pub(super) fn of(
        records: &Records,
        snapshot: &Arc<Snapshot>,
        caller: &Caller,
        topic: &Arc<Topic>,
        now: Timestamp,
    ) -> Option<Bound> {
        let served = collection(snapshot, topic)?;
        if !served.collection.logs_changes() {
            return None;
        }
        let watch = watch(records, snapshot, caller, topic, served, now);
        let watch = watch.inspect_err(|error| {
            let cause = error.cause.as_deref().unwrap_or(&error.message);
            tracing::debug!(topic = &*topic.text, cause, "a subscription receives nothing");
        });
        let watch = watch.ok()?;
        let is_steady = !asks_the_time(snapshot, topic, &watch);
        let (snapshot, caller, topic) = (snapshot.clone(), caller.clone(), topic.clone());
        Some(Bound { snapshot, served: served.clone(), watch, is_steady, caller, topic })
    }

    /// The same at another time; `None` where nothing is delivered then.
    pub(super) fn at(&self, records: &Records, now: Timestamp) -> Option<Watch> {
        let Bound { snapshot, served, caller, topic, .. } = self;
        watch(records, snapshot, caller, topic, served, now).ok()
    }

    /// Bytes that are the same for subscriptions that receive the same.
    pub(super) fn key(&self) -> Arc<[u8]> {
        let Bound { watch, topic, caller, .. } = self;
        let mut key = match self.is_steady {
            true => watch.key(),
            false => self.served.collection.id.clone().into_bytes(),
        };
        let mut part = |name: char, text: &str| {
            key.extend_from_slice(format!("\n{name}{}:", text.len()).as_bytes());
            key.extend_from_slice(text.as_bytes());
        };
        match &topic.target {
            Target::All => part('*', ""),
            Target::One(id) => part('1', id),
        }
        part('f', topic.param("fields"));
        if watch.expands() || !self.is_steady {
            // What it is bound to later, or leads to, depends on all of this.
            part('c', &identity(caller));
            for (name, value) in &topic.query {
                part('q', name);
                part('=', value);
            }
            for (name, value) in &topic.headers {
                part('h', name);
                part('=', value);
            }
        }
        key.into()
    }

    /// The id of the one record it is about.
    pub(super) fn record(&self) -> Option<&str> {
        match &self.topic.target {
            Target::All => None,
            Target::One(id) => Some(id),
        }
    }

    /// Writes records with what is expanded of them.
    pub(super) async fn expanded(
        &self,
        records: &Records,
        now: Timestamp,
        watch: &Watch,
        found: Vec<purlin_model::plan::Found>,
    ) -> Answer<Vec<Vec<u8>>> {
        let ask = ask(&self.snapshot, &self.caller, &self.topic, now);
        records.write_watched(&ask, &self.served, watch, found).await
    }
}

/// The collection a topic names, exactly.
pub(super) fn collection<'a>(snapshot: &'a Snapshot, topic: &Topic) -> Option<&'a Arc<Served>> {
    let served = snapshot.served(&topic.collection)?;
    let named = [&served.collection.name, &served.collection.id].contains(&&topic.collection);
    named.then_some(served)
}

fn ask<'a>(
    snapshot: &'a Arc<Snapshot>,
    caller: &'a Caller,
    topic: &'a Topic,
    now: Timestamp,
) -> Ask<'a> {
    let facts = Facts {
        caller,
        method: "GET",
        occasion: Occasion::Realtime,
        query: &topic.query,
        headers: &topic.headers,
        body: &Json::Null,
        now,
        scopes: &**snapshot,
    };
    Ask::new(snapshot, facts, topic.param("expand"))
}

fn watch(
    records: &Records,
    snapshot: &Arc<Snapshot>,
    caller: &Caller,
    topic: &Topic,
    served: &Served,
    now: Timestamp,
) -> Answer<Watch> {
    let action = match topic.target {
        Target::All => Action::List,
        Target::One(_) => Action::View,
    };
    records.watch(&ask(snapshot, caller, topic, now), served, action, topic.param("fields"))
}

/// Whether a text that has to do with it names the time. What was decided without looking at the
/// time stays decided.
fn asks_the_time(snapshot: &Snapshot, topic: &Topic, watch: &Watch) -> bool {
    let names = |text: &str| TIMES.iter().any(|name| text.contains(name));
    let of_collections = || {
        let collections = watch.select.collections();
        let rules = |collection: &Collection| {
            Action::ALL.iter().filter_map(|action| collection.rule(*action)).any(names)
        };
        collections.into_iter().any(|collection| rules(collection))
    };
    names(topic.param("filter"))
        || TIMES.iter().any(|name| snapshot.lines.mention(name))
        || of_collections()
}

/// Everything of a caller that rules may speak of.
fn identity(caller: &Caller) -> String {
    let kind = match caller {
        Caller::Guest => "guest",
        Caller::Record(_) => "record",
        Caller::Superuser(_) => "superuser",
        Caller::System => "system",
    };
    let kept = caller.record().map(|record| Record::to_kept(record));
    let collection = caller.record().map_or("", |record| record.collection.id.as_str());
    format!("{kind} {collection} {}", kept.unwrap_or_default())
}

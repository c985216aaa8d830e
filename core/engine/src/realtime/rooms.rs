//! Who is there, and who is interested in what.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use purlin_model::{Caller, Record};

use super::client::Client;
use super::group::{Bound, Group, Member, collection};
use super::topic::Topic;
use crate::catalog::Snapshot;
use crate::changes::Want;
use crate::records::Records;
use crate::store::{Datasources, Position};

/// A record by the ids of its collection and itself.
pub(super) type Key = (String, String);

/// Everybody. What is done here is quick: it is locked meanwhile.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    /// What subscriptions are bound under.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    pub(super) seats: HashMap<Arc<str>, Seat>,
    groups: HashMap<Arc<[u8]>, Arc<Group>>,
    /// By the id of the collection.
    pub(super) rooms: HashMap<String, Room>,
    /// Who is signed in as whom.
    pub(super) callers: HashMap<Key, Vec<Arc<str>>>,
    /// By datasource: changes up to here are being delivered, or were.
    pub(super) begun: HashMap<String, Position>,
}

/// Those interested in a collection.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) all: Vec<Arc<Group>>,
    /// By the id of the record they watch.
    pub(super) ones: HashMap<String, Vec<Arc<Group>>>,
}

/// What subscriptions are bound with.
pub(super) struct Binder<'a> {
    pub(super) records: &'a Records,
    pub(super) snapshot: &'a Arc<Snapshot>,
    pub(super) now: Timestamp,
    /// Up to where the log of a datasource has been heard.
    pub(super) position: &'a dyn Fn(&str) -> Position,
}

/// A client with what it subscribed to.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) client: Arc<Client>,
    pub(super) caller: Caller,
    pub(super) topics: Vec<Subscribed>,
    /// Where it is a member.
    pub(super) groups: Vec<Arc<Group>>,
    /// The logs that are followed for it, by datasource.
    pub(super) wants: Vec<(String, Want)>,
}

/// One of the things a client subscribed to.
#[derive(Clone, Debug)]
pub(super) struct Subscribed {
    pub(super) topic: Arc<Topic>,
    /// In the log of which datasource it begins, and where: from when it is bound first, however the
    /// client's other subscriptions change.
    begin: Option<(String, Position)>,
}

impl Rooms {
    pub(super) fn enter(&mut self, client: &Arc<Client>) {
        let (caller, topics, groups, wants) = (Caller::Guest, Vec::new(), Vec::new(), Vec::new());
        let seat = Seat { client: client.clone(), caller, topics, groups, wants };
        self.seats.insert(client.id.clone(), seat);
    }

    /// Forgets a client; answers what of it takes time to drop.
    pub(super) fn leave(&mut self, id: &str) -> Option<Seat> {
        self.unbind(id);
        let seat = self.seats.remove(id)?;
        forget(&mut self.callers, &seat);
        Some(seat)
    }

    /// Sets whom a client speaks for.
    pub(super) fn set_caller(&mut self, id: &str, caller: Caller) {
        let Rooms { seats, callers, .. } = self;
        let Some(seat) = seats.get_mut(id) else { return };
        forget(callers, seat);
        if let Some(record) = caller.record() {
            callers.entry(key_of(record)).or_default().push(seat.client.id.clone());
        }
        seat.caller = caller;
    }

    /// Binds everybody's subscriptions anew.
    pub(super) fn bind_all(&mut self, binder: &Binder<'_>) {
        self.groups.clear();
        self.rooms.clear();
        self.seats.values_mut().for_each(|seat| seat.groups.clear());
        let ids: Vec<Arc<str>> = self.seats.keys().cloned().collect();
        ids.iter().for_each(|id| self.bind(id, binder));
        self.snapshot = Some(binder.snapshot.clone());
    }

    /// Binds the subscriptions of a client anew.
    pub(super) fn bind(&mut self, id: &str, binder: &Binder<'_>) {
        self.unbind(id);
        let Some(seat) = self.seats.get_mut(id) else { return };
        for Subscribed { topic, begin } in &mut seat.topics {
            let Binder { records, snapshot, now, .. } = *binder;
            let Some(bound) = Bound::of(records, snapshot, &seat.caller, topic, now) else {
                continue;
            };
            let (key, collection) = (bound.key(), bound.served.collection.clone());
            let group = self.groups.get(&key).cloned().unwrap_or_else(|| {
                let members = parking_lot::Mutex::default();
                let group = Arc::new(Group { key, bound, members });
                self.groups.insert(group.key.clone(), group.clone());
                let room = self.rooms.entry(collection.id.clone()).or_default();
                match group.bound.record() {
                    None => room.all.push(group.clone()),
                    Some(record) => {
                        room.ones.entry(record.to_owned()).or_default().push(group.clone());
                    }
                }
                group
            });
            let source = &collection.datasource;
            let begin = match begin {
                Some(begin) if begin.0 == *source => begin,
                begin => {
                    let since = since(&self.begun, binder, &seat.wants, source);
                    begin.insert((source.clone(), since))
                }
            };
            let since = begin.1;
            let (client, event) = (seat.client.clone(), topic.text.clone());
            Arc::make_mut(&mut *group.members.lock()).push(Member { client, event, since });
            // Two topics may mean the same.
            if !seat.groups.iter().any(|known| Arc::ptr_eq(known, &group)) {
                seat.groups.push(group);
            }
        }
    }

    pub(super) fn group_count(&self) -> usize {
        self.groups.len()
    }

    /// What comes after this is for who subscribed right now, as live changes.
    pub(super) fn now(&self, binder: &Binder<'_>, seat: &Seat, source: &str) -> Position {
        since(&self.begun, binder, &seat.wants, source)
    }

    fn unbind(&mut self, id: &str) {
        let Some(seat) = self.seats.get_mut(id) else { return };
        let (client, groups) = (seat.client.clone(), std::mem::take(&mut seat.groups));
        for group in groups {
            let mut members = group.members.lock();
            Arc::make_mut(&mut *members).retain(|member| !Arc::ptr_eq(&member.client, &client));
            let is_empty = members.is_empty();
            drop(members);
            if is_empty && self.groups.remove(&group.key).is_some() {
                self.close(&group);
            }
        }
    }

    /// Takes a group without members out of its room.
    fn close(&mut self, group: &Arc<Group>) {
        let collection = &group.bound.served.collection.id;
        let Some(room) = self.rooms.get_mut(collection) else { return };
        let without = |groups: &mut Vec<Arc<Group>>| groups.retain(|it| !Arc::ptr_eq(it, group));
        match group.bound.record() {
            None => without(&mut room.all),
            Some(record) => {
                if let Some(ones) = room.ones.get_mut(record) {
                    without(ones);
                    if ones.is_empty() {
                        room.ones.remove(record);
                    }
                }
            }
        }
        if room.all.is_empty() && room.ones.is_empty() {
            self.rooms.remove(collection);
        }
    }
}

impl Seat {
    /// Subscribes it to these things instead. What it was subscribed to before goes on.
    pub(super) fn subscribe(&mut self, topics: Vec<Arc<Topic>>) {
        let mut before: HashMap<Arc<str>, Subscribed> =
            self.topics.drain(..).map(|it| (it.topic.text.clone(), it)).collect();
        let go_on = |topic: Arc<Topic>| {
            before.remove(&topic.text).unwrap_or(Subscribed { topic, begin: None })
        };
        self.topics = topics.into_iter().map(go_on).collect();
    }

    /// The datasources whose logs it needs and that are not followed for it yet, each with the name
    /// of a collection that needs it: those it subscribed to, and that of its caller.
    pub(super) fn unfollowed(&self, snapshot: &Snapshot, known: &Datasources) -> Vec<String> {
        let subscribed = self.topics.iter().filter_map(|it| collection(snapshot, &it.topic));
        let subscribed = subscribed.map(|served| &served.collection);
        let own = self.caller.record().map(|record| &record.collection);
        let mut sources: Vec<String> = Vec::new();
        for collection in subscribed.chain(own).filter(|collection| collection.logs_changes()) {
            let source = &collection.datasource;
            let followed = self.wants.iter().any(|(known, _)| known == source);
            if !followed && !sources.contains(source) && known.named(source).is_some() {
                sources.push(source.clone());
            }
        }
        sources
    }
}

/// Up to where a log was heard, or is being heard, or was when it came to be wanted.
fn since(
    begun: &HashMap<String, Position>,
    binder: &Binder<'_>,
    wants: &[(String, Want)],
    source: &str,
) -> Position {
    let begun = begun.get(source).copied().unwrap_or_default();
    let wanted = wants.iter().find(|(known, _)| known == source).map(|(_, want)| want.since());
    begun.max((binder.position)(source)).max(wanted.unwrap_or_default())
}

/// How a record is known.
pub(super) fn key_of(record: &Record) -> Key {
    (record.collection.id.clone(), record.id().to_owned())
}

fn forget(callers: &mut HashMap<Key, Vec<Arc<str>>>, seat: &Seat) {
    let Some(record) = seat.caller.record() else { return };
    let key = key_of(record);
    if let Some(clients) = callers.get_mut(&key) {
        clients.retain(|known| *known != seat.client.id);
        if clients.is_empty() {
            callers.remove(&key);
        }
    }
}

//! Changes to messages: each record is read once, each predicate evaluated once for all who share
//! it, each message encoded once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use jiff::Timestamp;
use purlin_model::plan::{self, Found};
use purlin_model::{Action, Record};

use super::Realtime;
use super::client::Client;
use super::deleted::Deleted;
use super::follow::{PAUSE, TRIES};
use super::group::{Group, Member};
use super::queue::Message;
use super::rooms::Rooms;
use super::verdict::Verdicts;
use crate::changes::Heard;
use crate::error::{Answer, ApiError};
use crate::records::Watch;
use crate::store::{Access as _, Logged, Newest, api_error};

/// A group with those who were its members when the batch began.
pub(super) struct Interest {
    pub(super) group: Arc<Group>,
    pub(super) members: Arc<Vec<Member>>,
}

/// Who is interested in what of a batch.
#[derive(Default)]
pub(super) struct Audience(HashMap<String, Interested>);

/// Who is interested in records of one collection.
#[derive(Default)]
struct Interested {
    all: Vec<Interest>,
    ones: HashMap<String, Vec<Interest>>,
}

/// A change with the record it is about.
pub(super) struct Subject<'a> {
    pub(super) change: &'a Logged,
    /// The record as it is now, or as it was before it was deleted.
    pub(super) record: Arc<Record>,
    /// Whether it was deleted.
    pub(super) is_gone: bool,
}

/// What goes to whom: messages for members, in the order of the changes.
pub(super) type Mail<'a> = Vec<(&'a Logged, Arc<Vec<Member>>, Arc<str>)>;

impl Realtime {
    /// Delivers a batch of live changes.
    pub(super) async fn deliver(&self, heard: &Heard<'_>) {
        let _turn = self.turn(heard.datasource).await;
        let audience = {
            let mut rooms = self.rooms.lock();
            rooms.begun.insert(heard.datasource.to_owned(), heard.position);
            Audience::of(&rooms, heard.changes)
        };
        if !audience.0.is_empty() {
            let mut tries = 0;
            let mail = loop {
                match self.mail(&audience, heard.changes).await {
                    Ok(mail) => break Some(mail),
                    Err(error) if tries < TRIES => {
                        tracing::debug!(?error, "a batch cannot be delivered now");
                        tries += 1;
                        tokio::time::sleep(PAUSE).await;
                    }
                    Err(_) => break None,
                }
            };
            match mail {
                Some(mail) => self.post(heard.datasource, mail),
                // They come back, and receive what they missed.
                None => audience.members().for_each(|member| member.client.queue.close(true)),
            }
        }
    }

    /// Works out who receives what of these changes.
    ///
    /// # Errors
    /// When a database cannot be asked.
    pub(super) async fn mail<'c>(
        &self,
        audience: &Audience,
        changes: &'c [Logged],
    ) -> Answer<Mail<'c>> {
        let now = self.clock.now();
        let mut mail: Vec<(usize, Arc<Vec<Member>>, Arc<str>)> = Vec::new();
        for (collection, interested) in &audience.0 {
            let (places, subjects) = self.subjects(collection, interested, changes).await?;
            let mut written = Written::default();
            let every: Vec<usize> = (0..subjects.len()).collect();
            let ones = interested.ones.iter().map(|(id, interests)| {
                let own = |index: &usize| subjects[*index].change.record == *id;
                ((0..subjects.len()).filter(own).collect(), interests)
            });
            for (among, interests) in std::iter::once((every, &interested.all)).chain(ones) {
                for interest in interests {
                    let data = self.write(interest, &subjects, &among, &mut written, now).await?;
                    let to =
                        |(index, data): (usize, _)| (places[index], interest.members.clone(), data);
                    mail.extend(data.into_iter().map(to));
                }
            }
        }
        mail.sort_by_key(|(place, ..)| *place);
        Ok(mail
            .into_iter()
            .map(|(place, members, data)| (&changes[place], members, data))
            .collect())
    }

    /// The changes somebody is interested in, by their places, with their records.
    async fn subjects<'c>(
        &self,
        collection: &str,
        interested: &Interested,
        all: &'c [Logged],
    ) -> Answer<(Vec<usize>, Vec<Subject<'c>>)> {
        let wanted = |change: &Logged| {
            change.collection == collection
                && (!interested.all.is_empty() || interested.ones.contains_key(&change.record))
        };
        let changes: Vec<(usize, &Logged)> =
            all.iter().enumerate().filter(|(_, change)| wanted(change)).collect();
        let some = interested.all.iter().chain(interested.ones.values().flatten()).next();
        let Some(some) = some.filter(|_| !changes.is_empty()) else {
            return Ok(Default::default());
        };
        let definition = &some.group.bound.served.collection;
        let mut deleted = Deleted::among(definition, changes.iter().map(|(_, change)| *change));
        let mut left: HashSet<String> = changes
            .iter()
            .filter(|(_, change)| deleted.after(change).is_none())
            .map(|(_, change)| change.record.clone())
            .collect();
        let mut now: HashMap<String, Arc<Record>> = HashMap::with_capacity(left.len());
        if !left.is_empty() {
            let mut ids: Vec<String> = left.iter().cloned().collect();
            ids.sort_unstable();
            let page = Newest(&self.datasources).select(&plan::by_ids(definition, &ids)).await;
            for Found { record, .. } in page.map_err(api_error)?.records {
                left.remove(record.id());
                now.insert(record.id().to_owned(), Arc::new(record));
            }
        }
        if let Some(store) = self.datasources.named(&definition.datasource)
            && let Some(last) = all.last().filter(|_| !left.is_empty())
        {
            deleted.look_ahead(&**store, last.position, left).await?;
        }
        let subject = |change: &'c Logged| {
            let (record, is_gone) = match deleted.after(change) {
                Some(was) => (was.clone()?, true),
                None => (now.get(&change.record)?.clone(), false),
            };
            Some(Subject { change, record, is_gone })
        };
        let subjects = changes.into_iter();
        let subjects =
            subjects.filter_map(|(place, change)| subject(change).map(|subject| (place, subject)));
        Ok(subjects.unzip())
    }

    /// The messages of a group, by the indexes of their subjects.
    async fn write(
        &self,
        interest: &Interest,
        subjects: &[Subject<'_>],
        among: &[usize],
        written: &mut Written,
        now: Timestamp,
    ) -> Answer<Vec<(usize, Arc<str>)>> {
        let bound = &interest.group.bound;
        let anew;
        let watch = match bound.is_steady {
            true => &bound.watch,
            false => match bound.at(&self.records, now) {
                Some(watch) => {
                    anew = watch;
                    &anew
                }
                None => return Ok(Vec::new()),
            },
        };
        let verdicts = Verdicts::of(&Newest(&self.datasources), watch, subjects, among).await?;
        let mut shown = verdicts.shown;
        shown.sort_by_key(|(index, _)| *index);
        if !watch.expands() {
            let data = |(index, found): (usize, Found)| {
                (index, written.of(watch, index, subjects[index].change.action, &found))
            };
            return Ok(shown.into_iter().map(data).collect());
        }
        let (indexes, found): (Vec<usize>, Vec<Found>) = shown.into_iter().unzip();
        let records = bound.expanded(&self.records, now, watch, found).await?;
        if records.len() != indexes.len() {
            return Err(ApiError::internal("expanding lost records"));
        }
        let data = |(index, record): (usize, Vec<u8>)| {
            (index, message(&record, subjects[index].change.action))
        };
        Ok(indexes.into_iter().zip(records).map(data).collect())
    }

    /// Puts messages into the queues.
    pub(super) fn post(&self, datasource: &str, mail: Mail<'_>) {
        let source: Arc<str> = datasource.into();
        let mut touched: Vec<&Arc<Client>> = Vec::new();
        let mut count = 0;
        let entering = self.entering.lock();
        for (change, members, data) in &mail {
            let meant = members.iter().filter(|member| change.position > member.since);
            for member in meant {
                let place = Some((source.clone(), change.position));
                let event = Some(member.event.clone());
                count += 1;
                if member.client.queue.push(Message { event, data: data.clone(), place }) {
                    touched.push(&member.client);
                }
            }
        }
        touched.iter().for_each(|client| client.queue.complete(&source));
        drop(entering);
        self.delivered.fetch_add(count, Ordering::Relaxed);
    }
}

impl Audience {
    /// Those of the rooms who may want to hear of these changes.
    fn of(rooms: &Rooms, changes: &[Logged]) -> Self {
        let mut audience = Audience::default();
        for change in changes {
            let Some(room) = rooms.rooms.get(&change.collection) else { continue };
            let ones = room.ones.get(&change.record);
            if room.all.is_empty() && ones.is_none() {
                continue;
            }
            let interested = audience
                .0
                .entry(change.collection.clone())
                .or_insert_with(|| Interested { all: interests(&room.all), ones: HashMap::new() });
            if let Some(ones) = ones.filter(|_| !interested.ones.contains_key(&change.record)) {
                interested.ones.insert(change.record.clone(), interests(ones));
            }
        }
        audience
    }

    /// One client alone, in the groups that watch collections of a datasource.
    pub(super) fn only(client: &Arc<Client>, groups: &[Arc<Group>], source: &str) -> Self {
        let mut audience = Audience::default();
        for group in groups {
            let collection = &group.bound.served.collection;
            if collection.datasource != source {
                continue;
            }
            let members = group.members.lock();
            let own = members.iter().filter(|member| Arc::ptr_eq(&member.client, client)).cloned();
            let interest = Interest { group: group.clone(), members: Arc::new(own.collect()) };
            let interested = audience.0.entry(collection.id.clone()).or_default();
            match group.bound.record() {
                None => interested.all.push(interest),
                Some(id) => interested.ones.entry(id.to_owned()).or_default().push(interest),
            }
        }
        audience
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        let interests =
            self.0.values().flat_map(|it| it.all.iter().chain(it.ones.values().flatten()));
        interests.flat_map(|interest| interest.members.iter())
    }
}

fn interests(groups: &[Arc<Group>]) -> Vec<Interest> {
    let interest = |group: &Arc<Group>| Interest {
        group: group.clone(),
        members: group.members.lock().clone(),
    };
    groups.iter().map(interest).collect()
}

/// Messages that are the same for several groups.
#[derive(Default)]
struct Written(HashMap<(usize, usize, Vec<bool>), Arc<str>>);

impl Written {
    fn of(&mut self, watch: &Watch, index: usize, action: Action, found: &Found) -> Arc<str> {
        let write = || message(&watch.write(&found.record, &found.masks), action);
        match watch.look() {
            None => write(),
            Some(look) => {
                self.0.entry((look, index, found.masks.clone())).or_insert_with(write).clone()
            }
        }
    }
}

/// What a message says.
fn message(record: &[u8], action: Action) -> Arc<str> {
    let mut text = String::with_capacity(record.len() + 32);
    text.push_str("{\"record\":");
    text.push_str(&String::from_utf8_lossy(record));
    text.push_str(",\"action\":\"");
    text.push_str(action.text());
    text.push_str("\"}");
    text.into()
}

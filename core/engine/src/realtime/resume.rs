//! Clients that come back receive what they missed, as far as the logs still know it, and then what
//! is live: nothing is left out between, and nothing comes twice.

use std::sync::Arc;
use std::time::Duration;

use super::Realtime;
use super::client::Client;
use super::deliver::Audience;
use super::places::Places;
use super::queue::Message;
use super::reading::Reading;
use super::rooms::{Binder, Rooms};
use crate::error::{Answer, ApiError};
use crate::store::Position;

/// How long is waited for it to receive some of them, and how often it is looked.
const LOOK: Duration = Duration::from_millis(5);
const LOOKS: usize = 6000;
/// How often is read what was committed while a client was sent what came before.
const ROUNDS: usize = 3;

/// What a client asks for when it connects.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// Whether it wants to be told positions to resume from.
    pub wanted: bool,
    /// The id of the last frame it received, if any: `<clientId>:<positions>`.
    pub last: String,
}

/// What is to be done for a client that goes on where it was.
pub(super) struct Errands {
    client: Arc<Client>,
    errands: Vec<Errand>,
}

/// What a client missed in one datasource.
struct Errand {
    source: Arc<str>,
    after: Position,
    /// What comes later is live.
    until: Position,
    audience: Audience,
}

impl Rooms {
    /// What a client that subscribed right now missed. One that can resume later is told where it
    /// begins in logs that were not followed for it before.
    pub(super) fn errands(
        &self,
        id: &str,
        binder: &Binder<'_>,
        followed: &dyn Fn(&str) -> bool,
    ) -> Option<Errands> {
        let seat = self.seats.get(id).filter(|seat| !seat.topics.is_empty())?;
        let client = &seat.client;
        let missed = client.missed.lock().take().unwrap_or_default();
        let mut errands = Vec::new();
        for (source, _) in &seat.wants {
            let until = self.now(binder, seat, source);
            match missed.of(source) {
                Some(after) => {
                    let audience = Audience::only(client, &seat.groups, source);
                    errands.push(Errand { source: source.as_str().into(), after, until, audience });
                }
                None if client.resumes && !followed(source) => {
                    client.queue.tell(place(source.as_str().into(), until));
                }
                None => {}
            }
        }
        if errands.is_empty() {
            return None;
        }
        client.queue.hold();
        Some(Errands { client: client.clone(), errands })
    }
}

impl Realtime {
    /// Where a client goes on, and what it is told of that: nothing if it did not ask.
    pub(super) async fn resumed(&self, asked: &Resume) -> (Option<Places>, Option<bool>) {
        if asked.last.is_empty() {
            return (None, None);
        }
        let places = asked.last.split_once(':').and_then(|(_, text)| Places::parse(text));
        let Some(places) = places else { return (None, Some(false)) };
        for (source, position) in places.iter() {
            let known = match self.datasources.named(source) {
                Some(store) if store.capabilities().changes.is_ok() => {
                    store.follow(Some(position)).await.is_ok()
                }
                _ => false,
            };
            if !known {
                return (None, Some(false));
            }
        }
        (Some(places), Some(true))
    }

    /// Sends a client what it missed, then lets the live messages follow.
    pub(super) async fn run(&self, errands: Errands) {
        let Errands { client, errands } = errands;
        if let Err(error) = self.carry_out(&client, errands).await {
            tracing::debug!(?error, "a client cannot be given what it missed");
            // It comes back, and is told whether there is still something to resume from.
            client.queue.close(true);
        }
    }

    async fn carry_out(&self, client: &Arc<Client>, mut errands: Vec<Errand>) -> Answer<()> {
        errands.sort_by(|one, other| one.source.cmp(&other.source));
        let mut open = Vec::new();
        for errand in errands {
            let source = errand.source.clone();
            let mut reading = Reading::begin(&self.datasources, &source, errand.after).await?;
            let mut until = errand.until;
            for _ in 0..ROUNDS {
                self.catch_up(client, &errand, &mut reading, until, true).await?;
                until = self.live(&source).max(until);
            }
            open.push((errand, reading, until));
        }
        // A live message that waits may show its record as it was before what was sent meanwhile. So
        // the rest is read while nothing is delivered live, and takes the place of what waits.
        let sources: Vec<_> = open.iter().map(|(errand, ..)| errand.source.clone()).collect();
        let mut turns = Vec::new();
        for source in sources {
            turns.extend(self.turn(&source).await);
        }
        for (errand, reading, until) in &mut open {
            client.queue.drop_held(&errand.source);
            let live = self.live(&errand.source).max(*until);
            self.catch_up(client, errand, reading, live, false).await?;
        }
        client.queue.let_go();
        drop(turns);
        Ok(())
    }

    /// Up to where the log of a datasource is being delivered, or was.
    fn live(&self, source: &str) -> Position {
        self.rooms.lock().begun.get(source).copied().unwrap_or_default()
    }

    /// Sends a client what it missed up to a position; in its own time, if it is `patient`.
    async fn catch_up(
        &self,
        client: &Arc<Client>,
        errand: &Errand,
        reading: &mut Reading,
        until: Position,
        patient: bool,
    ) -> Answer<()> {
        let source = &errand.source;
        loop {
            let changes = reading.next(until).await?;
            if changes.is_empty() {
                break;
            }
            if patient {
                self.room_for_more(client).await?;
            }
            let mail = self.mail(&errand.audience, &changes).await?;
            let messages = mail.iter().flat_map(|(change, members, data)| {
                members.iter().map(|member| Message {
                    event: Some(member.event.clone()),
                    data: data.clone(),
                    place: Some((source.clone(), change.position)),
                })
            });
            client.queue.catch_up(messages.collect());
        }
        if !patient {
            client.queue.catch_up(vec![place(source.clone(), until)]);
        }
        Ok(())
    }

    /// Waits until a client has received most of what waits for it.
    async fn room_for_more(&self, client: &Client) -> Answer<()> {
        for _ in 0..LOOKS {
            if client.queue.is_closed() {
                break;
            }
            if client.queue.has_room() {
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(ApiError::unclassified("the client does not read what it missed"))
    }

    /// Tells clients that can resume where they are, so that their positions stay known while nothing
    /// is for them.
    pub(super) fn tell_places(&self) {
        let rooms = self.rooms.lock();
        for seat in rooms.seats.values().filter(|seat| seat.client.resumes) {
            for (source, _) in &seat.wants {
                let position = self.position(source);
                if position > Position::default() && !seat.client.queue.has_seen(source, position) {
                    seat.client.queue.tell(place(source.as_str().into(), position));
                }
            }
        }
    }
}

/// A frame that tells nothing but a position.
fn place(source: Arc<str>, position: Position) -> Message {
    Message { event: None, data: "".into(), place: Some((source, position)) }
}

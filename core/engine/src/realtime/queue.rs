//! What waits to be sent to one client. Whoever delivers never waits: a client that does not keep
//! up is disconnected, and can resume.

use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::places::Places;
use crate::store::Position;

/// How many messages a client may be behind when more come.
pub(super) const MAX_BEHIND: usize = 1024;
/// How many bytes of messages a client may be behind when more come.
pub(super) const MAX_BYTES: usize = 4 << 20;
/// How many messages may wait for a client before more is added of what it missed.
const AHEAD: usize = 256;
/// How many live messages may wait for a client that still receives what it missed.
const MAX_HELD: usize = 16 * 1024;

/// A message in the queue. What is long in it is shared with everybody who gets the same.
#[derive(Clone, Debug)]
pub(super) struct Message {
    /// The name of the event; `None` tells nothing but a new position.
    pub(super) event: Option<Arc<str>>,
    /// The finished JSON.
    pub(super) data: Arc<str>,
    /// The change it tells of: its datasource and its place in the log there.
    pub(super) place: Option<(Arc<str>, Position)>,
}

/// A message as it goes out, with where the client has got to when it has received it.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    pub(super) event: Option<&'a str>,
    pub(super) data: &'a str,
    pub(super) places: &'a Places,
}

/// The messages of one client.
#[derive(Debug)]
pub(super) struct Queue(Mutex<State>);

#[derive(Debug)]
struct State {
    messages: VecDeque<Message>,
    /// How many of them, and how many bytes, may go out: the messages of a batch go out together,
    /// so that nobody is told to have got past a change before all of it was sent.
    ready: usize,
    ready_bytes: usize,
    waiting_bytes: usize,
    /// How many of those that may go out were missed, and their bytes: nobody is behind for what it
    /// was only just given.
    given: usize,
    given_bytes: usize,
    /// The datasources of batches that are being written to the queue.
    open: Vec<Arc<str>>,
    /// Live messages, while the client still receives what it missed.
    held: Option<VecDeque<Message>>,
    /// Up to where everything was sent.
    places: Places,
    closed: bool,
    /// How many were sent.
    sent: u64,
    /// When something was sent last.
    sent_at: Instant,
    waker: Option<Waker>,
}

impl Queue {
    /// An empty one, which counts its silence from now on.
    pub(super) fn new(now: Instant) -> Self {
        Queue(Mutex::new(State {
            messages: VecDeque::new(),
            ready: 0,
            ready_bytes: 0,
            waiting_bytes: 0,
            given: 0,
            given_bytes: 0,
            open: Vec::new(),
            held: None,
            places: Places::default(),
            closed: false,
            sent: 0,
            sent_at: now,
            waker: None,
        }))
    }

    /// Adds a message of a batch. The first of its batch is answered with `true`: the queue is then
    /// to be told when the batch is complete.
    pub(super) fn push(&self, message: Message) -> bool {
        let mut state = self.0.lock();
        if state.closed {
            return false;
        }
        if let Some(held) = &mut state.held {
            held.push_back(message);
            return false;
        }
        let source = message.place.as_ref().map(|(source, _)| source);
        let known =
            source.is_some_and(|source| state.open.iter().any(|it| Arc::ptr_eq(it, source)));
        if let (false, Some(source)) = (known, source) {
            let source = source.clone();
            state.open.push(source);
        }
        state.add(message);
        !known
    }

    /// The batch of a datasource is complete: its messages may go out. Whoever was too far behind
    /// before it is given up.
    pub(super) fn complete(&self, source: &Arc<str>) {
        let waker = {
            let mut state = self.0.lock();
            state.open.retain(|open| !Arc::ptr_eq(open, source));
            if state.is_behind() {
                state.close(true);
            } else if state.open.is_empty() {
                state.release();
            }
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// Adds a message that is no part of a batch.
    pub(super) fn tell(&self, message: Message) {
        let waker = {
            let mut state = self.0.lock();
            if state.closed {
                return;
            }
            match &mut state.held {
                Some(held) => held.push_back(message),
                None => state.add(message),
            }
            if state.open.is_empty() {
                state.release();
            }
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// Nothing more is sent. What is ready still goes out unless it is to end at once.
    pub(super) fn close(&self, at_once: bool) {
        let waker = {
            let mut state = self.0.lock();
            state.close(at_once);
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// From now on live messages wait for [`Queue::let_go`].
    pub(super) fn hold(&self) {
        self.0.lock().held.get_or_insert_default();
    }

    /// Adds to what the client missed, ahead of the live messages that wait.
    pub(super) fn catch_up(&self, messages: Vec<Message>) {
        let waker = {
            let mut state = self.0.lock();
            if state.held.as_ref().is_some_and(|held| held.len() > MAX_HELD) {
                state.close(true);
            }
            if !state.closed {
                state.given += messages.len();
                state.given_bytes += messages.iter().map(|it| it.data.len()).sum::<usize>();
                messages.into_iter().for_each(|message| state.add(message));
                state.release();
            }
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    /// Live messages of a datasource that wait are sent in another way.
    pub(super) fn drop_held(&self, source: &str) {
        let is_of =
            |message: &Message| message.place.as_ref().is_some_and(|(it, _)| **it == *source);
        if let Some(held) = &mut self.0.lock().held {
            held.retain(|message| !is_of(message));
        }
    }

    /// What was missed has been added: the live messages follow.
    pub(super) fn let_go(&self) {
        let held = self.0.lock().held.take().map(Vec::from).unwrap_or_default();
        self.catch_up(held);
    }

    /// Everything up to here was sent on an earlier connection.
    pub(super) fn begin_at(&self, places: Places) {
        self.0.lock().places = places;
    }

    /// Whether the client has seen everything up to a place.
    pub(super) fn has_seen(&self, source: &str, position: Position) -> bool {
        self.0.lock().places.of(source).is_some_and(|seen| seen >= position)
    }

    /// How many messages wait, and how many were sent.
    pub(super) fn counts(&self) -> (usize, u64) {
        let state = self.0.lock();
        let held = state.held.as_ref().map_or(0, VecDeque::len);
        (state.messages.len() + held, state.sent)
    }

    /// Whether so few messages wait that more of what was missed may be added.
    pub(super) fn has_room(&self) -> bool {
        let state = self.0.lock();
        state.ready <= AHEAD && state.ready_bytes <= MAX_BYTES
    }

    /// Whether nothing more is sent.
    pub(super) fn is_closed(&self) -> bool {
        self.0.lock().closed
    }

    /// For how long nothing was sent.
    pub(super) fn silent_for(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.0.lock().sent_at)
    }

    /// Hands on the messages that may go out until `write` has enough (`false`). `None` when the
    /// connection is to end.
    pub(super) fn poll(
        &self,
        context: &mut Context<'_>,
        now: Instant,
        mut write: impl FnMut(&Outgoing<'_>) -> bool,
    ) -> Poll<Option<()>> {
        let mut state = self.0.lock();
        if state.ready == 0 {
            if state.closed {
                return Poll::Ready(None);
            }
            let waker = context.waker();
            if !state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
                state.waker = Some(waker.clone());
            }
            return Poll::Pending;
        }
        while let Some(message) = state.take() {
            // A place alone is no message: a connection without any ends.
            state.sent_at = if message.event.is_some() { now } else { state.sent_at };
            let State { places, .. } = &*state;
            let Message { event, data, .. } = &message;
            let event = event.as_deref();
            if !write(&Outgoing { event, data, places }) {
                break;
            }
        }
        if state.messages.is_empty() {
            // A burst must not leave every client a long queue.
            state.messages = VecDeque::new();
        }
        Poll::Ready(Some(()))
    }
}

impl State {
    /// Whether more live messages wait than one may be behind.
    fn is_behind(&self) -> bool {
        self.ready.saturating_sub(self.given) > MAX_BEHIND
            || self.ready_bytes.saturating_sub(self.given_bytes) > MAX_BYTES
    }

    fn add(&mut self, message: Message) {
        self.waiting_bytes += message.data.len();
        self.messages.push_back(message);
    }

    fn release(&mut self) {
        self.ready = self.messages.len();
        self.ready_bytes += mem::take(&mut self.waiting_bytes);
    }

    /// The next message that may go out. Only the last message of a change takes the client past it.
    fn take(&mut self) -> Option<Message> {
        if self.ready == 0 {
            return None;
        }
        let message = self.messages.pop_front()?;
        self.ready -= 1;
        self.ready_bytes = self.ready_bytes.saturating_sub(message.data.len());
        if self.given > 0 {
            self.given -= 1;
            self.given_bytes = self.given_bytes.saturating_sub(message.data.len());
        }
        self.sent += u64::from(message.event.is_some());
        if let Some((source, position)) = &message.place {
            // What tells nothing but a place is no message of the change.
            let next = self.messages.front().filter(|next| next.event.is_some());
            let next = next.and_then(|next| next.place.as_ref());
            if next.is_none_or(|(other, at)| other != source || at != position) {
                self.places.reach(source, *position);
            }
        }
        Some(message)
    }

    fn close(&mut self, at_once: bool) {
        self.closed = true;
        self.held = None;
        self.open.clear();
        let left = if at_once { 0 } else { self.ready };
        self.messages.truncate(left);
        (self.ready, self.waiting_bytes) = (left, 0);
    }
}

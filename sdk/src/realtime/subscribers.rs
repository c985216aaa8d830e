//! Who listens to what: shared by the subscriptions of a client and the task that keeps its
//! connection.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};

use super::frames::Frame;
use super::queue::{Heard, Queue};
use crate::{ApiError, Error, Result};

/// The topics that the server should know, with their options.
pub(super) type Topics = BTreeSet<Arc<str>>;

/// Tells whoever subscribes how it went.
pub(super) type Accepted = oneshot::Receiver<Result<()>>;

#[derive(Default)]
pub(super) struct Subscribers {
    state: Mutex<State>,
    /// Somebody came or went, or the sign-in changed.
    pub(super) changed: Notify,
}

#[derive(Default)]
struct State {
    next: u64,
    listening: BTreeMap<u64, Subscriber>,
    /// A task keeps the connection.
    kept: bool,
    /// The changes of the sign-in are heard.
    hears_sign_ins: bool,
}

struct Subscriber {
    topic: Arc<str>,
    queue: Arc<Queue>,
    /// Until the server has accepted the subscription for the first time.
    waiting: Option<oneshot::Sender<Result<()>>>,
    /// It was accepted on a connection of which this one is no continuation.
    missed: bool,
}

/// What a new subscriber gets, and what is to be done first.
pub(super) struct Added {
    pub(super) number: u64,
    pub(super) queue: Arc<Queue>,
    pub(super) accepted: Accepted,
    /// No task keeps the connection yet.
    pub(super) is_first: bool,
    /// Nobody hears the changes of the sign-in yet.
    pub(super) is_first_ever: bool,
}

impl Subscribers {
    pub(super) fn add(&self, topic: &str) -> Added {
        let (sender, accepted) = oneshot::channel();
        let queue = Arc::<Queue>::default();
        let mut state = self.lock();
        let number = state.next;
        state.next += 1;
        let subscriber = Subscriber {
            topic: topic.into(),
            queue: Arc::clone(&queue),
            waiting: Some(sender),
            missed: false,
        };
        state.listening.insert(number, subscriber);
        let is_first = !std::mem::replace(&mut state.kept, true);
        let is_first_ever = !std::mem::replace(&mut state.hears_sign_ins, true);
        drop(state);
        self.changed.notify_one();
        Added { number, queue, accepted, is_first, is_first_ever }
    }

    pub(super) fn remove(&self, number: u64) {
        let gone = self.lock().listening.remove(&number);
        if gone.is_some() {
            self.changed.notify_one();
        }
    }

    /// Whether the connection is still needed. If not, the caller must let go of it: the next
    /// subscriber starts another task.
    pub(super) fn keep(&self) -> bool {
        let mut state = self.lock();
        state.kept = !state.listening.is_empty();
        state.kept
    }

    /// Somebody waits for an answer.
    pub(super) fn has_waiting(&self) -> bool {
        self.lock().listening.values().any(|subscriber| subscriber.waiting.is_some())
    }

    /// What to submit, and for whom.
    pub(super) fn topics(&self) -> (Topics, Vec<u64>) {
        let state = self.lock();
        let topics = state.listening.values().map(|subscriber| Arc::clone(&subscriber.topic));
        (topics.collect(), state.listening.keys().copied().collect())
    }

    /// Hands a message to everybody who listens to its topic.
    pub(super) fn deliver(&self, frame: &Frame) {
        let data: Arc<str> = frame.data.as_str().into();
        for subscriber in self.lock().listening.values() {
            if *subscriber.topic == *frame.event {
                subscriber.queue.push(Heard::Message(Arc::clone(&data)));
            }
        }
    }

    /// A new connection that does not go on where the last one ended: whoever was accepted before
    /// is to be told, once the server listens for them again and loading anew misses nothing.
    pub(super) fn note_gap(&self) {
        for subscriber in self.lock().listening.values_mut() {
            subscriber.missed |= subscriber.waiting.is_none();
        }
    }

    /// The server has accepted the topics of these.
    pub(super) fn accept(&self, numbers: &[u64]) {
        let mut state = self.lock();
        for number in numbers {
            let Some(subscriber) = state.listening.get_mut(number) else { continue };
            if let Some(waiting) = subscriber.waiting.take() {
                let _ = waiting.send(Ok(()));
            }
            if std::mem::take(&mut subscriber.missed) {
                subscriber.queue.push_gap();
            }
        }
    }

    /// The server cannot be reached. One of those who wait is told; the others hear how the next
    /// attempt goes.
    pub(super) fn fail(&self, error: Error) {
        let mut state = self.lock();
        let waiting = state.listening.iter().find(|(_, subscriber)| subscriber.waiting.is_some());
        let Some(number) = waiting.map(|(number, _)| *number) else { return };
        let told = state.listening.remove(&number).and_then(|subscriber| subscriber.waiting);
        drop(state);
        if let Some(told) = told {
            let _ = told.send(Err(error));
        }
    }

    /// The server refuses the topics. Those who are new are to blame; without any, all are.
    pub(super) fn refuse(&self, error: &ApiError) {
        let mut state = self.lock();
        let is_new = |subscriber: &Subscriber| subscriber.waiting.is_some();
        let some_are_new = state.listening.values().any(is_new);
        let refuse = |_: &u64, subscriber: &mut Subscriber| {
            let refusal = Error::Api(Box::new(error.clone()));
            match subscriber.waiting.take() {
                Some(waiting) => drop(waiting.send(Err(refusal))),
                None if some_are_new => return true,
                None => {
                    subscriber.queue.push(Heard::Refused(refusal));
                    subscriber.queue.end();
                }
            }
            false
        };
        state.listening.retain(refuse);
    }

    /// The task is gone, and with it whatever would wake those who listen.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.kept = false;
        for subscriber in std::mem::take(&mut state.listening).into_values() {
            subscriber.queue.end();
        }
    }

    /// Every change is complete before the lock is let go, so a poisoned lock is usable.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

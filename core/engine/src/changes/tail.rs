//! One datasource's log, followed while it is wanted.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::{Heard, Listener};
use crate::store::{FEED, Feed, Position, Store, StoreError};

/// How long after a commit on another node it is found at the latest, should nobody tell.
const LOOK: Duration = Duration::from_millis(500);
/// How long changes gather before the next look, so that many writes are read together.
const GATHER: Duration = Duration::from_millis(1);
/// How long a log is left alone that could not be read.
const PAUSE: Duration = Duration::from_millis(200);
/// How long somebody waits for a log to be followed.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a database may take to say where its log ends.
const END: Duration = Duration::from_millis(500);

/// How a log is followed. Both change under one lock: who wants to hear of it either finds it
/// followed for as long as that lasts, or waits until it is.
#[derive(Default)]
struct Place {
    /// How many want to hear of it.
    wanted: usize,
    /// Up to where it has been heard; `None` while nobody follows it.
    position: Option<Position>,
}

/// The end of a log.
pub(super) struct Tail {
    pub(super) datasource: String,
    store: Arc<dyn Store>,
    place: watch::Sender<Place>,
    /// What was committed before this has been heard.
    caught_up: Mutex<Instant>,
    /// There may be something new, or somebody who wants to hear of it.
    woken: Notify,
}

impl Tail {
    pub(super) fn new(datasource: &str, store: Arc<dyn Store>) -> Self {
        Tail {
            datasource: datasource.to_owned(),
            store,
            place: watch::Sender::default(),
            caught_up: Mutex::new(Instant::now()),
            woken: Notify::new(),
        }
    }

    pub(super) fn wake(&self) {
        if self.is_wanted() {
            self.woken.notify_one();
        }
    }

    pub(super) fn position(&self) -> Option<Position> {
        self.place.borrow().position
    }

    /// How long ago everything had been heard; `None` while nobody follows.
    pub(super) fn lag(&self) -> Option<Duration> {
        self.position().map(|_| self.caught_up.lock().elapsed())
    }

    fn is_wanted(&self) -> bool {
        self.place.borrow().wanted > 0
    }

    /// Whether it is wanted still; where not, it is followed no longer.
    fn stays(&self) -> bool {
        !self.place.send_if_modified(|place| {
            let ends = place.wanted == 0;
            if ends {
                place.position = None;
            }
            ends
        })
    }

    fn reached(&self, position: Option<Position>) {
        self.place.send_modify(|place| place.position = position);
    }

    /// There was nothing to tell up to a position.
    fn passed(&self, position: Position) {
        self.place.send_if_modified(|place| {
            let before = place.position.replace(position);
            before != place.position
        });
    }

    /// Tells what is committed, for as long as it is polled.
    pub(super) async fn run(&self, listeners: &[Arc<dyn Listener>]) {
        let mut after = None;
        loop {
            while !self.is_wanted() {
                self.woken.notified().await;
            }
            match self.store.follow(after).await {
                Ok(feed) => after = self.follow(feed, listeners).await,
                Err(StoreError::Gone) => {
                    after = None;
                    self.lost(listeners).await;
                }
                Err(error) => {
                    tracing::debug!(datasource = self.datasource, %error, "no log to follow");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Follows while it is wanted and possible; answers where to go on.
    async fn follow(
        &self,
        mut feed: Box<dyn Feed>,
        listeners: &[Arc<dyn Listener>],
    ) -> Option<Position> {
        *self.caught_up.lock() = Instant::now();
        self.reached(Some(feed.position()));
        while self.stays() {
            match feed.next().await {
                Ok(changes) if changes.is_empty() => {
                    self.tell_caught_up(&*feed, listeners);
                    self.passed(feed.position());
                    if !feed.is_pushed() {
                        let _ = timeout(LOOK, self.woken.notified()).await;
                    }
                }
                Ok(changes) => {
                    let position = feed.position();
                    let heard = Heard { datasource: &self.datasource, changes: &changes, position };
                    for listener in listeners {
                        listener.heard(&heard).await;
                    }
                    self.reached(Some(position));
                    self.tell_caught_up(&*feed, listeners);
                    if changes.len() < FEED && !feed.is_pushed() {
                        tokio::time::sleep(GATHER).await;
                    }
                }
                Err(StoreError::Gone) => {
                    self.lost(listeners).await;
                    return None;
                }
                Err(error) => {
                    tracing::warn!(datasource = self.datasource, %error, "changes cannot be read");
                    tokio::time::sleep(PAUSE).await;
                    return Some(feed.position());
                }
            }
        }
        None
    }

    /// To be called when everything that the feed answered was told.
    fn tell_caught_up(&self, feed: &dyn Feed, listeners: &[Arc<dyn Listener>]) {
        let Some(moment) = feed.caught_up() else { return };
        *self.caught_up.lock() = moment;
        for listener in listeners {
            listener.caught_up(&self.datasource, moment);
        }
    }

    async fn lost(&self, listeners: &[Arc<dyn Listener>]) {
        self.reached(None);
        tracing::warn!(
            datasource = self.datasource,
            "changes were forgotten before they were read"
        );
        for listener in listeners {
            listener.lost(&self.datasource).await;
        }
    }
}

/// Somebody wants to hear of a datasource's changes, until this is dropped.
pub struct Want {
    tail: Arc<Tail>,
    since: Position,
}

impl Want {
    pub(super) fn new(tail: &Arc<Tail>) -> Self {
        tail.place.send_modify(|place| place.wanted += 1);
        tail.woken.notify_one();
        Want { tail: tail.clone(), since: Position::default() }
    }

    /// What was committed before it was wanted is not after this, where the database could say so in
    /// time; it may still be heard. What is to be heard for sure is after it.
    #[must_use]
    pub fn since(&self) -> Position {
        self.since
    }

    /// Waits until the log is followed.
    pub(super) async fn ready(mut self) -> Result<Self, String> {
        {
            let mut place = self.tail.place.subscribe();
            let followed = place.wait_for(|place| place.position.is_some());
            match timeout(PATIENCE, followed).await {
                Ok(Ok(_)) => {}
                _ => return Err("the log of changes cannot be read now".to_owned()),
            }
        }
        // Somebody may hold up who is about to commit: rather some old changes than nothing.
        if let Ok(Ok(end)) = timeout(END, self.tail.store.end()).await {
            self.since = end;
        }
        Ok(self)
    }
}

impl Drop for Want {
    fn drop(&mut self) {
        self.tail.place.send_modify(|place| place.wanted -= 1);
        self.tail.woken.notify_one();
    }
}

impl std::fmt::Debug for Want {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Want").field(&self.tail.datasource).field(&self.since).finish()
    }
}

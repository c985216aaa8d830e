//! What a subscription has heard and its owner has not taken yet. Bounded: an owner that is too slow
//! loses messages and is told so.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::Error;

/// How many messages wait at most, and how many bytes of them.
const MOST: usize = 4096;
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// One thing a subscription has heard, not yet read as a type.
pub(super) enum Heard {
    /// The data of a message.
    Message(Arc<str>),
    /// Changes may have been missed before this.
    Gap,
    /// The server will not have the subscription any more.
    Refused(Error),
}

#[derive(Default)]
pub(super) struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    items: VecDeque<Heard>,
    bytes: usize,
    waker: Option<Waker>,
    ended: bool,
}

impl Queue {
    /// Adds what was heard. When nothing more fits, a gap takes the place of all that waits.
    pub(super) fn push(&self, heard: Heard) {
        let mut waiting = self.lock();
        if waiting.ended {
            return;
        }
        waiting.bytes += heard.bytes();
        waiting.items.push_back(heard);
        if waiting.items.len() > MOST || waiting.bytes > MOST_BYTES {
            waiting.forget();
            waiting.items.push_back(Heard::Gap);
        }
        wake(waiting);
    }

    /// Changes were missed. What waits is older and needs no telling any more.
    pub(super) fn push_gap(&self) {
        let mut waiting = self.lock();
        waiting.forget();
        waiting.items.push_back(Heard::Gap);
        wake(waiting);
    }

    /// Nothing more will come.
    pub(super) fn end(&self) {
        let mut waiting = self.lock();
        waiting.ended = true;
        wake(waiting);
    }

    pub(super) fn poll(&self, task: &Context<'_>) -> Poll<Option<Heard>> {
        let mut waiting = self.lock();
        if let Some(heard) = waiting.items.pop_front() {
            waiting.bytes -= heard.bytes();
            return Poll::Ready(Some(heard));
        }
        if waiting.ended {
            return Poll::Ready(None);
        }
        waiting.waker = Some(task.waker().clone());
        Poll::Pending
    }

    /// Every change is complete before the lock is let go, so a poisoned lock is usable.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn forget(&mut self) {
        self.items.clear();
        self.bytes = 0;
    }
}

impl Heard {
    fn bytes(&self) -> usize {
        match self {
            Self::Message(data) => data.len(),
            Self::Gap | Self::Refused(_) => 0,
        }
    }
}

/// Wakes outside of the lock.
fn wake(mut waiting: MutexGuard<'_, Waiting>) {
    let waker = waiting.waker.take();
    drop(waiting);
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(queue: &Queue) -> Option<String> {
        match queue.poll(&Context::from_waker(Waker::noop())) {
            Poll::Pending => Some("nothing".into()),
            Poll::Ready(None) => None,
            Poll::Ready(Some(Heard::Message(data))) => Some(data.to_string()),
            Poll::Ready(Some(Heard::Gap)) => Some("gap".into()),
            Poll::Ready(Some(Heard::Refused(error))) => Some(error.to_string()),
        }
    }

    fn push(queue: &Queue, data: &str) {
        queue.push(Heard::Message(data.into()));
    }

    #[test]
    fn the_slow_are_told_that_they_missed_something() {
        let queue = Queue::default();
        (0..MOST).for_each(|number| push(&queue, &number.to_string()));
        assert_eq!(take(&queue).as_deref(), Some("0"));
        push(&queue, "the last that fits");
        push(&queue, "one too many");
        push(&queue, "after it");
        for expected in ["gap", "after it", "nothing"] {
            assert_eq!(take(&queue).as_deref(), Some(expected));
        }
        push(&queue, &"x".repeat(MOST_BYTES));
        push(&queue, "y");
        for expected in ["gap", "nothing"] {
            assert_eq!(take(&queue).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_gap_replaces_what_is_older_and_an_end_does_not() {
        let queue = Queue::default();
        push(&queue, "old");
        queue.push_gap();
        push(&queue, "new");
        queue.end();
        push(&queue, "too late");
        for expected in [Some("gap"), Some("new"), None, None] {
            assert_eq!(take(&queue).as_deref(), expected);
        }
    }
}

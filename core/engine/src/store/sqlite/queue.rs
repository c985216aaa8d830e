//! A bounded queue from tasks to threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::store::StoreError;

/// Jobs on their way to the threads that do them. Who pushes waits while it is full; who takes
/// waits while it is empty. Once closed nothing more is accepted, but what is in it is still given
/// out.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    ready: Condvar,
    room: Semaphore,
}

struct State<T> {
    jobs: VecDeque<T>,
    closed: bool,
    /// How many threads wait for a job: waking nobody costs a system call, too.
    idle: usize,
}

/// How often a thread that was woken looks whether more is coming.
const GATHERINGS: usize = 4;

impl<T> Queue<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Queue {
            state: Mutex::new(State { jobs: VecDeque::new(), closed: false, idle: 0 }),
            ready: Condvar::new(),
            room: Semaphore::new(capacity),
        }
    }

    /// Hands a job in, waiting for room.
    pub(super) async fn push(&self, job: T) -> Result<(), StoreError> {
        let room = self.room.acquire().await.map_err(|_| closed())?;
        let wanted = {
            let mut state = self.state();
            if state.closed {
                return Err(closed());
            }
            state.jobs.push_back(job);
            state.idle > 0
        };
        // Given back when the job is taken.
        room.forget();
        if wanted {
            self.ready.notify_one();
        }
        Ok(())
    }

    /// Waits for jobs and moves up to `most` of them into `into`. False once closed and empty.
    ///
    /// Who had to wait lets those go first who are about to push: what they bring is done together
    /// with the first job, for the price of one commit.
    pub(super) fn take(&self, most: usize, into: &mut VecDeque<T>) -> bool {
        let mut state = self.state();
        let mut waited = false;
        while state.jobs.is_empty() {
            if state.closed {
                return false;
            }
            state.idle += 1;
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
            waited = true;
        }
        for _ in 0..GATHERINGS {
            let known = state.jobs.len();
            if !waited || known >= most {
                break;
            }
            drop(state);
            std::thread::yield_now();
            state = self.state();
            waited = state.jobs.len() > known;
        }
        let count = state.jobs.len().min(most);
        into.extend(state.jobs.drain(..count));
        drop(state);
        self.room.add_permits(count);
        true
    }

    /// One job, if there is one waiting.
    pub(super) fn try_take(&self) -> Option<T> {
        let job = self.state().jobs.pop_front();
        if job.is_some() {
            self.room.add_permits(1);
        }
        job
    }

    /// Accepts nothing more.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.room.close();
        self.ready.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What calls answer after the store was closed.
pub(super) fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}

//! The threads and connections that read.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::connection::{Connection, Role};
use super::queue::{Queue, closed};
use super::{Options, thread};
use crate::store::StoreError;

/// How many reads may wait.
const READS: usize = 4096;

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// How long a read waits for a thread before one more is started: slow queries must not keep the
/// others from being answered.
const PATIENCE: Duration = Duration::from_millis(100);
/// How many threads may be started beyond the usual ones.
const EXTRA: usize = 30;

/// Everything that reads.
pub(super) struct Readers {
    queue: Arc<Queue<Job>>,
    /// What it takes to start one more thread.
    path: PathBuf,
    options: Options,
    /// Threads beyond the usual ones; each ends when nothing waits any more.
    extra: Arc<AtomicUsize>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// For reads on the caller's thread; emptied at the close.
    here: Vec<Mutex<Option<Connection>>>,
    time: Duration,
}

impl Readers {
    pub(super) fn start(path: &Path, options: &Options) -> Result<Self, StoreError> {
        let queue: Arc<Queue<Job>> = Arc::new(Queue::new(READS));
        let time = options.query_timeout;
        let mut threads = Vec::new();
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let readers = if options.readers == 0 { (cores / 2).max(2) } else { options.readers };
        for _ in 0..readers {
            let connection = Connection::open(path, options, Role::Reader)?;
            let queue = queue.clone();
            threads.push(thread("purlin-reader", move || work(&connection, &queue, time))?);
        }
        let open = || Connection::open(path, options, Role::Reader).map(Some).map(Mutex::new);
        let here = (0..cores).map(|_| open()).collect::<Result<_, _>>()?;
        let (path, options, extra) = (path.to_owned(), *options, Arc::default());
        Ok(Readers { queue, path, options, extra, threads: Mutex::new(threads), here, time })
    }

    /// Runs something on a reading thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, mut wait) = oneshot::channel();
        let begun = Arc::new(AtomicBool::new(false));
        let begin = begun.clone();
        let job: Job = Box::new(move |connection| {
            begin.store(true, Ordering::Relaxed);
            // Whoever asked may be gone: then there is nothing to do.
            if !answer.is_closed() {
                let _ = answer.send(run(connection));
            }
        });
        self.queue.push(job).await?;
        while !begun.load(Ordering::Relaxed) {
            match tokio::time::timeout(PATIENCE, &mut wait).await {
                Ok(result) => return result.map_err(|_| closed())?,
                Err(_) if begun.load(Ordering::Relaxed) => {}
                Err(_) => self.reinforce(),
            }
        }
        wait.await.map_err(|_| closed())?
    }

    /// Starts one more thread, unless there are many or the database gives no connection.
    fn reinforce(&self) {
        if self.extra.fetch_add(1, Ordering::Relaxed) >= EXTRA {
            self.extra.fetch_sub(1, Ordering::Relaxed);
            return;
        }
        let (queue, extra, time) = (self.queue.clone(), self.extra.clone(), self.time);
        let (path, options) = (self.path.clone(), self.options);
        let started = thread("purlin-reader", move || {
            if let Ok(connection) = Connection::open(&path, &options, Role::Reader) {
                while let Some(job) = queue.try_take() {
                    carry_out(&connection, job, time);
                }
            }
            extra.fetch_sub(1, Ordering::Relaxed);
        });
        match started {
            Ok(thread) => {
                let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
                threads.retain(|thread| !thread.is_finished());
                threads.push(thread);
            }
            Err(_) => drop(self.extra.fetch_sub(1, Ordering::Relaxed)),
        }
    }

    /// Runs something short on this thread, when a connection is free.
    pub(super) fn here<T>(&self, run: impl FnOnce(&Connection) -> T) -> Option<T> {
        let slot = self.here.iter().find_map(|slot| slot.try_lock().ok())?;
        let connection = slot.as_ref()?;
        Some(connection.within(self.time, run))
    }

    /// Accepts nothing more; what was accepted is still done.
    pub(super) fn close(&self) {
        self.queue.close();
        for slot in &self.here {
            slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }

    /// The threads, for waiting until they end.
    pub(super) fn threads(&self) -> Vec<JoinHandle<()>> {
        let mut threads: MutexGuard<'_, Vec<_>> =
            self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *threads)
    }
}

fn work(connection: &Connection, queue: &Queue<Job>, time: Duration) {
    let mut jobs = VecDeque::new();
    // One at a time: while this thread works another may take the next.
    while queue.take(1, &mut jobs) {
        for job in jobs.drain(..) {
            carry_out(connection, job, time);
        }
    }
}

fn carry_out(connection: &Connection, job: Job, time: Duration) {
    let done = catch_unwind(AssertUnwindSafe(|| connection.within(time, job)));
    if done.is_err() {
        tracing::error!("a database reader met a bug; the read was given up");
    }
    if !connection.raw.is_autocommit() {
        let _ = connection.run("ROLLBACK");
    }
}

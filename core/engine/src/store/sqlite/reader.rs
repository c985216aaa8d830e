//! The threads and connections that read.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
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

/// Everything that reads.
pub(super) struct Readers {
    queue: Arc<Queue<Job>>,
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
        Ok(Readers { queue, threads: Mutex::new(threads), here, time })
    }

    /// Runs something on a reading thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            // Whoever asked may be gone: then there is nothing to do.
            if !answer.is_closed() {
                let _ = answer.send(run(connection));
            }
        });
        self.queue.push(job).await?;
        wait.await.map_err(|_| closed())?
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
            let done = catch_unwind(AssertUnwindSafe(|| connection.within(time, job)));
            if done.is_err() {
                tracing::error!("a database reader met a bug; the read was given up");
            }
            if !connection.raw.is_autocommit() {
                let _ = connection.run("ROLLBACK");
            }
        }
    }
}

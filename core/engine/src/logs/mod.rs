//! The request log: lines kept in a store of their own, so that heavy logging never holds up a
//! write (http-api.md 6.3, 8.12).
//!
//! Lines are written in batches by one task. Its queue is bounded: under a load that outruns it
//! lines are left out and counted, and the count becomes a line of its own; requests never wait.

mod cut;
mod read;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use purlin_model::plan::Write;
use purlin_model::{Collection, Json, Record, Value, date, draft};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

pub use cut::cut;

use crate::clock::Clock;
use crate::random;
use crate::store::{SchemaChange, Store, StoreError, write_each};

/// Level of an ordinary line.
pub const INFO: i64 = 0;
/// Level of a line about something lost.
pub const WARN: i64 = 4;
/// Level of a failed request.
pub const ERROR: i64 = 8;

/// Lines that may wait to be written: so many are logged in an interval at the most.
const QUEUE: usize = 8192;
/// How often waiting lines are written.
const INTERVAL: Duration = Duration::from_secs(3);

/// One line of the log.
#[derive(Clone, Debug)]
pub struct Line {
    /// −4 debug, 0 info, 4 warning, 8 error.
    pub level: i64,
    /// What happened, for people.
    pub message: String,
    /// What is known of it.
    pub facts: Vec<(String, Json)>,
}

/// The request log.
#[derive(Debug)]
pub struct Logs {
    store: Arc<dyn Store>,
    table: Arc<Collection>,
    clock: Clock,
    queue: mpsc::Sender<(Timestamp, Line)>,
    flushes: mpsc::Sender<oneshot::Sender<()>>,
    left_out: Arc<AtomicU64>,
}

impl Logs {
    /// Opens the log in this store and starts its writer.
    ///
    /// # Errors
    /// When the store cannot hold it.
    pub async fn open(store: Arc<dyn Store>, clock: Clock) -> Result<Arc<Self>, StoreError> {
        let table = Arc::new(purlin_model::schema::system::logs_table());
        store.migrate(&[SchemaChange::Ensure(table.clone())], Vec::new()).await?;
        let (queue, lines) = mpsc::channel(QUEUE);
        let (flushes, asked) = mpsc::channel(1);
        let left_out = Arc::new(AtomicU64::new(0));
        let logs = Arc::new(Logs { store, table, clock, queue, flushes, left_out });
        tokio::spawn(write_all(logs.store.clone(), logs.table.clone(), lines, asked));
        Ok(logs)
    }

    /// Whether the queue has room: a caller may save itself the work of making a line that would
    /// be left out; it counts as left out.
    #[must_use]
    pub fn has_room(&self) -> bool {
        let room = self.queue.capacity() > 0;
        if !room {
            self.left_out.fetch_add(1, Ordering::Relaxed);
        }
        room
    }

    /// Adds a line; left out, and counted, when the queue is full.
    pub fn add(&self, line: Line) {
        let now = self.clock.now();
        if self.queue.try_send((now, line)).is_err() {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let left_out = self.left_out.swap(0, Ordering::Relaxed);
        if left_out > 0 {
            let message =
                format!("{left_out} requests were not logged: more came than can be written");
            let facts = vec![("leftOut".to_owned(), Json::Number(left_out as f64))];
            let _ = self.queue.try_send((now, Line { level: WARN, message, facts }));
        }
    }

    /// Writes what waits.
    pub async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.flushes.send(done).await.is_ok() {
            let _ = written.await;
        }
    }

    /// Removes the lines older than so many days.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn prune(&self, days: i64) -> Result<(), StoreError> {
        let oldest = self.clock.now() - SignedDuration::from_hours(24 * days.clamp(0, 36_500));
        self.remove_before(&date::format(oldest)).await
    }
}

/// The writer: once an interval, or when a flush is asked for, it writes what waits. Lines wait in
/// the queue itself, so that its length bounds how many are written in an interval.
async fn write_all(
    store: Arc<dyn Store>,
    table: Arc<Collection>,
    mut lines: mpsc::Receiver<(Timestamp, Line)>,
    mut flushes: mpsc::Receiver<oneshot::Sender<()>>,
) {
    loop {
        let asked = timeout(INTERVAL, flushes.recv()).await;
        let mut writes = Vec::new();
        while let Ok((at, line)) = lines.try_recv() {
            let record = record(&table, at, line);
            writes.push(Write::create(record));
        }
        if !writes.is_empty()
            && let Err(error) = write_each(&*store, writes).await
        {
            tracing::error!(%error, "the request log could not be written");
        }
        match asked {
            Ok(None) => return,
            Ok(Some(done)) => drop(done.send(())),
            Err(_) => {}
        }
    }
}

fn record(table: &Arc<Collection>, at: Timestamp, line: Line) -> Record {
    let mut record = Record::blank(table);
    record.set("id", Value::Text(draft::new_id(at, &mut random::below)));
    record.set("created", Value::Text(date::format(at)));
    record.set("level", Value::Number(line.level as f64));
    record.set("message", Value::Text(line.message));
    record.set("data", Value::Json(Json::Object(line.facts).to_text()));
    record
}

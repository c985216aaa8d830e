//! Realtime: how soon how many hear of a write, and what a client costs that only listens.
//!
//! ```text
//! taskset -c 0 target/release/purlin-bench realtime --server target/release/purlin
//!   [--subscribers 1000] [--writes 500] [--rate 100] [--idle 10000]
//! ```
//!
//! `--server` is Purlin or a stock PocketBase: both take the same commands and speak the same API.
//! Writes are made one after the other, `--rate` a second (0 = as fast as they are answered); the
//! time of a delivery runs from before the write is sent until a subscriber has read its message.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::Connection;
use crate::servers::Server;
use crate::{Asked, Failure};

const ALL: &str = "messages/*";
/// What stands before a write's number in its message.
const MARK: &[u8] = b"\"mk";
/// How long deliveries may take after the last write before they count as lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Measures one server and prints what was found.
pub(crate) async fn run(asked: &Asked) -> Result<(), Failure> {
    let binary = PathBuf::from(asked.needed("server")?);
    let dir = std::env::temp_dir().join(format!("purlin-bench-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    let server = Server::embedded(&binary, &dir).await?;
    let writes = usize::try_from(asked.number("writes", 500)?)?;
    let subscribers = usize::try_from(asked.number("subscribers", 1_000)?)?;
    fan_out(&server, subscribers, writes, asked.number("rate", 100)?).await?;
    idle(&server, usize::try_from(asked.number("idle", 10_000)?)?).await?;
    drop(server);
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}

/// When each write was sent, and how long each of its messages took; in microseconds.
struct Times {
    begun: Instant,
    sent: Vec<AtomicU64>,
    took: Mutex<Vec<u64>>,
}

impl Times {
    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Takes the messages a piece of a stream holds; answers how much of it was read.
    fn take(&self, read: &[u8]) -> usize {
        let now = self.now();
        let (mut took, mut end) = (Vec::new(), 0);
        while let Some(at) = read[end..].windows(MARK.len()).position(|it| it == MARK) {
            let number = end + at + MARK.len();
            let Some(digits) = read.get(number..number + 6) else { break };
            let write = std::str::from_utf8(digits).ok().and_then(|it| it.parse::<usize>().ok());
            if let Some(sent) = write.and_then(|write| self.sent.get(write)) {
                took.push(now.saturating_sub(sent.load(Ordering::Relaxed)));
            }
            end = number + 6;
        }
        self.took.lock().unwrap_or_else(PoisonError::into_inner).append(&mut took);
        // A mark may have been cut.
        end.max(read.len().saturating_sub(MARK.len() + 5))
    }

    fn arrived(&self) -> usize {
        self.took.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The times in milliseconds below which so many thousandths of the messages are.
    fn below<const N: usize>(&self, thousandths: [usize; N]) -> [u64; N] {
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        took.sort_unstable();
        let last = took.len().saturating_sub(1);
        thousandths.map(|part| took.get(last * part / 1000).map_or(0, |micros| micros / 1000))
    }
}

/// Many subscribers of one collection.
async fn fan_out(
    server: &Server,
    subscribers: usize,
    writes: usize,
    rate: u64,
) -> Result<(), Failure> {
    let sent = (0..writes).map(|_| AtomicU64::new(0)).collect();
    let times = Arc::new(Times { begun: Instant::now(), sent, took: Mutex::default() });
    for _ in 0..subscribers {
        let stream = subscribe(server.port).await?;
        tokio::spawn(listen(stream, times.clone()));
    }
    let from = Instant::now();
    write(server, &times, rate).await?;
    let (wanted, end) = (subscribers * writes, Instant::now() + PATIENCE);
    while times.arrived() < wanted && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (took, arrived) = (from.elapsed(), times.arrived());
    let [half, most, all] = times.below([500, 990, 1000]);
    #[allow(clippy::cast_precision_loss, reason = "a count of messages")]
    let speed = arrived as f64 / took.as_secs_f64();
    println!(
        "{subscribers} subscribers, {writes} writes: {arrived} of {wanted} messages in {took:.1?}, \
         {speed:.0}/s; p50 {half} ms, p99 {most} ms, last {all} ms"
    );
    Ok(())
}

async fn write(server: &Server, times: &Times, rate: u64) -> Result<(), Failure> {
    let mut connection = Connection::open(server.port).await?;
    let begun = Instant::now();
    for (number, sent) in times.sent.iter().enumerate() {
        if let Some(due) = (number as u64 * 1_000_000).checked_div(rate) {
            let due = Duration::from_micros(due);
            tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
        }
        let body = serde_json::json!({
            "author": "ann",
            "room": "room1",
            "score": 1,
            "body": format!("mk{number:06} and some words, as people write to one another"),
        });
        sent.store(times.now(), Ordering::Relaxed);
        let path = "/api/collections/messages/records";
        connection.ask("POST", path, &body.to_string()).await?;
    }
    Ok(())
}

/// Clients that hear nothing: what each of them costs.
async fn idle(server: &Server, clients: usize) -> Result<(), Failure> {
    tokio::time::sleep(Duration::from_secs(1)).await;
    let before = server.memory_kib()?;
    let mut open = Vec::with_capacity(clients);
    for _ in 0..clients {
        open.push(connect(server.port).await?);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = server.memory_kib()?;
    let each = after.saturating_sub(before) / clients.max(1) as u64;
    println!(
        "{} idle clients: {} MiB resident, {} before; {each} KiB each",
        open.len(),
        after >> 10,
        before >> 10
    );
    Ok(())
}

/// Reads messages until the stream ends.
async fn listen(mut stream: TcpStream, times: Arc<Times>) {
    let mut read = Vec::with_capacity(16 << 10);
    while stream.read_buf(&mut read).await.is_ok_and(|count| count > 0) {
        let done = times.take(&read);
        read.drain(..done);
    }
}

/// An open stream that hears of the collection.
async fn subscribe(port: u16) -> Result<TcpStream, Failure> {
    let (stream, client) = connect(port).await?;
    let body = serde_json::json!({"clientId": client, "subscriptions": [ALL]}).to_string();
    Connection::open(port).await?.tell("/api/realtime", &body).await?;
    Ok(stream)
}

/// An open stream, and its client's id.
async fn connect(port: u16) -> Result<(TcpStream, String), Failure> {
    const ID: &str = "\"clientId\":\"";
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(b"GET /api/realtime HTTP/1.1\r\nhost: bench\r\n\r\n").await?;
    let mut read = Vec::new();
    loop {
        if stream.read_buf(&mut read).await? == 0 {
            return Err("no event stream".into());
        }
        let text = String::from_utf8_lossy(&read);
        let client = text.split_once(ID).and_then(|(_, rest)| rest.split_once('"'));
        if let Some((client, _)) = client {
            return Ok((stream, client.to_owned()));
        }
    }
}

//! A load generator: connections that each send one request after the other.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Failure;

/// Makes the next request: method, path and query, body.
pub(crate) type Next = Arc<dyn Fn() -> (&'static str, String, String) + Send + Sync>;

/// Requests per second that were answered with 200 over this time, after a fifth of it as warm-up.
pub(crate) async fn load(
    port: u16,
    connections: usize,
    time: Duration,
    next: &Next,
) -> Result<f64, Failure> {
    let from = Instant::now() + time / 5;
    let until = from + time;
    let one = |_| tokio::spawn(repeat(port, next.clone(), from, until));
    let running: Vec<_> = (0..connections).map(one).collect();
    let mut answered = 0;
    for one in running {
        answered += one.await??;
    }
    #[allow(clippy::cast_precision_loss, reason = "a count of requests")]
    Ok(answered as f64 / time.as_secs_f64())
}

/// How many requests one connection gets answered between two moments.
async fn repeat(port: u16, next: Next, from: Instant, until: Instant) -> Result<u64, Failure> {
    let mut connection = Connection::open(port).await?;
    let mut answered = 0;
    while Instant::now() < until {
        let (method, path, body) = next();
        connection.ask(method, &path, &body).await?;
        answered += u64::from(Instant::now() >= from);
    }
    Ok(answered)
}

/// An open connection.
pub(crate) struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Result<Self, Failure> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, read: Vec::with_capacity(32 << 10) })
    }

    /// Sends a POST, which must be answered with 204.
    pub(crate) async fn tell(&mut self, path: &str, body: &str) -> Result<(), Failure> {
        self.exchange("POST", path, body, "204").await.map(drop)
    }

    /// Sends a request and waits for its answer, which must be 200; answers its body.
    pub(crate) async fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<&[u8], Failure> {
        self.exchange(method, path, body, "200").await
    }

    async fn exchange(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        status: &str,
    ) -> Result<&[u8], Failure> {
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.read.clear();
        loop {
            if let Some((head, length)) = head(&self.read)
                && self.read.len() >= head + length
            {
                let body = &self.read[head..head + length];
                if self.read.get(9..12) != Some(status.as_bytes()) {
                    let text = String::from_utf8_lossy(&self.read[..head + length]);
                    return Err(format!("{method} {path}: {text}").into());
                }
                return Ok(body);
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err("the server hung up".into());
            }
        }
    }
}

/// Where an answer's body begins, and how long it is.
fn head(read: &[u8]) -> Option<(usize, usize)> {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&read[..end]).ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Some((end, length.unwrap_or(0)))
}

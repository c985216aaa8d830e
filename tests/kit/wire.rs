//! One HTTP request, byte for byte as recorded: no client library rewrites the target or the headers.

use std::io::{BufRead, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer: status, headers by lower-case name, the body with its transfer coding undone.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the line above says it")]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// All values of a header (lower-case name), joined as a proxy would.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> =
            self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| &**value).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// Sends one request on its own connection and reads the answer to its end.
///
/// # Errors
/// What became of the connection, when there is no whole answer.
pub fn ask(
    port: u16,
    method: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<Answer, String> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    let chunked = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"));
    if !chunked && (!body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH")) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "Connection: close\r\n\r\n";
    let mut link = connect(port)?;
    // A server may refuse early and close; what it said before is still the answer.
    let _ = link.write_all(head.as_bytes()).and_then(|()| link.write_all(body));
    answer(&mut link, method)
}

/// The head of an answer whose body goes on: up to the empty line.
pub fn head(link: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(link.read_line(&mut head).expect("a head") > 0, "no whole head: {head}");
    }
    head
}

/// A connection on which nobody waits longer than a minute.
///
/// # Errors
/// Why there is none.
pub fn connect(port: u16) -> Result<TcpStream, String> {
    let link = TcpStream::connect(("127.0.0.1", port)).map_err(|e| format!("connect: {e}"))?;
    link.set_read_timeout(Some(Duration::from_secs(60))).map_err(|e| e.to_string())?;
    Ok(link)
}

/// Reads the answer to a request of that method, up to the end of the connection.
///
/// # Errors
/// What became of the connection, when there is no whole answer.
pub fn answer(link: &mut TcpStream, method: &str) -> Result<Answer, String> {
    let mut bytes = Vec::new();
    match link.read_to_end(&mut bytes) {
        Err(cause) if bytes.is_empty() => Err(format!("no answer: {cause}")),
        _ => parse(&bytes, method),
    }
}

fn parse(bytes: &[u8], method: &str) -> Result<Answer, String> {
    let end = find(bytes, b"\r\n\r\n").ok_or("the answer has no end of headers")?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|code| code.parse().ok())
        .ok_or("the answer has no status")?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    if status == 100 {
        return parse(rest, method);
    }
    let chunked =
        headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked && method != "HEAD" { unchunk(rest) } else { rest.to_vec() };
    Ok(Answer { status, headers, body })
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = find(rest, b"\r\n") {
        let size = String::from_utf8_lossy(&rest[..end]);
        let size =
            size.split(';').next().and_then(|hex| usize::from_str_radix(hex.trim(), 16).ok());
        let Some(size) = size.filter(|size| *size > 0 && end + 2 + size <= rest.len()) else {
            break;
        };
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = rest.get(end + 4 + size..).unwrap_or_default();
    }
    body
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

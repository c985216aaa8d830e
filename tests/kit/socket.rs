//! A WebSocket to `/api/realtime/ws`.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::app::TestApp;
use crate::wire;

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;

/// The client's end of a WebSocket.
pub struct Socket {
    /// The head of the answer.
    pub head: String,
    link: BufReader<TcpStream>,
}

impl Socket {
    /// Asks for a WebSocket, with this behind the path.
    #[must_use]
    pub fn open(app: &TestApp, query: &str, headers: &[(&str, &str)]) -> Socket {
        let link = wire::connect(app.port).expect("a connection");
        link.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        let mut ask = format!(
            "GET /api/realtime/ws{query} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            app.port
        );
        for (name, value) in headers {
            ask += &format!("{name}: {value}\r\n");
        }
        (&link).write_all((ask + "\r\n").as_bytes()).expect("a request");
        let mut link = BufReader::new(link);
        let head = wire::head(&mut link);
        Socket { head, link }
    }

    /// Sends a text.
    pub fn say(&mut self, text: &str) {
        let mut frame = vec![0x80 | TEXT];
        let length = u16::try_from(text.len()).expect("a short text");
        match length {
            0..126 => frame.push(0x80 | length as u8),
            _ => {
                frame.push(0x80 | 126);
                frame.extend_from_slice(&length.to_be_bytes());
            }
        }
        // A mask of zeros changes nothing.
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(text.as_bytes());
        self.link.get_mut().write_all(&frame).expect("it is sent");
    }

    /// The next message; `None` when the server ended the conversation.
    pub fn hear(&mut self) -> Option<Value> {
        loop {
            let mut head = [0; 2];
            self.link.read_exact(&mut head).ok()?;
            let mut length = u64::from(head[1] & 0x7f);
            if length == 126 {
                let mut wide = [0; 2];
                self.link.read_exact(&mut wide).expect("a length");
                length = u64::from(u16::from_be_bytes(wide));
            } else if length == 127 {
                let mut wide = [0; 8];
                self.link.read_exact(&mut wide).expect("a length");
                length = u64::from_be_bytes(wide);
            }
            let mut body = vec![0; usize::try_from(length).expect("a length")];
            self.link.read_exact(&mut body).expect("a whole message");
            match head[0] & 0x0f {
                PING => {}
                CLOSE => return None,
                kind => {
                    assert_eq!(kind, TEXT, "messages are texts");
                    return Some(serde_json::from_slice(&body).expect("JSON"));
                }
            }
        }
    }
}

//! Bytes as they arrive → frames of an event stream. Pure; see the HTML standard, "Server-sent
//! events".

/// The largest frame that is kept. More is an error: without one, a broken server fills the memory.
const LONGEST: usize = 16 * 1024 * 1024;

/// One message of an event stream.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Frame {
    /// What `Last-Event-ID` should say after this frame, if the frame said so.
    pub(super) id: Option<String>,
    /// Its name; `message` when it has none, `""` when it says nothing but its id.
    pub(super) event: String,
    /// The lines of its data.
    pub(super) data: String,
}

/// A frame was longer than a client is willing to keep.
#[derive(Debug, PartialEq)]
pub(super) struct TooLong;

/// What has arrived and is not a whole frame yet.
#[derive(Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    /// How many of `bytes` are read already.
    read: usize,
    /// How many are known to hold no end of a line.
    searched: usize,
    /// The last line ended with CR: an LF that comes next belongs to it.
    after_cr: bool,
    started: bool,
    frame: Frame,
    has_data: bool,
}

impl Frames {
    /// Takes a piece, cut anywhere, even within a character.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), TooLong> {
        self.bytes.drain(..self.read);
        self.searched -= self.read;
        self.read = 0;
        if self.bytes.len() + self.frame.data.len() + piece.len() > LONGEST {
            return Err(TooLong);
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// The next whole frame. What has neither data nor an id says nothing, and is none.
    pub(super) fn next(&mut self) -> Option<Frame> {
        while let Some((start, end)) = self.line() {
            if start < end {
                self.field(start, end);
                continue;
            }
            let mut frame = std::mem::take(&mut self.frame);
            if std::mem::take(&mut self.has_data) {
                if frame.event.is_empty() {
                    frame.event.push_str("message");
                }
                return Some(frame);
            }
            if frame.id.is_some() {
                return Some(Frame { id: frame.id, ..Frame::default() });
            }
        }
        None
    }

    /// Where the next line is, without its end.
    fn line(&mut self) -> Option<(usize, usize)> {
        if self.after_cr && self.read < self.bytes.len() {
            self.after_cr = false;
            self.read += usize::from(self.bytes[self.read] == b'\n');
        }
        let from = self.searched.max(self.read);
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let Some(length) = self.bytes[from..].iter().position(is_end) else {
            self.searched = self.bytes.len();
            return None;
        };
        let (start, end) = (self.read, from + length);
        self.after_cr = self.bytes[end] == b'\r';
        self.read = end + 1;
        self.searched = self.read;
        Some((start, end))
    }

    fn field(&mut self, start: usize, end: usize) {
        let mut line = &self.bytes[start..end];
        if !std::mem::replace(&mut self.started, true) {
            line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.strip_prefix(b":").unwrap_or(value);
        let value = String::from_utf8_lossy(value.strip_prefix(b" ").unwrap_or(value));
        match name {
            b"data" => {
                if self.has_data {
                    self.frame.data.push('\n');
                }
                self.frame.data.push_str(&value);
                self.has_data = true;
            }
            b"event" => self.frame.event = value.into_owned(),
            b"id" if !value.contains('\0') => self.frame.id = Some(value.into_owned()),
            // Comments have an empty name; `retry` is ours to decide.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(id: Option<&str>, event: &str, data: &str) -> Frame {
        Frame { id: id.map(str::to_owned), event: event.into(), data: data.into() }
    }

    /// All frames of a text that arrives in pieces of `size` bytes.
    fn read(text: &[u8], size: usize) -> Vec<Frame> {
        let mut frames = Frames::default();
        let mut found = Vec::new();
        for piece in text.chunks(size) {
            frames.push(piece).expect("short enough");
            found.extend(std::iter::from_fn(|| frames.next()));
        }
        found
    }

    #[test]
    fn frames_are_read_however_they_are_cut() {
        let cases: &[(&str, &str, Vec<Frame>)] = &[
            (
                "as the server writes",
                "id:a1\nevent:e\ndata:{}\n\n",
                vec![frame(Some("a1"), "e", "{}")],
            ),
            (
                "a space after colons",
                "id: a1\nevent: e\ndata: {}\n\n",
                vec![frame(Some("a1"), "e", "{}")],
            ),
            ("one space only", "data:  x \n\n", vec![frame(None, "message", " x ")]),
            (
                "CRLF",
                "event:e\r\ndata:x\r\n\r\ndata:y\r\n\r\n",
                vec![frame(None, "e", "x"), frame(None, "message", "y")],
            ),
            (
                "CR",
                "event:e\rdata:x\r\rdata:y\r\r",
                vec![frame(None, "e", "x"), frame(None, "message", "y")],
            ),
            (
                "mixed ends",
                "data:x\r\n\ndata:y\n\r",
                vec![frame(None, "message", "x"), frame(None, "message", "y")],
            ),
            ("several lines", "data:a\ndata\ndata: b\n\n", vec![frame(None, "message", "a\n\nb")]),
            ("empty data", "data\n\ndata:\n\n", vec![frame(None, "message", ""); 2]),
            ("comments", ":\n: hello\ndata:x\n:y\n\n", vec![frame(None, "message", "x")]),
            (
                "nothing without data",
                "event:e\n\n\n\ndata:x\n\n",
                vec![frame(None, "message", "x")],
            ),
            (
                "an id alone",
                "id:1\nevent:e\n\ndata:x\n\n",
                vec![frame(Some("1"), "", ""), frame(None, "message", "x")],
            ),
            ("not at its end", "data:x\n\ndata:y\n", vec![frame(None, "message", "x")]),
            ("a mark of byte order", "\u{feff}data:x\n\n", vec![frame(None, "message", "x")]),
            ("not a mark", "data:x\n\u{feff}data:y\n\n", vec![frame(None, "message", "x")]),
            (
                "unknown fields",
                "retry:5\nfoo:bar\ndata:x\nDATA:y\n data:z\n\n",
                vec![frame(None, "message", "x")],
            ),
            (
                "colons in values",
                "event:posts/*?options=%7B%7D\ndata:{\"a\":\"b:c\"}\n\n",
                vec![frame(None, "posts/*?options=%7B%7D", "{\"a\":\"b:c\"}")],
            ),
            (
                "the last of two",
                "event:a\nevent:b\nid:1\nid:2\ndata:x\n\n",
                vec![frame(Some("2"), "b", "x")],
            ),
            ("an id with NUL", "id:a\0b\ndata:x\n\n", vec![frame(None, "message", "x")]),
            ("an empty id", "id\ndata:x\n\n", vec![frame(Some(""), "message", "x")]),
            ("wide characters", "data:äöü🦀\n\n", vec![frame(None, "message", "äöü🦀")]),
        ];
        for (what, text, expected) in cases {
            for size in 1..=text.len() {
                assert_eq!(&read(text.as_bytes(), size), expected, "{what}, {size} bytes each");
            }
        }
    }

    #[test]
    fn text_that_is_not_utf8_is_mended() {
        assert_eq!(read(b"data:a\xFFb\n\n", 3), [frame(None, "message", "a\u{fffd}b")]);
    }

    #[test]
    fn a_frame_without_end_is_refused() {
        for piece in [&b"data:x"[..], b"data:xxxxxxx\n"] {
            let piece = piece.repeat(100_000);
            let mut frames = Frames::default();
            let mut taken = 0;
            while frames.push(&piece).is_ok() {
                assert_eq!(frames.next(), None);
                taken += piece.len();
                assert!(taken <= 2 * LONGEST, "{taken} bytes were taken");
            }
            assert!(taken > LONGEST / 2, "{taken} bytes are not too many");
        }
        // Many frames are not one long frame.
        let mut frames = Frames::default();
        let piece = b"data:xxxxxxxxxx\n\n".repeat(10_000);
        for _ in 0..200 {
            frames.push(&piece).expect("every frame is short");
            assert_eq!(std::iter::from_fn(|| frames.next()).count(), 10_000);
        }
    }
}

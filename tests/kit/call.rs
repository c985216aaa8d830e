//! A request and its answer. Every answer is held to what all answers of the API have in common.

use serde_json::Value;

use crate::app::TestApp;
use crate::wire;

/// A request in the making.
#[derive(Clone)]
#[must_use]
pub struct Asking<'a> {
    app: &'a TestApp,
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// An answer, with the request it answers.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body as it came.
    pub body: Vec<u8>,
    wire: wire::Answer,
    asked: String,
}

impl<'a> Asking<'a> {
    pub(crate) fn new(app: &'a TestApp, method: &'static str, target: &str) -> Self {
        let target = target.to_owned();
        Asking { app, method, target, headers: Vec::new(), body: Vec::new() }
    }

    /// As the superuser.
    pub fn root(self) -> Self {
        let token = self.app.token.clone();
        self.bearer(&token)
    }

    /// As the owner of a token.
    pub fn bearer(self, token: &str) -> Self {
        self.header("Authorization", token)
    }

    /// With a header, written as it stands.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a query parameter, percent-encoded here.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.target.push(if self.target.contains('?') { '&' } else { '?' });
        self.target += &format!("{}={}", percent(name), percent(value));
        self
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    /// With a body of that type, byte for byte.
    pub fn raw(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    /// Sends it, and fails the test unless the API answers as it always must: no status of 500 or
    /// above, JSON where a body is, errors of the contract's shape (http-api.md 1.3).
    pub fn send(self) -> Answer {
        self.attempt().unwrap_or_else(|fault| panic!("{fault}"))
    }

    /// Sends it and fails the test unless it is answered with that status.
    pub fn expect(self, status: u16) -> Answer {
        let answer = self.send();
        assert_eq!(answer.status, status, "{answer}");
        answer
    }

    /// Sends it and fails the test unless it is answered with 503: what it needs is away.
    pub fn expect_away(self) -> Answer {
        let answer = self.attempt_while_away().unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(answer.status, 503, "{answer}");
        answer
    }

    /// As [`Asking::send`], for tests that collect what is wrong.
    ///
    /// # Errors
    /// What is wrong with the answer, or that there is none.
    pub fn attempt(self) -> Result<Answer, String> {
        self.within(499)
    }

    /// As [`Asking::attempt`], where the database may be away: an answer that says so (503) is an
    /// answer as good as another.
    ///
    /// # Errors
    /// What is wrong with the answer, or that there is none.
    pub fn attempt_while_away(self) -> Result<Answer, String> {
        self.within(503)
    }

    fn within(self, highest: u16) -> Result<Answer, String> {
        let asked = self.to_string();
        let Asking { app, method, target, headers, body } = self;
        let wire = wire::ask(app.port, method, &target, &headers, &body)
            .map_err(|cause| format!("{asked}: {cause}"))?;
        let answer = Answer { status: wire.status, body: wire.body.clone(), wire, asked };
        match answer.fault(highest) {
            Some(fault) if answer.status >= 500 => {
                Err(format!("{fault}: {answer}\nThe server said last:\n{}", app.last_words()))
            }
            Some(fault) => Err(format!("{fault}: {answer}")),
            None => Ok(answer),
        }
    }
}

impl Answer {
    /// The body as JSON; null where there is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The text at a JSON pointer; other values as they are written.
    #[must_use]
    pub fn text(&self, pointer: &str) -> String {
        match self.json().pointer(pointer) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => panic!("there is no {pointer}: {self}"),
        }
    }

    /// All values of a header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.wire.header(name)
    }

    /// Fails the test unless the body has this text.
    pub fn has(&self, text: &str) -> &Self {
        assert!(self.body_text().contains(text), "no {text:?}: {self}");
        self
    }

    /// Fails the test if the body has this text.
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body_text().contains(text), "{text:?}: {self}");
        self
    }

    fn body_text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What is wrong with it whatever was asked.
    fn fault(&self, highest: u16) -> Option<String> {
        if self.status > highest || [500, 501, 502].contains(&self.status) {
            return Some("a request may not fail like this".to_owned());
        }
        // What the HTTP library refuses before a request is whole has no body.
        if self.body.is_empty() || !self.asked.contains(" /api") {
            return None;
        }
        let read: Value = match serde_json::from_slice(&self.body) {
            Ok(read) => read,
            Err(error) => return Some(format!("no JSON ({error})")),
        };
        let shaped = read["data"].is_object()
            && read["message"].is_string()
            && read["status"] == self.status
            && read.as_object().is_some_and(|members| members.len() == 3);
        let factor = self.status == 401 && read["mfaId"].is_string();
        (self.status >= 400 && !shaped && !factor).then(|| "not the shape of an error".to_owned())
    }
}

/// Percent-encodes everything but unreserved characters.
#[must_use]
pub fn percent(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(byte as char);
            }
            _ => encoded += &format!("%{byte:02X}"),
        }
    }
    encoded
}

impl std::fmt::Display for Asking<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} {} {}", self.method, cut(&self.target), cut(&body))
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} -> {} {}", self.asked, self.status, cut(&self.body_text()))
    }
}

/// As much of a text as one wants to read in a report.
fn cut(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

//! Texts to tokens.

use super::error::QueryError;
use super::expr::{Op, Span};

/// A token; names and texts are owned only where they differ from the source.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// `name(` — the bracket is consumed.
    Call(String),
    Name(String),
    Number(f64),
    Text(String),
    Op(Op, bool),
    And,
    Or,
    /// `(`, not consumed further.
    Open,
    Close,
    Comma,
    End,
}

/// Reads tokens of `text[at..end]`.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    end: usize,
}

impl<'t> Lexer<'t> {
    /// A lexer of a part of a text; both ends lie on character boundaries.
    pub(super) fn new(text: &'t str, start: usize, end: usize) -> Self {
        Lexer { text, at: start, end }
    }

    /// Where the next token is looked for.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Continues at a later place.
    pub(super) fn jump(&mut self, at: usize) {
        self.at = at;
    }

    /// The next token and its place.
    pub(super) fn next(&mut self) -> Result<(Token, Span), QueryError> {
        self.skip_blanks();
        let start = self.at;
        let token = match self.peek() {
            None => Token::End,
            Some(b'(') => self.single(Token::Open),
            Some(b')') => self.single(Token::Close),
            Some(b',') => self.single(Token::Comma),
            Some(b'"' | b'\'') => self.text_token()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(byte) if starts_name(byte) => self.name()?,
            Some(b'=' | b'?' | b'!' | b'>' | b'<' | b'~') => self.op()?,
            Some(b'&' | b'|') => self.join()?,
            Some(_) => return Err(self.unexpected()),
        };
        Ok((token, Span { start, end: self.at }))
    }

    /// The place of the bracket that closes the one just read. Quotes are respected, comments are
    /// not: the dialect balances a group before it looks for comments (http-api.md 2.1).
    pub(super) fn closing(&self, open: Span) -> Result<usize, QueryError> {
        let bytes = self.text.as_bytes();
        let (mut at, mut depth) = (self.at, 1usize);
        while at < self.end {
            match bytes[at] {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(at);
                    }
                }
                b'"' | b'\'' => at = self.closing_quote(at)?,
                _ => {}
            }
            at += 1;
        }
        Err(QueryError::new("This bracket is never closed", open))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    fn single(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..self.end]
    }

    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n') => self.at += 1,
                Some(b'/') if self.rest().starts_with("//") => {
                    self.at += self.rest().find('\n').unwrap_or(self.rest().len());
                }
                _ => return,
            }
        }
    }

    /// How many bytes from here on satisfy the test.
    fn run(&self, test: impl Fn(u8) -> bool) -> usize {
        self.rest().bytes().take_while(|byte| test(*byte)).count()
    }

    fn take(&mut self, length: usize) -> (&'t str, Span) {
        let start = self.at;
        self.at += length;
        (&self.text[start..self.at], Span { start, end: self.at })
    }

    fn number(&mut self) -> Result<Token, QueryError> {
        let sign = usize::from(self.peek() == Some(b'-'));
        let digits = self.rest()[sign..].bytes().take_while(|b| b.is_ascii_digit() || *b == b'.');
        let (text, span) = self.take(sign + digits.count());
        let body = &text[sign..];
        let (whole, fraction) = body.split_once('.').unwrap_or((body, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match text.parse::<f64>() {
            Ok(value) if digits(whole) && digits(fraction) && value.is_finite() => {
                Ok(Token::Number(value))
            }
            _ => Err(QueryError::new(format!("Not a number: `{text}`"), span)),
        }
    }

    fn name(&mut self) -> Result<Token, QueryError> {
        let length = 1 + self.rest()[1..].bytes().take_while(|byte| continues_name(*byte)).count();
        let (text, span) = self.take(length);
        let lone = text.len() == 1 && !text.as_bytes()[0].is_ascii_alphabetic();
        if lone || text.ends_with(['.', ':']) {
            return Err(QueryError::new(format!("Incomplete name: `{text}`"), span));
        }
        if self.peek() == Some(b'(') {
            self.at += 1;
            return Ok(Token::Call(text.to_owned()));
        }
        Ok(Token::Name(text.to_owned()))
    }

    fn op(&mut self) -> Result<Token, QueryError> {
        let length = self.run(|byte| b"=?!><~".contains(&byte));
        let (text, span) = self.take(length);
        let (any, plain) = match text.strip_prefix('?') {
            Some(plain) => (true, plain),
            None => (false, text),
        };
        let op = match plain {
            "=" => Op::Equal,
            "!=" => Op::NotEqual,
            "~" => Op::Like,
            "!~" => Op::NotLike,
            "<" => Op::Less,
            "<=" => Op::LessEqual,
            ">" => Op::Greater,
            ">=" => Op::GreaterEqual,
            _ => return Err(QueryError::new(format!("Unknown operator `{text}`"), span)),
        };
        Ok(Token::Op(op, any))
    }

    fn join(&mut self) -> Result<Token, QueryError> {
        let length = self.run(|byte| byte == b'&' || byte == b'|');
        match self.take(length) {
            ("&&", _) => Ok(Token::And),
            ("||", _) => Ok(Token::Or),
            (text, span) => {
                let message = format!("Conditions are joined by `&&` or `||`, not by `{text}`");
                Err(QueryError::new(message, span))
            }
        }
    }

    /// The place of the quote that closes the one at `open`.
    fn closing_quote(&self, open: usize) -> Result<usize, QueryError> {
        let bytes = &self.text.as_bytes()[..self.end];
        let mut at = open + 1;
        while at < bytes.len() {
            match bytes[at] {
                b'\\' => at += 1,
                // Texts end where C's do.
                0 => break,
                byte if byte == bytes[open] => return Ok(at),
                _ => {}
            }
            at += 1;
        }
        let span = Span { start: open, end: self.end };
        Err(QueryError::new("This text has no closing quote", span))
    }

    fn text_token(&mut self) -> Result<Token, QueryError> {
        let open = self.at;
        let close = self.closing_quote(open)?;
        self.at = close + 1;
        Ok(Token::Text(unescape(&self.text[open + 1..close])))
    }

    fn unexpected(&self) -> QueryError {
        let found = self.rest().chars().next().unwrap_or_default();
        let span = Span { start: self.at, end: self.at + found.len_utf8() };
        QueryError::new(format!("Unexpected character `{}`", found.escape_debug()), span)
    }
}

fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@' | b'#')
}

fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b':')
}

/// The text between quotes, with the escapes of the dialect resolved; all others stay as written.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(plain @ ('\\' | '"' | '\'')) => out.push(plain),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

//! The words of an SQL text, as far as index texts and view queries need them.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A bare name or keyword.
    Word,
    /// A name in backticks, double quotes or brackets.
    Quoted,
    /// A text in single quotes.
    Text,
    /// A number.
    Number,
    /// One character of punctuation.
    Symbol,
}

/// A token with its place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Without quotes.
    pub(crate) text: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    pub(crate) fn is(&self, keyword: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(keyword)
    }

    pub(crate) fn is_symbol(&self, symbol: char) -> bool {
        self.kind == Kind::Symbol && self.text.starts_with(symbol)
    }

    /// Whether it can name a column or table. Single quotes are taken for names where a name must
    /// stand, as SQLite does.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Quoted | Kind::Text)
    }
}

/// The tokens of a text; comments are skipped.
///
/// # Errors
/// A quote or comment that is not closed: what is wrong, as a sentence.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token>, &'static str> {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let next = bytes.get(at + 1).copied();
        let (kind, text) = match byte {
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if next == Some(b'-') => {
                at += source[at..].find('\n').unwrap_or(source.len() - at);
                continue;
            }
            b'/' if next == Some(b'*') => {
                at += source[at + 2..].find("*/").ok_or("a comment is not closed")? + 4;
                continue;
            }
            b'`' | b'"' | b'\'' | b'[' => {
                let (text, end) = quoted(source, at)?;
                at = end;
                (if byte == b'\'' { Kind::Text } else { Kind::Quoted }, text)
            }
            _ if byte.is_ascii_digit()
                || byte == b'.' && next.is_some_and(|b| b.is_ascii_digit()) =>
            {
                at += run(&source[at..], |c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
                (Kind::Number, source[start..at].to_owned())
            }
            _ if byte.is_ascii_alphabetic() || byte == b'_' || !byte.is_ascii() => {
                at += run(&source[at..], |c| {
                    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
                });
                (Kind::Word, source[start..at].to_owned())
            }
            _ => {
                at += 1;
                (Kind::Symbol, char::from(byte).to_string())
            }
        };
        tokens.push(Token { kind, text, start, end: at });
    }
    Ok(tokens)
}

fn run(text: &str, accept: impl Fn(char) -> bool) -> usize {
    text.find(|c| !accept(c)).unwrap_or(text.len())
}

/// The text between quotes, doubled quotes made one, and where it ends.
fn quoted(source: &str, start: usize) -> Result<(String, usize), &'static str> {
    let open = source[start..].chars().next().unwrap_or_default();
    let close = if open == '[' { ']' } else { open };
    let mut text = String::new();
    let mut chars = source[start + 1..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if c != close {
            text.push(c);
        } else if close != ']' && chars.peek().is_some_and(|(_, next)| *next == close) {
            text.push(c);
            chars.next();
        } else {
            return Ok((text, start + 1 + offset + 1));
        }
    }
    Err("a quote is not closed")
}

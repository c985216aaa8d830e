//! Text to JSON, as strict as the contract asks (http-api.md 1.1).

use std::collections::HashSet;

use thiserror::Error;

use super::Json;

/// How deep lists and objects may nest: every walk over a value recurses, so it is bounded here.
pub const MAX_DEPTH: usize = 512;

/// Objects with more members than this look for duplicate keys in a set instead of pairwise.
const FEW_MEMBERS: usize = 16;

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JsonError {
    /// Not the grammar, or the text ends too early.
    #[error("invalid JSON at byte {0}")]
    Syntax(usize),
    /// A string that is not UTF-8 or escapes half a surrogate pair.
    #[error("invalid text at byte {0}")]
    Text(usize),
    /// A number no double can hold.
    #[error("number out of range at byte {0}")]
    Number(usize),
    /// An object with a key twice; where the object ends.
    #[error("duplicate key in the object that ends at byte {0}")]
    Duplicate(usize),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested too deeply at byte {0}")]
    Depth(usize),
}

impl Json {
    /// The first complete value of a text; whatever follows it is ignored.
    ///
    /// # Errors
    /// Syntax, a duplicate key, text that is not UTF-8, a number out of range, too deep nesting.
    pub fn parse(bytes: &[u8]) -> Result<Json, JsonError> {
        let mut parser = Parser { bytes, at: 0, depth: 0, limit: MAX_DEPTH };
        parser.value()
    }

    /// An answer of our own: values that were accepted, nested as deep as they may be, inside
    /// pages, batches and expanded records.
    ///
    /// # Errors
    /// As [`Json::parse`].
    pub(crate) fn parse_own(bytes: &[u8]) -> Result<Json, JsonError> {
        let mut parser = Parser { bytes, at: 0, depth: 0, limit: MAX_DEPTH + 64 };
        parser.value()
    }

    /// A text that is one value and nothing more but white space.
    ///
    /// # Errors
    /// As [`Json::parse`], and syntax where something follows.
    pub fn parse_whole(bytes: &[u8]) -> Result<Json, JsonError> {
        let mut parser = Parser { bytes, at: 0, depth: 0, limit: MAX_DEPTH };
        let value = parser.value()?;
        match parser.peek() {
            None => Ok(value),
            Some(_) => Err(JsonError::Syntax(parser.at)),
        }
    }
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// How deep lists and objects may nest.
    limit: usize,
}

impl Parser<'_> {
    fn value(&mut self) -> Result<Json, JsonError> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => Ok(Json::Text(self.text()?)),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(JsonError::Syntax(self.at)),
        }
    }

    /// The next byte that is not white space, which stays unread.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.bytes.get(self.at) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Json, JsonError>,
    ) -> Result<Json, JsonError> {
        if self.depth == self.limit {
            return Err(JsonError::Depth(self.at));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn list(&mut self) -> Result<Json, JsonError> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends(b']')? {
                return Ok(Json::List(items));
            }
        }
    }

    fn object(&mut self) -> Result<Json, JsonError> {
        let mut members: Vec<(String, Json)> = Vec::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(JsonError::Syntax(self.at));
            }
            let key = self.text()?;
            if self.peek() != Some(b':') {
                return Err(JsonError::Syntax(self.at));
            }
            self.at += 1;
            members.push((key, self.value()?));
            if self.ends(b'}')? {
                break;
            }
        }
        if has_duplicate(&members) {
            return Err(JsonError::Duplicate(self.at));
        }
        Ok(Json::Object(members))
    }

    /// After an item: whether the list or object ends here rather than going on after a comma.
    fn ends(&mut self, close: u8) -> Result<bool, JsonError> {
        let next = self.peek();
        if next == Some(close) || next == Some(b',') {
            self.at += 1;
            return Ok(next == Some(close));
        }
        Err(JsonError::Syntax(self.at))
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(JsonError::Syntax(self.at));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        self.skip_one(b"-");
        let whole = self.at;
        self.digits()?;
        if self.bytes[whole] == b'0' && self.at > whole + 1 {
            return Err(JsonError::Syntax(whole + 1));
        }
        if self.skip_one(b".") {
            self.digits()?;
        }
        if self.skip_one(b"eE") {
            self.skip_one(b"+-");
            self.digits()?;
        }
        let text = std::str::from_utf8(&self.bytes[start..self.at]).unwrap_or_default();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(Json::Number(number)),
            _ => Err(JsonError::Number(start)),
        }
    }

    fn skip_one(&mut self, any: &[u8]) -> bool {
        let found = self.bytes.get(self.at).is_some_and(|byte| any.contains(byte));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { Err(JsonError::Syntax(start)) } else { Ok(()) }
    }

    /// A string, from its opening quote.
    fn text(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            let rest = &self.bytes[start..];
            let plain = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
            let Some(length) = plain else {
                return Err(JsonError::Syntax(self.bytes.len()));
            };
            let piece = std::str::from_utf8(&rest[..length]).map_err(|_| JsonError::Text(start))?;
            out.push_str(piece);
            self.at += length + 1;
            match rest[length] {
                b'"' => return Ok(out),
                b'\\' => out.push(self.escape()?),
                _ => return Err(JsonError::Syntax(self.at - 1)),
            }
        }
    }

    /// What an escape stands for, from the byte after the backslash.
    fn escape(&mut self) -> Result<char, JsonError> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        Ok(match byte {
            Some(byte @ (b'"' | b'\\' | b'/')) => char::from(byte),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(JsonError::Syntax(self.at - 1)),
        })
    }

    /// The character of a `\uXXXX` or of a surrogate pair of them, from the first digit.
    fn unicode(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        let first = self.hex()?;
        let code = match first {
            0xD800..0xDC00 => {
                if !self.bytes[self.at..].starts_with(b"\\u") {
                    return Err(JsonError::Text(start));
                }
                self.at += 2;
                match self.hex()? {
                    second @ 0xDC00..0xE000 => 0x10000 + ((first - 0xD800) << 10) + second - 0xDC00,
                    _ => return Err(JsonError::Text(start)),
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or(JsonError::Text(start))
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let digits = self.bytes.get(self.at..self.at + 4).ok_or(JsonError::Syntax(self.at))?;
        let mut code = 0;
        for digit in digits {
            let value = char::from(*digit).to_digit(16).ok_or(JsonError::Syntax(self.at))?;
            code = code * 16 + value;
        }
        self.at += 4;
        Ok(code)
    }
}

fn has_duplicate(members: &[(String, Json)]) -> bool {
    if members.len() > FEW_MEMBERS {
        let mut seen = HashSet::with_capacity(members.len());
        return !members.iter().all(|(key, _)| seen.insert(key.as_str()));
    }
    let twice = |(at, (key, _)): (usize, &(String, Json))| {
        members[..at].iter().any(|(earlier, _)| earlier == key)
    };
    members.iter().enumerate().any(twice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(json: &str) -> String {
        Json::parse(json.as_bytes()).map_or_else(|error| error.to_string(), |json| json.to_text())
    }

    #[test]
    fn reads_what_is_json() {
        for (given, expected) in [
            (r#" {"j":1} }"#, r#"{"j":1}"#),
            (r#"{"j":1}xx"#, r#"{"j":1}"#),
            ("null", "null"),
            (r#"{"b":[true,false,null,{}],"a":[]}"#, r#"{"b":[true,false,null,{}],"a":[]}"#),
            (
                r#""\u2028\b\f\n\r\t\"\\\/<>&\ud83d\ude00""#,
                "\"\u{2028}\\b\\f\\n\\r\\t\\\"\\\\/<>&😀\"",
            ),
            ("[1e-400,-0,1E+2,1e-7,1e21]", "[0,-0,100,1e-7,1e+21]"),
        ] {
            assert_eq!(text(given), expected, "{given}");
        }
    }

    #[test]
    fn refuses_what_is_not() {
        for given in [
            "",
            "  ",
            "{",
            "[1,]",
            r#"{"a":1,}"#,
            "nul",
            "01",
            "1.",
            ".5",
            "+1",
            "1e",
            "-",
            "'a'",
            "\u{feff}1",
            "\"a\tb\"",
            r#""\x""#,
            r#""\u12""#,
            r#""\ud800""#,
            r#""\ud800\u0041""#,
            r#""\udc00""#,
            "1e400",
            r#"{"a":1,"\u0061":2}"#,
            r#"[{"a":{"b":1,"b":2}}]"#,
            "\"a",
            r#"{"a" 1}"#,
            "{a:1}",
            "\u{b}1",
            r#""\ud800\"#,
        ] {
            assert!(Json::parse(given.as_bytes()).is_err(), "{given}");
        }
        assert_eq!(Json::parse(b"\"\xff\""), Err(JsonError::Text(1)));
        assert!(Json::parse_whole(b"1 x").is_err());
        assert!(Json::parse_whole(b" 1 ").is_ok());
    }

    #[test]
    fn many_keys_and_deep_nesting_are_bounded() {
        let many = |last: usize| {
            let keys: Vec<String> =
                (0..99).chain([last]).map(|key| format!("\"{key}\":1")).collect();
            Json::parse(format!("{{{}}}", keys.join(",")).as_bytes()).is_ok()
        };
        assert!(many(99) && !many(5));
        let deep = |depth: usize| Json::parse("[".repeat(depth).as_bytes());
        assert_eq!(deep(MAX_DEPTH), Err(JsonError::Syntax(MAX_DEPTH)));
        assert_eq!(deep(100_000), Err(JsonError::Depth(MAX_DEPTH)));
    }
}

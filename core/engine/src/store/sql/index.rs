//! Index texts as people write them (http-api.md 3.7): `CREATE [UNIQUE] INDEX [IF NOT EXISTS] name
//! ON table (columns) [WHERE …]`. Only the head is read here; the rest is the database's to judge.

use purlin_model::{Collection, Field};

use super::dialect::Dialect;
use super::statement::Statement;

/// An index text taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IndexText<'t> {
    /// Whether it forbids equal values.
    pub(crate) unique: bool,
    /// Its name without quotes.
    pub(crate) name: String,
    /// From the opening parenthesis of the columns on.
    pub(crate) rest: &'t str,
}

/// A word, quoted name, text literal or single character, and where it ends.
struct Token<'t> {
    text: &'t str,
    end: usize,
}

impl<'t> IndexText<'t> {
    /// Reads the head of an index text; `None` when it is none.
    pub(crate) fn parse(text: &'t str) -> Option<Self> {
        let mut tokens = Tokens { text, at: 0 };
        let mut token = tokens.next()?;
        let mut expect = |token: &mut Token<'t>, word: &str| {
            let found = token.text.eq_ignore_ascii_case(word);
            if found {
                *token = tokens.next()?;
            }
            Some(found)
        };
        if !expect(&mut token, "CREATE")? {
            return None;
        }
        let unique = expect(&mut token, "UNIQUE")?;
        if !expect(&mut token, "INDEX")? {
            return None;
        }
        if expect(&mut token, "IF")?
            && !(expect(&mut token, "NOT")? && expect(&mut token, "EXISTS")?)
        {
            return None;
        }
        let mut name = unquote(token.text);
        token = tokens.next()?;
        if token.text == "." {
            name = unquote(tokens.next()?.text);
            token = tokens.next()?;
        }
        if name.is_empty() || !token.text.eq_ignore_ascii_case("ON") {
            return None;
        }
        let _table = tokens.next()?;
        let open = tokens.next()?;
        (open.text == "(").then(|| IndexText { unique, name, rest: &text[open.end - 1..] })
    }

    /// The statement that makes the index on a collection's table.
    pub(crate) fn create(&self, dialect: &'static dyn Dialect, table: &str) -> Statement {
        let head = if self.unique { "CREATE UNIQUE INDEX " } else { "CREATE INDEX " };
        let mut out = Statement::new(dialect, head);
        out.name(&self.name).push(" ON ").name(table).push(" ").push(self.rest);
        out
    }

    /// The fields of a collection that the index's columns name.
    pub(crate) fn fields(&self, collection: &Collection) -> Vec<String> {
        self.named(collection, true)
    }

    /// The fields of a collection that the index names anywhere.
    pub(crate) fn mentions(&self, collection: &Collection) -> Vec<String> {
        self.named(collection, false)
    }

    fn named(&self, collection: &Collection, columns_only: bool) -> Vec<String> {
        let mut tokens = Tokens { text: self.rest, at: 0 };
        let mut depth = 0;
        let mut fields: Vec<String> = Vec::new();
        while let Some(token) = tokens.next() {
            match token.text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if columns_only && depth == 0 {
                break;
            }
            let name = unquote(token.text);
            let same = |field: &&Field| field.name.eq_ignore_ascii_case(&name);
            if let Some(field) = collection.fields.iter().find(same)
                && !fields.contains(&field.name)
            {
                fields.push(field.name.clone());
            }
        }
        fields
    }
}

struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    fn next(&mut self) -> Option<Token<'t>> {
        self.skip_blank();
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let length = match first {
            '"' | '`' | '\'' => quoted(rest, first),
            '[' => rest.find(']').map_or(rest.len(), |at| at + 1),
            first if word(first) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            first => first.len_utf8(),
        };
        let text = &rest[..length];
        self.at += length;
        Some(Token { text, end: self.at })
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = &self.text[self.at..];
            let trimmed = rest.trim_start();
            let skipped = if trimmed.starts_with("--") {
                trimmed.find('\n').map_or(trimmed.len(), |at| at + 1)
            } else if trimmed.starts_with("/*") {
                trimmed.find("*/").map_or(trimmed.len(), |at| at + 2)
            } else {
                0
            };
            self.at += rest.len() - trimmed.len() + skipped;
            if skipped == 0 {
                return;
            }
        }
    }
}

/// How long a quoted token is; the quote is doubled to stand for itself.
fn quoted(text: &str, quote: char) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == quote as u8 {
            if bytes.get(at + 1) != Some(&(quote as u8)) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    text.len()
}

/// The words of a text: names and numbers, quoted texts, single characters of punctuation.
pub(crate) fn words(text: &str) -> Vec<&str> {
    let mut tokens = Tokens { text, at: 0 };
    std::iter::from_fn(|| tokens.next().map(|token| token.text)).collect()
}

/// A name without its quotes.
pub(crate) fn unquote(token: &str) -> String {
    let inner = |open: char, close: char| token.strip_prefix(open)?.strip_suffix(close);
    for quote in ['"', '`', '\''] {
        if let Some(name) = inner(quote, quote) {
            return name.replace(&format!("{quote}{quote}"), &quote.to_string());
        }
    }
    inner('[', ']').unwrap_or(token).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_in_every_spelling() {
        for (text, unique, name, rest) in [
            ("CREATE INDEX a ON t (x)", false, "a", "(x)"),
            ("create unique index if not exists `a b` on [t t] (x)", true, "a b", "(x)"),
            (
                "CREATE\nUNIQUE /* c */ INDEX -- d\n \"a\"\"\"ON\"t\"(x) WHERE y",
                true,
                "a\"",
                "(x) WHERE y",
            ),
            ("CREATE INDEX main.a ON t(x)", false, "a", "(x)"),
        ] {
            let expected = IndexText { unique, name: name.to_owned(), rest };
            assert_eq!(IndexText::parse(text), Some(expected), "{text}");
        }
        for text in
            ["", "CREATE", "CREATE TABLE a (x)", "CREATE INDEX a ON t", "CREATE INDEX a t (x)"]
        {
            assert_eq!(IndexText::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_unclosed_quote_ends_with_the_text() {
        assert_eq!(IndexText::parse("CREATE INDEX \"a ON t (x)"), None);
        assert_eq!(IndexText::parse("CREATE INDEX [é ON t (x)"), None);
    }
}

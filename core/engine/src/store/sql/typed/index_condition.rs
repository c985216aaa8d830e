//! The conditions of partial indexes that are understood everywhere: comparisons of a field with a
//! text, a number, TRUE or FALSE, `IS [NOT] NULL`, `[NOT] IN (…)`, joined by AND, OR, NOT and
//! parentheses.

use purlin_model::{Collection, Field};

use super::super::index::{unquote, words};

/// A condition, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part<'c> {
    /// All (or any) of these.
    Joined { all: bool, parts: Vec<Part<'c>> },
    /// Not this.
    Not(Box<Part<'c>>),
    /// A field against a value, by an operator that every database writes alike.
    Compare { field: &'c Field, op: &'static str, value: Literal },
    /// Null, or not null.
    Null { field: &'c Field, not: bool },
    /// One of these values, or none of them.
    Among { field: &'c Field, values: Vec<Literal>, not: bool },
}

/// A value in a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(f64),
    Bool(bool),
}

/// Reads the condition of an index on a collection.
///
/// # Errors
/// Why it is not understood, as a sentence.
pub(crate) fn index_condition<'c>(
    collection: &'c Collection,
    text: &str,
) -> Result<Part<'c>, String> {
    let mut reader = Reader { collection, words: words(text), at: 0 };
    let part = reader.any()?;
    match reader.peek() {
        "" => Ok(part),
        other => Err(format!("`{other}` is not understood in the condition of an index")),
    }
}

struct Reader<'c, 't> {
    collection: &'c Collection,
    words: Vec<&'t str>,
    at: usize,
}

impl<'c, 't> Reader<'c, 't> {
    fn peek(&self) -> &'t str {
        self.words.get(self.at).copied().unwrap_or_default()
    }

    fn next(&mut self) -> &'t str {
        let word = self.peek();
        self.at += 1;
        word
    }

    fn keyword(&mut self, word: &str) -> bool {
        let found = self.peek().eq_ignore_ascii_case(word);
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Part<'c>, String> {
        self.joined("OR", |reader| reader.joined("AND", Self::one))
    }

    fn joined(
        &mut self,
        word: &str,
        one: impl Fn(&mut Self) -> Result<Part<'c>, String>,
    ) -> Result<Part<'c>, String> {
        let mut parts = vec![one(self)?];
        while self.keyword(word) {
            parts.push(one(self)?);
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => Part::Joined { all: word == "AND", parts },
        })
    }

    fn one(&mut self) -> Result<Part<'c>, String> {
        if self.keyword("NOT") {
            return Ok(Part::Not(Box::new(self.one()?)));
        }
        if self.keyword("(") {
            let part = self.any()?;
            self.close()?;
            return Ok(part);
        }
        let field = self.field()?;
        if self.keyword("IS") {
            let not = self.keyword("NOT");
            if self.keyword("NULL") {
                return Ok(Part::Null { field, not });
            }
            let (op, value) = (if not { "<>" } else { "=" }, self.literal()?);
            return Ok(Part::Compare { field, op, value });
        }
        let not = self.keyword("NOT");
        if self.keyword("IN") {
            if !self.keyword("(") {
                return Err("a list must follow IN".to_owned());
            }
            let mut values = vec![self.literal()?];
            while self.keyword(",") {
                values.push(self.literal()?);
            }
            self.close()?;
            return Ok(Part::Among { field, values, not });
        }
        let op = self.operator().filter(|_| !not);
        let op = op.ok_or_else(|| format!("a comparison must follow `{}`", field.name))?;
        Ok(Part::Compare { field, op, value: self.literal()? })
    }

    fn close(&mut self) -> Result<(), String> {
        if self.keyword(")") { Ok(()) } else { Err("a parenthesis is not closed".to_owned()) }
    }

    fn field(&mut self) -> Result<&'c Field, String> {
        let name = unquote(self.next());
        let same = |field: &&Field| field.name.eq_ignore_ascii_case(&name);
        let found = self.collection.fields.iter().find(same);
        found.ok_or_else(|| format!("`{name}` is no field"))
    }

    /// Words of punctuation are single characters.
    fn operator(&mut self) -> Option<&'static str> {
        let first = self.next();
        let mut second = |word: &str| {
            let found = self.peek() == word;
            self.at += usize::from(found);
            found
        };
        Some(match first {
            "=" => {
                second("=");
                "="
            }
            "!" if second("=") => "<>",
            "<" if second(">") => "<>",
            "<" if second("=") => "<=",
            "<" => "<",
            ">" if second("=") => ">=",
            ">" => ">",
            _ => return None,
        })
    }

    fn literal(&mut self) -> Result<Literal, String> {
        let minus = self.keyword("-");
        let word = self.next();
        if let Some(number) = purlin_model::dialect::decimal(&self.number(word)) {
            return Ok(Literal::Number(if minus { -number } else { number }));
        }
        match word {
            _ if minus => {}
            word if word.starts_with('\'') => return Ok(Literal::Text(unquote(word))),
            // SQLite takes a quoted name that names nothing for a text.
            "\"\"" => return Ok(Literal::Text(String::new())),
            word if word.eq_ignore_ascii_case("true") => return Ok(Literal::Bool(true)),
            word if word.eq_ignore_ascii_case("false") => return Ok(Literal::Bool(false)),
            _ => {}
        }
        Err(format!("`{word}` is not a text, a number, TRUE or FALSE"))
    }

    /// A number with the fraction that follows it.
    fn number(&mut self, whole: &str) -> String {
        let mut text = whole.to_owned();
        let digits = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
        if !whole.is_empty() && digits(whole) && self.peek() == "." {
            self.at += 1;
            text.push('.');
            text.push_str(self.next());
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_conditions_are_understood() {
        let [posts, _] = crate::store::example::posts();
        let field = |name: &str| posts.field(name).unwrap();
        let compare = |name: &str, op, value| Part::Compare { field: field(name), op, value };
        let empty = || Literal::Text(String::new());
        for (text, expected) in [
            ("`title` != ''", compare("title", "<>", empty())),
            ("title<>\"\"", compare("title", "<>", empty())),
            ("[n] >= -1.5", compare("n", ">=", Literal::Number(-1.5))),
            ("N == 2", compare("n", "=", Literal::Number(2.0))),
            ("title IS NOT NULL", Part::Null { field: field("title"), not: true }),
            (
                "not (title in ('a', 'it''s') )",
                Part::Not(Box::new(Part::Among {
                    field: field("title"),
                    values: vec![Literal::Text("a".into()), Literal::Text("it's".into())],
                    not: false,
                })),
            ),
            (
                "n > 0 AND title = 'x'",
                Part::Joined {
                    all: true,
                    parts: vec![
                        compare("n", ">", Literal::Number(0.0)),
                        compare("title", "=", Literal::Text("x".into())),
                    ],
                },
            ),
        ] {
            assert_eq!(index_condition(&posts, text), Ok(expected), "{text}");
        }
        for text in ["", "title", "length(title) > 1", "title = n", "gone = 1", "(n = 1", "n = 1 n"]
        {
            assert!(index_condition(&posts, text).is_err(), "{text}");
        }
    }
}

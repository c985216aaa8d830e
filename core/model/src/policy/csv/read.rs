//! Reading.

use super::super::row::{PolicyRow, RoleRow, Row};
use super::NOTE;
use crate::json::Json;

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, without a full stop.
    pub message: String,
}

/// A row with the line it begins on, from 1.
pub type Placed = (usize, Row);

/// Reads a file.
///
/// # Errors
/// The first line that is none.
pub fn read(text: &str) -> Result<Vec<Placed>, CsvError> {
    let mut reader = Reader { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 };
    let (mut rows, mut note) = (Vec::new(), Vec::new());
    while !reader.rest.is_empty() {
        let begun = reader.rest.split('\n').next().unwrap_or_default().trim();
        if begun.is_empty() || begun.starts_with('#') {
            note.extend(begun.strip_prefix(NOTE.trim_end()).map(|text| text.trim().to_owned()));
            reader.skip_line();
            continue;
        }
        let line = reader.line;
        let values = reader.values()?;
        let note = note_text(&std::mem::take(&mut note));
        let row = row(values, note).map_err(|message| CsvError { line, message })?;
        rows.push((line, row));
    }
    Ok(rows)
}

fn row(values: Vec<String>, note: String) -> Result<Row, String> {
    let count = values.len() - 1;
    let mut values = values.into_iter();
    let kind = values.next().unwrap_or_default();
    let mut next = || values.next().unwrap_or_default();
    match (kind.as_str(), count) {
        ("p", 3..=6) => Ok(Row::Policy(PolicyRow {
            subject: next(),
            object: next(),
            action: next(),
            rule: next(),
            fields: fields(&next())?,
            effect: next(),
            note,
        })),
        ("p", _) => Err(format!(
            "p has {count} values; it takes subject, object and action, and may have rule, fields \
             and effect"
        )),
        ("g", 2) => Ok(Row::Role(RoleRow { member: next(), role: next() })),
        ("g", _) => Err(format!("g has {count} values; it takes member and role")),
        _ => Err(format!("a line begins with p or g, not with `{kind}`")),
    }
}

fn fields(text: &str) -> Result<Vec<String>, String> {
    if !text.starts_with('[') {
        return Ok(text.split_whitespace().map(str::to_owned).collect());
    }
    let json = Json::parse(text.as_bytes()).unwrap_or_default();
    let names = json.items().and_then(|items| {
        items.iter().map(|item| item.text().map(str::to_owned)).collect::<Option<Vec<_>>>()
    });
    names.ok_or_else(|| "the fields are no JSON array of names".to_owned())
}

fn note_text(lines: &[String]) -> String {
    if let [only] = lines
        && only.starts_with('"')
        && let Ok(Json::Text(text)) = Json::parse(only.as_bytes())
    {
        return text;
    }
    lines.join("\n")
}

/// What is still to be read, and the line it begins on.
struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl Reader<'_> {
    fn skip_line(&mut self) {
        self.rest = self.rest.split_once('\n').map_or("", |(_, rest)| rest);
        self.line += 1;
    }

    /// The values up to the end of the row.
    fn values(&mut self) -> Result<Vec<String>, CsvError> {
        let mut values = Vec::new();
        loop {
            self.skip_blanks();
            let value = match self.rest.strip_prefix('"') {
                Some(rest) => {
                    self.rest = rest;
                    self.quoted()?
                }
                None => self.bare()?,
            };
            values.push(value);
            match self.rest.strip_prefix(',') {
                Some(rest) => self.rest = rest,
                None => {
                    self.skip_line();
                    return Ok(values);
                }
            }
        }
    }

    fn bare(&mut self) -> Result<String, CsvError> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (value, rest) = self.rest.split_at(end);
        if value.contains('"') {
            return Err(self.wrong("a value with a quote in it stands in quotes, its own doubled"));
        }
        self.rest = rest;
        Ok(value.trim_end().to_owned())
    }

    /// The value after its opening quote.
    fn quoted(&mut self) -> Result<String, CsvError> {
        let mut value = String::new();
        let mut lines = 0;
        loop {
            let Some((part, rest)) = self.rest.split_once('"') else {
                return Err(self.wrong("a quote is not closed"));
            };
            value.push_str(part);
            lines += part.matches('\n').count();
            self.rest = rest;
            match rest.strip_prefix('"') {
                Some(rest) => {
                    value.push('"');
                    self.rest = rest;
                }
                None => break,
            }
        }
        self.skip_blanks();
        if !self.rest.is_empty() && !self.rest.starts_with([',', '\n']) {
            return Err(self.wrong("after a value in quotes there is a comma or the end"));
        }
        self.line += lines;
        Ok(value)
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() && c != '\n');
    }

    fn wrong(&self, message: &str) -> CsvError {
        CsvError { line: self.line, message: message.to_owned() }
    }
}

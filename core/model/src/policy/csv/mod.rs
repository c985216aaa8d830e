//! Casbin's CSV: `p, subject, object, action, rule, fields, effect` and `g, member, role`.
//!
//! ```text
//! file    = { blank | comment | row }
//! comment = "#" anything to the end of the line
//! row     = value { "," value }             blanks around values do not count
//! value   = text without , and " and line break | '"' { any but '"' | '""' } '"'
//! fields  = names with blanks between them | a JSON array of names
//! ```
//!
//! A comment `# note: …` before a policy is its note, several are its lines; a note that could not
//! be read back so is a JSON string there. A seventh value would stop Casbin from using the line.

mod read;
#[cfg(test)]
mod tests;

use super::row::Row;
use crate::json::Json;

pub use read::{CsvError, Placed, read};

/// What begins a written file: the columns.
const HEAD: &str = "\
# p, subject, object, action, rule, fields, effect
# g, member, role
";
const NOTE: &str = "# note: ";

/// The rows as a file, the columns as a comment at its top.
#[must_use]
pub fn write(rows: &[Row]) -> String {
    let mut text = HEAD.to_owned();
    for row in rows {
        text.push_str(&note_lines(row.note()));
        text.push_str(&line(row));
        text.push('\n');
    }
    text
}

/// A row as it is written, without its note.
#[must_use]
pub fn line(row: &Row) -> String {
    let fields;
    let values: Vec<&str> = match row {
        Row::Policy(row) => {
            fields = fields_text(&row.fields);
            vec!["p", &row.subject, &row.object, &row.action, &row.rule, &fields, &row.effect]
        }
        Row::Role(row) => vec!["g", &row.member, &row.role],
    };
    let values: Vec<String> = values.into_iter().map(quoted).collect();
    values.join(", ")
}

/// The names as one value.
#[must_use]
pub fn fields_text(names: &[String]) -> String {
    let odd = |name: &String| {
        name.is_empty() || name.starts_with('[') || name.contains(char::is_whitespace)
    };
    if names.iter().any(odd) {
        let names = names.iter().map(|name| Json::from(name.as_str()));
        return Json::List(names.collect()).to_text();
    }
    names.join(" ")
}

fn quoted(value: &str) -> String {
    let odd = |c: char| matches!(c, ',' | '"' | '\n' | '\r');
    match value.contains(odd) || value.trim() != value {
        true => format!("\"{}\"", value.replace('"', "\"\"")),
        false => value.to_owned(),
    }
}

/// The comments that say a note.
fn note_lines(note: &str) -> String {
    let plain = |line: &str| {
        line.trim() == line && !line.starts_with('"') && !line.contains(char::is_control)
    };
    if note.is_empty() {
        return String::new();
    }
    if !note.split('\n').all(plain) {
        return format!("{NOTE}{}\n", Json::from(note).to_text());
    }
    note.split('\n').map(|line| format!("{NOTE}{line}\n")).collect()
}

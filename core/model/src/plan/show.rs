//! Conditions as text, close to the filter language: what `explain` shows and tests compare.

use std::fmt::{self, Display, Formatter, Write};

use super::condition::{Condition, Source, Term, Test};
use super::row_set::RowSet;
use crate::json::Json;
use crate::query::Op;
use crate::value::Value;

/// `title = "x" && (rm.name ?= "red" || …)`. A comparison over several rows that one of them may
/// satisfy is written with `?`. Rows of bound ids and values show these: `tags["a","b"].name`.
impl Display for Condition {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.write_test(&self.test, false, out)
    }
}

impl Condition {
    fn write_test(&self, test: &Test, inner: bool, out: &mut Formatter<'_>) -> fmt::Result {
        match test {
            Test::Constant(holds) => write!(out, "{holds}"),
            Test::All(tests) => self.write_joined(tests, " && ", inner, out),
            Test::Any(tests) => self.write_joined(tests, " || ", inner, out),
            Test::Not(test) => {
                out.write_str("not ")?;
                self.write_test(test, true, out)
            }
            Test::Some { test, .. } => {
                out.write_str("some(")?;
                self.write_test(test, false, out)?;
                out.write_char(')')
            }
            Test::In { term, texts } => {
                self.write_term(term, out)?;
                out.write_str(" in ")?;
                write_list(texts, out)
            }
            Test::Compare { left, op, right, every } => {
                self.write_term(left, out)?;
                let mut named = RowSet::none(&self.rows);
                named.add_term(&self.rows, left);
                named.add_term(&self.rows, right);
                self.write_op(*op, !every && named.any_many(&self.rows), out)?;
                self.write_term(right, out)
            }
        }
    }

    fn write_joined(
        &self,
        tests: &[Test],
        join: &str,
        inner: bool,
        out: &mut Formatter<'_>,
    ) -> fmt::Result {
        if inner {
            out.write_char('(')?;
        }
        for (index, test) in tests.iter().enumerate() {
            if index > 0 {
                out.write_str(join)?;
            }
            self.write_test(test, true, out)?;
        }
        if inner { out.write_char(')') } else { Ok(()) }
    }

    fn write_op(&self, op: Op, any: bool, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, " {}{} ", if any { "?" } else { "" }, op.text())
    }

    fn write_term(&self, term: &Term, out: &mut Formatter<'_>) -> fmt::Result {
        match term {
            Term::Value(value) => write_value(value, out),
            Term::Column { row, field } => self.write_field(*row, *field, out),
            Term::Path { row, field, steps } => {
                self.write_field(*row, *field, out)?;
                steps.iter().try_for_each(|step| write!(out, ".{step}"))
            }
            Term::Length { row, field } => {
                self.write_field(*row, *field, out)?;
                out.write_str(":length")
            }
            Term::Item { row } => self.write_row(*row, out),
            Term::Lower(inner) => {
                self.write_term(inner, out)?;
                out.write_str(":lower")
            }
            Term::Distance(terms) => {
                out.write_str("geoDistance(")?;
                for (index, term) in terms.iter().enumerate() {
                    out.write_str(if index > 0 { ", " } else { "" })?;
                    self.write_term(term, out)?;
                }
                out.write_char(')')
            }
            Term::Strftime { format, time, modifiers } => {
                write!(out, "strftime({}", Json::from(format.as_str()).to_text())?;
                if let Some(time) = time {
                    out.write_str(", ")?;
                    self.write_term(time, out)?;
                }
                for modifier in modifiers {
                    write!(out, ", {}", Json::from(modifier.as_str()).to_text())?;
                }
                out.write_char(')')
            }
            Term::When { test, term } => {
                out.write_str("when(")?;
                self.write_test(test, false, out)?;
                out.write_str(", ")?;
                self.write_term(term, out)?;
                out.write_char(')')
            }
        }
    }

    fn write_field(&self, row: usize, field: usize, out: &mut Formatter<'_>) -> fmt::Result {
        self.write_row(row, out)?;
        if row > 0 {
            out.write_char('.')?;
        }
        out.write_str(self.field_name(row, field))
    }

    fn field_name(&self, row: usize, field: usize) -> &str {
        let collection = self.rows[row].collection.as_ref();
        collection.and_then(|collection| collection.fields.get(field)).map_or("?", |f| &f.name)
    }

    fn write_row(&self, row: usize, out: &mut Formatter<'_>) -> fmt::Result {
        let collection = self.rows[row].collection.as_ref();
        let name = collection.map_or("", |collection| &collection.name);
        match &self.rows[row].source {
            Source::Base | Source::Given(_) => Ok(()),
            Source::Relation { from, field } => self.write_field(*from, *field, out),
            Source::Back { from, field } => {
                self.write_row(*from, out)?;
                let dot = if *from > 0 { "." } else { "" };
                write!(out, "{dot}{name}_via_{}", self.field_name(row, *field))
            }
            Source::Every => write!(out, "@collection.{name}#{row}"),
            Source::Ids(ids) => {
                out.write_str(name)?;
                write_list(ids, out)
            }
            Source::Items { from, field } => {
                self.write_field(*from, *field, out)?;
                out.write_str(":each")
            }
            Source::Values(values) => {
                out.write_char('[')?;
                for (index, value) in values.iter().enumerate() {
                    out.write_str(if index > 0 { "," } else { "" })?;
                    write_value(value, out)?;
                }
                out.write_str("]:each")
            }
        }
    }
}

fn write_list(texts: &[String], out: &mut Formatter<'_>) -> fmt::Result {
    out.write_str(&crate::encode::stored_text(&Value::List(texts.to_vec())))
}

fn write_value(value: &Value, out: &mut Formatter<'_>) -> fmt::Result {
    out.write_str(&literal(value))
}

/// A value as the filter language writes it.
pub(super) fn literal(value: &Value) -> String {
    let mut bytes = Vec::new();
    crate::encode::value(value, &mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

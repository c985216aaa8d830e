//! Rules as text with everything of the request put in: what an explanation shows.

use std::sync::Arc;

use super::condition::{Source, Term};
use super::facts::Facts;
use super::planner::{Place, Planner};
use super::show::literal;
use crate::json::Json;
use crate::query::{Expr, Operand};
use crate::schema::{Collection, Schema};

/// `author = @request.auth.id` → `author = "abc"`. Names that stand for no value of the request
/// stay as they are.
#[must_use]
pub fn bound(
    schema: &Schema,
    facts: &Facts<'_>,
    collection: &Arc<Collection>,
    rule: &Expr,
) -> String {
    let mut writer =
        Writer { planner: Planner::new(schema, facts, collection), out: String::new() };
    writer.expr(rule, false);
    writer.out
}

struct Writer<'a> {
    planner: Planner<'a>,
    out: String,
}

impl Writer<'_> {
    fn expr(&mut self, expr: &Expr, inner: bool) {
        let (parts, join) = match expr {
            Expr::And(parts) => (parts, " && "),
            Expr::Or(parts) => (parts, " || "),
            Expr::Compare(comparison) => {
                self.operand(&comparison.left);
                let any = if comparison.any { "?" } else { "" };
                self.out.push_str(&format!(" {any}{} ", comparison.op.text()));
                return self.operand(&comparison.right);
            }
        };
        if inner {
            self.out.push('(');
        }
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.out.push_str(join);
            }
            self.expr(part, true);
        }
        if inner {
            self.out.push(')');
        }
    }

    fn operand(&mut self, operand: &Operand) {
        match operand {
            Operand::Name { text, .. } => {
                let value = if text.starts_with('@') { self.value(operand) } else { None };
                self.out.push_str(&value.unwrap_or_else(|| text.clone()));
            }
            Operand::Number { value, .. } => self.out.push_str(&Json::Number(*value).to_text()),
            Operand::Text { value, .. } => self.out.push_str(&Json::from(value.as_str()).to_text()),
            Operand::Call { name, args, .. } => {
                self.out.push_str(name);
                self.out.push('(');
                for (index, arg) in args.iter().enumerate() {
                    if index > 0 {
                        self.out.push_str(", ");
                    }
                    self.operand(arg);
                }
                self.out.push(')');
            }
        }
    }

    /// What a name of the request stands for, where that is a value, or several.
    fn value(&mut self, operand: &Operand) -> Option<String> {
        let place = Place { row: 0, many: false, trusted: true };
        match self.planner.operand(place, operand).ok()?.term {
            Term::Value(value) => Some(literal(&value)),
            Term::Item { row } => match &self.planner.rows[row].source {
                Source::Values(values) => {
                    let all: Vec<String> = values.iter().map(literal).collect();
                    Some(format!("[{}]", all.join(", ")))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

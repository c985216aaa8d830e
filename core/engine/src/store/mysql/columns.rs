//! What becomes of the columns of a table.

use purlin_model::Collection;
use purlin_model::schema::{Field, FieldKind};

use super::connection::{Ready, each};
use super::encode::{Cell, cell, forms};
use super::error::Failure;
use super::migration::Migration;
use crate::store::StoreError;
use crate::store::sql::mysql::Mysql as Dialect;
use crate::store::sql::{Statement, alter, dialect::Dialect as _, table};

/// What becomes of the columns of a table.
#[derive(Default)]
pub(super) struct Change {
    /// The statement that does it, and the one that takes it back.
    pub(super) statements: Option<(String, String)>,
    /// What fills columns of another kind.
    pub(super) fill: Vec<Statement>,
    /// Fields whose columns are known to hold long texts, or not to.
    pub(super) long: Vec<String>,
    pub(super) short: Vec<String>,
}

/// Whether a field of an own table needs a column for texts of any length.
pub(super) fn is_long(field: &Field) -> bool {
    Dialect::column_type(field) == "LONGTEXT"
        && !matches!(field.kind, FieldKind::Number { .. } | FieldKind::Bool)
}

impl Migration<'_> {
    /// What becomes of a table's columns, by one statement there and one back.
    pub(super) fn columns(
        &mut self,
        from: &Collection,
        to: &Collection,
        steps: &alter::Steps<'_>,
        old: &str,
        long: &[String],
    ) -> Result<Change, StoreError> {
        let name = |name: &str| {
            let mut out = Statement::new(self.dialect, "");
            out.name(name);
            out.text
        };
        let define = |field: &Field| {
            let mut out = Statement::new(self.dialect, "");
            self.dialect.define(&mut out, field);
            out.text
        };
        let rename = |a: &str, b: &str| format!("RENAME COLUMN {} TO {}", name(a), name(b));
        let (mut forth, mut back) = (Vec::new(), Vec::new());
        let mut change = Change::default();
        let is_long_now =
            |field: &Field| long.iter().any(|it| *it == self.dialect.physical(&field.name));
        let dropped: Vec<&str> = from
            .indexes
            .iter()
            .map(String::as_str)
            .filter(|text| {
                let index = crate::store::sql::index::IndexText::parse(text);
                index.is_some_and(|index| steps.dropped_indexes.contains(&index.name))
            })
            .collect();
        for keys in self.keys(from, &dropped, &is_long_now)? {
            forth.extend(keys.dropped);
        }
        // Taken back, a column that was widened stays wide.
        let widened = |field: &Field| {
            let other = steps.dropped.iter().any(|it| it.name == field.name)
                || steps.moved.iter().any(|(before, _)| before.name == field.name);
            !other && to.fields.iter().any(|after| after.name == field.name && is_long(after))
        };
        let wide = |field: &Field| is_long_now(field) || widened(field);
        for keys in self.keys(from, &dropped, &wide)? {
            back.extend(keys.added);
        }
        let mut gone = Vec::new();
        let mut number = self.steps;
        let mut away = |field: &Field| {
            number += 1;
            let away = format!("{} gone {number}", self.mark);
            gone.push(away.clone());
            (rename(&field.name, &away), rename(&away, &field.name), away)
        };
        for field in &steps.dropped {
            let (there, here, _) = away(field);
            forth.push(there);
            back.push(here);
        }
        for (before, after) in &steps.moved {
            if alter::converts(before, after) {
                let (there, here, away) = away(before);
                forth.extend([there, format!("ADD COLUMN {}", define(after))]);
                back.extend([format!("DROP COLUMN {}", name(&after.name)), here]);
                change.fill.push(if after.kind.is_multiple() {
                    table::wrap(self.dialect, &to.name, &away, &after.name)
                } else {
                    table::unwrap(self.dialect, &to.name, &away, &after.name)
                });
            } else {
                forth.push(rename(&before.name, &after.name));
                back.push(rename(&after.name, &before.name));
                let known = if is_long_now(before) { &mut change.long } else { &mut change.short };
                known.push(after.name.clone());
            }
        }
        for field in &steps.added {
            forth.push(format!("ADD COLUMN {}", define(field)));
            back.push(format!("DROP COLUMN {}", name(&field.name)));
        }
        for field in &to.fields {
            let moved = steps.moved.iter().any(|(_, after)| after.name == field.name);
            let added = steps.added.iter().any(|it| it.name == field.name);
            if moved || added {
                continue;
            }
            // A column takes longer texts than before, but not shorter ones: some may be stored.
            if is_long(field) && !is_long_now(field) {
                forth.push(format!("MODIFY COLUMN {}", define(field)));
            } else {
                let known = if is_long_now(field) { &mut change.long } else { &mut change.short };
                known.push(field.name.clone());
            }
        }
        if old != to.name {
            forth.push(format!("RENAME TO {}", name(&to.name)));
            back.push(format!("RENAME TO {}", name(old)));
        }
        self.steps = number;
        for column in gone {
            self.entry.rest.push(format!(
                "ALTER TABLE {} DROP COLUMN {}",
                name(&to.name),
                name(&column)
            ));
        }
        if !forth.is_empty() {
            back.push("COMMENT = ''".to_owned());
            let there = self.change(old, forth);
            let here = self.change(&to.name, back);
            change.statements = Some((there, here));
        }
        Ok(change)
    }

    /// The columns of a table that hold texts of any length.
    pub(super) async fn long_columns(&mut self, name: &str) -> Result<Vec<String>, StoreError> {
        let types = self.column_types(name).await?;
        let long = types.into_iter().filter(|(_, kind, _)| kind.ends_with("text"));
        Ok(long.map(|(name, _, _)| name).collect())
    }

    /// Names, types and collations of a table's or view's columns.
    pub(super) async fn column_types(
        &mut self,
        name: &str,
    ) -> Result<Vec<(String, String, String)>, StoreError> {
        let mut out = Statement::new(
            self.dialect,
            "SELECT column_name, data_type, coalesce(collation_name, '') \
             FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ",
        );
        out.bind_text(self.dialect.physical(name));
        out.push(" ORDER BY ordinal_position");
        let mut found = Vec::new();
        each(self.raw, Ready::new(&out, self.server.packet)?, |row| {
            let forms = forms(row);
            let text = |index| {
                Ok(match cell(row, &forms, index)? {
                    Cell::Text(text) => text.into_owned(),
                    _ => String::new(),
                })
            };
            found.push((text(0)?, text(1)?.to_ascii_lowercase(), text(2)?));
            Ok::<(), StoreError>(())
        })
        .await
        .map_err(Failure::plain)?;
        Ok(found)
    }
}

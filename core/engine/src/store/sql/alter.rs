//! What has to happen to a table for it to become another collection's.

use purlin_model::Collection;
use purlin_model::schema::Field;

use super::dialect::Dialect;
use super::statement::Statement;
use super::{index::IndexText, table};

/// The steps from one definition to another.
pub(crate) struct Steps<'c> {
    /// Names of indexes that must go before columns change.
    pub(crate) dropped_indexes: Vec<String>,
    /// Texts of indexes to make at the end.
    pub(crate) new_indexes: Vec<&'c str>,
    /// Fields that go.
    pub(crate) dropped: Vec<&'c Field>,
    /// Columns renamed or converted: what they were, what they become.
    pub(crate) moved: Vec<(&'c Field, &'c Field)>,
    /// Fields that come.
    pub(crate) added: Vec<&'c Field>,
}

impl<'c> Steps<'c> {
    pub(crate) fn between(from: &'c Collection, to: &'c Collection) -> Self {
        let mut steps = Steps {
            dropped_indexes: Vec::new(),
            new_indexes: Vec::new(),
            dropped: Vec::new(),
            moved: Vec::new(),
            added: Vec::new(),
        };
        let same = |a: &Field, b: &Field| {
            a.id == b.id && a.kind.type_name() == b.kind.type_name()
                || a.name == "id" && b.name == "id"
        };
        for old in &from.fields {
            match to.fields.iter().find(|new| same(old, new)) {
                None => steps.dropped.push(old),
                Some(new) if old.name != new.name || converts(old, new) => {
                    steps.moved.push((old, new));
                }
                Some(_) => {}
            }
        }
        steps.added =
            to.fields.iter().filter(|new| !from.fields.iter().any(|old| same(old, new))).collect();
        steps.plan_indexes(from, to);
        steps
    }

    /// Keeps the indexes that stay as they are and name no column that changes.
    fn plan_indexes(&mut self, from: &'c Collection, to: &'c Collection) {
        let old: Vec<IndexText<'_>> =
            from.indexes.iter().filter_map(|text| IndexText::parse(text)).collect();
        let changing: Vec<&str> = self
            .dropped
            .iter()
            .chain(self.moved.iter().map(|(old, _)| old))
            .map(|field| field.name.as_str())
            .collect();
        let mut kept = Vec::new();
        for text in &to.indexes {
            let stays = IndexText::parse(text).filter(|index| {
                let named = index.mentions(from);
                old.contains(index) && !named.iter().any(|name| changing.contains(&name.as_str()))
            });
            match stays {
                Some(index) => kept.push(index),
                None => self.new_indexes.push(text),
            }
        }
        self.dropped_indexes =
            old.into_iter().filter(|index| !kept.contains(index)).map(|index| index.name).collect();
    }

    /// Whether columns are removed, renamed or converted.
    pub(crate) fn touches_columns(&self) -> bool {
        !self.dropped.is_empty() || !self.moved.is_empty()
    }

    /// What makes the columns what they shall be. Moved ones take a third name first, so that names
    /// may be swapped or change only in case; `free_name` answers names nothing else has.
    pub(crate) fn change_columns(
        &self,
        dialect: &'static dyn Dialect,
        name: &str,
        mut free_name: impl FnMut() -> String,
    ) -> Vec<Statement> {
        let mut out = Vec::new();
        for field in &self.dropped {
            out.push(table::drop_column(dialect, name, &field.name));
        }
        let mut between = Vec::with_capacity(self.moved.len());
        for (old, _) in &self.moved {
            let third = free_name();
            out.push(table::rename_column(dialect, name, &old.name, &third));
            between.push(third);
        }
        for ((old, new), third) in self.moved.iter().zip(&between) {
            if !converts(old, new) {
                out.push(table::rename_column(dialect, name, third, &new.name));
                continue;
            }
            out.push(table::add_column(dialect, name, new));
            out.push(if new.kind.is_multiple() {
                table::wrap(dialect, name, third, &new.name)
            } else {
                table::unwrap(dialect, name, third, &new.name)
            });
            out.push(table::drop_column(dialect, name, third));
        }
        out.extend(self.added.iter().map(|field| table::add_column(dialect, name, field)));
        out
    }
}

/// Whether a field goes from one value to several or back (http-api.md 3.7).
pub(crate) fn converts(old: &Field, new: &Field) -> bool {
    old.kind.is_multiple() != new.kind.is_multiple()
}

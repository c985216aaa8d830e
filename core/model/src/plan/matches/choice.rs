//! The choices of joined rows a condition ranges over.

use std::slice;
use std::sync::Arc;

use super::super::condition::{Row, Source};
use super::super::row_set::RowSet;
use super::World;
use crate::record::Record;
use crate::schema::Collection;
use crate::value::Value;

/// A condition's rows over one base record.
pub(super) struct Evaluation<'a> {
    pub(super) rows: &'a [Row],
    pub(super) base: &'a Record,
    pub(super) world: &'a dyn World,
}

/// What stands in for each row of the condition; the base row has none.
pub(super) type Chosen = Vec<Joined>;

/// What a row variable stands for.
#[derive(Clone, Debug)]
pub(super) enum Joined {
    /// Nothing joined, or nothing is chosen yet: every value is null.
    Nothing,
    Record(Arc<Record>),
    Value(Value),
}

impl Evaluation<'_> {
    /// Goes through the choices of these rows until one is accepted; whether one was.
    pub(super) fn each(&self, rows: &RowSet, accept: &mut dyn FnMut(&Chosen) -> bool) -> bool {
        self.each_anew(&vec![Joined::Nothing; self.rows.len()], rows, accept)
    }

    /// The same, where the other rows stand for what is chosen.
    pub(super) fn each_anew(
        &self,
        chosen: &Chosen,
        rows: &RowSet,
        accept: &mut dyn FnMut(&Chosen) -> bool,
    ) -> bool {
        self.next(&rows.joined().collect::<Vec<_>>(), &mut chosen.clone(), accept)
    }

    fn next(
        &self,
        rows: &[usize],
        chosen: &mut Chosen,
        accept: &mut dyn FnMut(&Chosen) -> bool,
    ) -> bool {
        let Some((row, rest)) = rows.split_first() else { return accept(chosen) };
        let mut joined = self.joined(chosen, *row);
        if joined.is_empty() {
            joined.push(Joined::Nothing);
        }
        joined.into_iter().any(|joined| {
            chosen[*row] = joined;
            self.next(rest, chosen, accept)
        })
    }

    /// What joins in a row, given the rows before it.
    fn joined(&self, chosen: &Chosen, row: usize) -> Vec<Joined> {
        let collection = self.rows[row].collection.as_ref();
        match &self.rows[row].source {
            Source::Base | Source::Given(_) => Vec::new(),
            Source::Relation { from, field } => match self.value(chosen, *from, *field) {
                Some(value) => self.by_ids(collection, value.items()),
                None => Vec::new(),
            },
            Source::Back { from, field } => match self.record(chosen, *from) {
                Some(record) => {
                    let names = |it: &Arc<Record>| {
                        it.values[*field].items().iter().any(|id| id == record.id())
                    };
                    self.all(collection).into_iter().filter(names).map(Joined::Record).collect()
                }
                None => Vec::new(),
            },
            Source::Every => self.all(collection).into_iter().map(Joined::Record).collect(),
            Source::Ids(ids) => self.by_ids(collection, ids),
            Source::Items { from, field } => {
                let items = self.value(chosen, *from, *field).map(items).unwrap_or_default();
                items.iter().map(|item| Joined::Value(item.as_str().into())).collect()
            }
            Source::Values(values) => values.iter().cloned().map(Joined::Value).collect(),
        }
    }

    fn by_ids(&self, collection: Option<&Arc<Collection>>, ids: &[String]) -> Vec<Joined> {
        let Some(collection) = collection else { return Vec::new() };
        let found = ids.iter().filter_map(|id| self.world.by_id(collection, id));
        found.map(Joined::Record).collect()
    }

    fn all(&self, collection: Option<&Arc<Collection>>) -> Vec<Arc<Record>> {
        collection.map(|collection| self.world.all(collection)).unwrap_or_default()
    }

    /// The record a row stands for.
    fn record<'s>(&'s self, chosen: &'s Chosen, row: usize) -> Option<&'s Record> {
        match &chosen[row] {
            _ if row == 0 => Some(self.base),
            Joined::Record(record) => Some(record),
            Joined::Nothing | Joined::Value(_) => None,
        }
    }

    /// The value of a row's field; `None` where nothing joined.
    pub(super) fn value<'s>(
        &'s self,
        chosen: &'s Chosen,
        row: usize,
        field: usize,
    ) -> Option<&'s Value> {
        self.record(chosen, row).and_then(|record| record.values.get(field))
    }
}

/// The items of a value as `:each` sees them: a single value is one item even where it is empty.
fn items(value: &Value) -> &[String] {
    match value {
        Value::Text(text) => slice::from_ref(text),
        value => value.items(),
    }
}

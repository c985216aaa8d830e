//! Both sides, read again and compared.

use std::sync::Arc;

use purlin_model::plan::{self, Key, Order, Select, Term};
use purlin_model::schema::system;
use purlin_model::{Collection, Record};

use super::load::count;
use super::pages::Pages;
use super::shape::Shaped;
use super::source::{Source, all};
use super::sum::{self, Adding, Sum};
use super::{Listener, Step, Wish};
use crate::moving::MoveError;
use crate::store::{Store, StoreError};

/// How many records of a view are looked at: what they are is computed from tables that were
/// compared whole.
const VIEWED: u64 = 1000;

/// A table as both sides hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Its name.
    pub name: String,
    /// What the source holds.
    pub source: Sum,
    /// What the target holds.
    pub target: Sum,
    /// The id of the first record, in insertion order, that is not the same on both sides.
    pub first: Option<String>,
}

impl Compared {
    /// Whether both sides hold the same records with the same values in the same order.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.source == self.target
    }

    fn of(name: &str, source: &[Record], target: &[Record]) -> Self {
        let mut both = Both::new();
        both.add(source, target);
        both.end(name)
    }
}

/// Compares the definitions of collections with those the source has now.
pub(super) async fn definitions(
    to: &dyn Store,
    source: &Source,
    shaped: &Shaped,
) -> Result<Compared, MoveError> {
    let there = all(to, &Arc::new(system::collections_table())).await?;
    Ok(Compared::of(system::COLLECTIONS, &shaped.rows(source), &there))
}

/// Compares the settings with those the source has now.
pub(super) async fn params(to: &dyn Store, source: &Source) -> Result<Compared, MoveError> {
    let mut there = all(to, &Arc::new(system::params_table())).await?;
    there.retain(|row| !system::stays_behind(row.id()));
    Ok(Compared::of(system::PARAMS, &source.params, &there))
}

/// Compares the records of a collection.
pub(super) async fn records(
    (from, to): (&dyn Store, &dyn Store),
    collection: &Arc<Collection>,
    wish: &Wish,
    hear: Listener<'_>,
) -> Result<Compared, MoveError> {
    let name = collection.name.as_str();
    let all = count(from, collection).await?;
    let mut source = Side::new(from, collection, wish);
    let mut target = Side::new(to, collection, wish);
    let mut both = Both::new();
    loop {
        let filled = tokio::join!(source.fill(), target.fill());
        filled.0.and(filled.1)?;
        let (left, right) = (source.records.len(), target.records.len());
        let common = if left == 0 || right == 0 { left.max(right) } else { left.min(right) };
        if common == 0 {
            break;
        }
        both.add(&source.take(common), &target.take(common));
        let done = both.source.records();
        if done < all {
            hear(Step::Compared { collection: name, done, all });
        }
    }
    let compared = both.end(name);
    let done = compared.source.records;
    hear(Step::Compared { collection: name, done, all: done });
    Ok(compared)
}

/// What is to be said of a view that does not answer alike on both sides: its query may mean
/// something else in the target's dialect.
pub(super) async fn view(
    from: &dyn Store,
    to: &dyn Store,
    view: &Arc<Collection>,
) -> Option<String> {
    let name = &view.name;
    let (left, right) = tokio::join!(viewed(from, view), viewed(to, view));
    match (left, right) {
        (Ok(left), Ok(right)) if left == right => None,
        (Ok(_), Ok(_)) => Some(format!(
            "the view {name} does not answer the same as in the source: see whether its query \
             means the same here"
        )),
        (Ok(_), Err(error)) => Some(format!("the view {name} does not work: {error}")),
        (Err(error), _) => Some(format!("the view {name} does not work in the source: {error}")),
    }
}

async fn viewed(
    store: &dyn Store,
    view: &Arc<Collection>,
) -> Result<(Option<u64>, Sum), StoreError> {
    let field = view.field_index("id").unwrap_or(0);
    let by_id = Order { key: Key::Term(Term::Column { row: 0, field }), descending: false };
    let select = Select { sort: vec![by_id], total: true, ..plan::first(view, VIEWED) };
    let page = store.select(&select).await?;
    Ok((page.total, sum::of(page.records.iter().map(|found| &found.record))))
}

/// One side's records, read ahead.
struct Side<'s> {
    pages: Pages<'s>,
    records: Vec<Record>,
}

impl<'s> Side<'s> {
    fn new(store: &'s dyn Store, collection: &Arc<Collection>, wish: &Wish) -> Self {
        Side { pages: Pages::after(store, collection, None, wish), records: Vec::new() }
    }

    async fn fill(&mut self) -> Result<(), MoveError> {
        if self.records.is_empty() {
            self.records = self.pages.next().await?;
        }
        Ok(())
    }

    /// The next so many records, as far as there are any.
    fn take(&mut self, count: usize) -> Vec<Record> {
        let rest = self.records.split_off(count.min(self.records.len()));
        std::mem::replace(&mut self.records, rest)
    }
}

/// Both sums, and where they part.
struct Both {
    source: Adding,
    target: Adding,
    first: Option<String>,
    lines: [Vec<u8>; 2],
}

impl Both {
    fn new() -> Self {
        let (source, target) = (Adding::new(), Adding::new());
        Both { source, target, first: None, lines: Default::default() }
    }

    /// Adds what comes next on both sides.
    fn add(&mut self, source: &[Record], target: &[Record]) {
        for index in 0..source.len().max(target.len()) {
            let [left, right] = &mut self.lines;
            let (here, there) = (source.get(index), target.get(index));
            if let Some(record) = here {
                sum::line(record, left);
                self.source.add(left);
            }
            if let Some(record) = there {
                sum::line(record, right);
                self.target.add(right);
            }
            let same = here.is_some() && there.is_some() && left == right;
            if !same && self.first.is_none() {
                self.first = here.or(there).map(|record| record.id().to_owned());
            }
        }
    }

    fn end(self, name: &str) -> Compared {
        let (source, target) = (self.source.end(), self.target.end());
        Compared { name: name.to_owned(), source, target, first: self.first }
    }
}

//! The tables, indexes and views of a target, made while it is empty.

use std::collections::HashSet;
use std::sync::Arc;

use purlin_model::plan::Write;
use purlin_model::schema::{Kind, system};
use purlin_model::{Collection, Record};

use super::marker::{self, Marker, Stage};
use super::source::{Source, all, has, parsed};
use super::{LeftOut, Wish};
use crate::clock::Clock;
use crate::moving::MoveError;
use crate::store::{SchemaChange, Store, StoreError, Table};

/// What a target has been made to hold.
pub(super) struct Shaped {
    /// The collections whose records are copied, in the order of the source.
    pub(super) tables: Vec<Arc<Collection>>,
    /// The views that were made.
    pub(super) views: Vec<Arc<Collection>>,
    /// What the target does not have because it refuses it.
    pub(super) left_out: Vec<LeftOut>,
}

impl Shaped {
    /// What an earlier run made, by the definitions it wrote down.
    pub(super) async fn found(to: &dyn Store, source: &Source) -> Result<Self, MoveError> {
        let made = parsed(&all(to, &Arc::new(system::collections_table())).await?)?;
        let find = |id: &str| made.iter().chain(&source.internal).find(|made| made.id == id);
        let mut left_out = Vec::new();
        for wanted in &source.collections {
            match find(&wanted.id) {
                None => left_out.push(view(wanted, String::new())),
                Some(made) => {
                    let missing = wanted.indexes.iter().filter(|it| !made.indexes.contains(it));
                    left_out.extend(missing.map(|text| index(wanted, text, String::new())));
                }
            }
        }
        let tables = source.tables().filter_map(|it| find(&it.id)).cloned().collect();
        let views = source.views().into_iter().filter_map(|it| find(&it.id)).cloned().collect();
        Ok(Shaped { tables, views, left_out })
    }

    /// The rows of `_collections` the target is to have: those of the source but for what was left
    /// out.
    pub(super) fn rows(&self, source: &Source) -> Vec<Record> {
        let wanted: HashSet<&str> = source.views().iter().map(|view| view.id.as_str()).collect();
        let mut rows = Vec::new();
        for (row, collection) in source.rows.iter().zip(&source.collections) {
            let made = self.views.iter().any(|view| view.id == collection.id);
            if wanted.contains(collection.id.as_str()) && !made {
                continue;
            }
            let mut row = row.clone();
            let table = self.tables.iter().find(|table| table.id == collection.id);
            if let Some(table) = table.filter(|table| table.indexes != collection.indexes)
                && let Some(indexes) = table.to_row(&row.collection).get("indexes")
            {
                row.set("indexes", indexes.clone());
            }
            rows.push(row);
        }
        rows
    }
}

/// Makes everything but the records, and writes down what was made. What an earlier run left of it
/// goes first.
pub(super) async fn make(
    to: &dyn Store,
    source: &Source,
    there: &[Table],
    wish: &Wish,
    clock: &Clock,
) -> Result<Shaped, MoveError> {
    clear(to, source, there).await?;
    let mut shaped = Shaped { tables: Vec::new(), views: Vec::new(), left_out: Vec::new() };
    for collection in source.tables() {
        let made = table(to, collection, &mut shaped.left_out).await?;
        shaped.tables.push(made);
    }
    for collection in source.views() {
        match to.migrate(&[SchemaChange::Create(collection.clone())], Vec::new()).await {
            Ok(()) => shaped.views.push(collection.clone()),
            Err(error) => shaped.left_out.push(view(collection, refusal(error)?)),
        }
    }
    if !shaped.left_out.is_empty() && !wish.skip_refused {
        undo(to, &shaped).await?;
        return Err(told(&shaped.left_out));
    }
    let rows = shaped.rows(source).into_iter();
    let mut writes: Vec<Write> = rows.map(Write::create).collect();
    let filling = Marker { source: source.identity.clone(), stage: Stage::Filling };
    writes.push(marker::change(&filling, clock));
    let definitions = SchemaChange::Create(Arc::new(system::collections_table()));
    to.migrate(&[definitions], Vec::new()).await?;
    to.write(writes).await?;
    Ok(shaped)
}

/// Makes the table of a collection with the indexes the target accepts; the collection as it is
/// then.
async fn table(
    to: &dyn Store,
    wanted: &Arc<Collection>,
    left_out: &mut Vec<LeftOut>,
) -> Result<Arc<Collection>, MoveError> {
    let with = |indexes| Arc::new(Collection { indexes, ..Collection::clone(wanted) });
    let bare = with(Vec::new());
    let made = to.migrate(&[SchemaChange::Create(bare.clone())], Vec::new()).await;
    made.map_err(|error| {
        MoveError(format!("the target refuses the collection {}: {error}", wanted.name))
    })?;
    // All at once where nothing is in the way.
    let all = SchemaChange::Alter { from: bare.clone(), to: wanted.clone() };
    match to.migrate(&[all], Vec::new()).await {
        Ok(()) => return Ok(wanted.clone()),
        Err(error) => drop(refusal(error)?),
    }
    let mut made = bare;
    for text in &wanted.indexes {
        let more = with(made.indexes.iter().chain([text]).cloned().collect());
        let change = SchemaChange::Alter { from: made.clone(), to: more.clone() };
        match to.migrate(&[change], Vec::new()).await {
            Ok(()) => made = more,
            Err(error) => left_out.push(index(wanted, text, refusal(error)?)),
        }
    }
    Ok(made)
}

/// What a target said against a view or index; other errors end the copy.
fn refusal(error: StoreError) -> Result<String, MoveError> {
    match error {
        StoreError::Refused(text) | StoreError::Index { reason: text, .. } => Ok(text),
        error => Err(error.into()),
    }
}

/// Removes what an earlier run made, of which nothing was filled or all is to go.
async fn clear(to: &dyn Store, source: &Source, there: &[Table]) -> Result<(), MoveError> {
    let definitions = Arc::new(system::collections_table());
    let views = source.views().into_iter().rev();
    let made = views.chain(source.tables()).chain([&definitions]);
    for collection in made.filter(|collection| has(there, &collection.name)) {
        to.migrate(&[SchemaChange::Drop(collection.clone())], Vec::new()).await?;
    }
    Ok(())
}

/// Leaves the target as it was found.
async fn undo(to: &dyn Store, shaped: &Shaped) -> Result<(), MoveError> {
    let params = Arc::new(system::params_table());
    let made = shaped.views.iter().rev().chain(&shaped.tables).chain([&params]);
    for collection in made {
        to.migrate(&[SchemaChange::Drop(collection.clone())], Vec::new()).await?;
    }
    Ok(())
}

fn view(collection: &Collection, why: String) -> LeftOut {
    let text = match &collection.kind {
        Kind::View { query } => query.clone(),
        _ => String::new(),
    };
    LeftOut { what: format!("view {}", collection.name), text, why }
}

fn index(collection: &Collection, text: &str, why: String) -> LeftOut {
    let what = format!("index of {}", collection.name);
    LeftOut { what, text: text.to_owned(), why }
}

fn told(refused: &[LeftOut]) -> MoveError {
    let mut text = "the target refuses some views or indexes, so nothing was copied; change them \
                    in the source, or leave them out with --skip-refused and make them by hand:"
        .to_owned();
    for LeftOut { what, text: query, why } in refused {
        text.push_str(&format!("\n  {what}: {why}\n    {query}"));
    }
    MoveError(text)
}

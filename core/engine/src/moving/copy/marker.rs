//! The row that says that a database is being copied into.

use std::sync::Arc;

use purlin_model::plan::{self, Output, Write};
use purlin_model::schema::system::{self, UNFINISHED_COPY};
use purlin_model::{Collection, Json, Record, Value, date};

use crate::clock::Clock;
use crate::moving::MoveError;
use crate::store::{SchemaChange, Store};

/// How far a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Tables, indexes and views are being made; there are no records.
    Making,
    /// Everything is made and defined; records are coming in.
    Filling,
}

/// What the row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// Which installation is copied.
    pub(super) source: String,
    pub(super) stage: Stage,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Stage::Making => "making",
            Stage::Filling => "filling",
        }
    }
}

/// The marker of a database that has the table for it.
pub(super) async fn read(store: &dyn Store) -> Result<Option<Marker>, MoveError> {
    let page = store.select(&plan::by_id(&table(), UNFINISHED_COPY, Output::Records)).await?;
    let Some(found) = page.records.into_iter().next() else { return Ok(None) };
    let value = match found.record.get("value") {
        Some(Value::Json(text)) => Json::parse(text.as_bytes()).ok(),
        _ => None,
    };
    let text = |key: &str| value.as_ref().and_then(|value| value.get(key)).and_then(Json::text);
    let is_filling = text("stage") == Some(Stage::Filling.name());
    let stage = if is_filling { Stage::Filling } else { Stage::Making };
    Ok(Some(Marker { source: text("source").unwrap_or_default().to_owned(), stage }))
}

/// Marks a database, which may or may not have the table for it.
pub(super) async fn set(
    store: &dyn Store,
    has_table: bool,
    marker: &Marker,
    clock: &Clock,
) -> Result<(), MoveError> {
    if !has_table {
        store.migrate(&[SchemaChange::Create(table())], Vec::new()).await?;
    }
    store.write(vec![Write::create(row(marker, clock))]).await?;
    Ok(())
}

/// The write that brings a marker there is to another state.
pub(super) fn change(marker: &Marker, clock: &Clock) -> Write {
    let (collection, row) = (table(), row(marker, clock));
    let fields = ["value", "updated"].into_iter().filter_map(|name| collection.field_index(name));
    let set = fields.map(|field| (field, row.values[field].clone())).collect();
    Write::Update { id: UNFINISHED_COPY.to_owned(), set, collection, guards: Vec::new() }
}

/// Takes the marker away: the moment at which a copy is complete.
pub(super) async fn remove(store: &dyn Store) -> Result<(), MoveError> {
    let id = UNFINISHED_COPY.to_owned();
    let write = Write::Delete { collection: table(), id, guards: Vec::new(), was: None };
    store.write(vec![write]).await?;
    Ok(())
}

fn row(marker: &Marker, clock: &Clock) -> Record {
    let text = |text: &str| Json::Text(text.to_owned());
    let members = [("source", text(&marker.source)), ("stage", text(marker.stage.name()))];
    let value = Json::Object(members.map(|(key, value)| (key.to_owned(), value)).into());
    let now = date::format(clock.now());
    let mut row = Record::blank(&table());
    row.set("id", Value::from(UNFINISHED_COPY));
    row.set("value", Value::Json(value.to_text()));
    row.set("created", Value::Text(now.clone()));
    row.set("updated", Value::Text(now));
    row
}

fn table() -> Arc<Collection> {
    Arc::new(system::params_table())
}

//! Collections and records into an empty store.

use std::sync::Arc;

use purlin_model::plan::Write;
use purlin_model::schema::system;
use purlin_model::settings::Settings;
use purlin_model::{Collection, Record, Value};

use super::cells::value;
use super::definitions::views_in_order;
use super::source::Source;
use super::{Count, Listener, MoveError, Moved, Step};
use crate::store::sqlite::foreign::Rows;
use crate::store::{SchemaChange, Store, StoreError};

/// Records written at once. A page ends earlier when its records are large.
const PAGE: usize = 1000;

/// Fills the store: tables, definitions, settings, records, indexes, and views at the end.
pub(super) async fn fill(
    store: &dyn Store,
    source: &Source,
    collections: &[Arc<Collection>],
    settings: Option<&Settings>,
    now: &str,
    hear: Listener<'_>,
) -> Result<Moved, MoveError> {
    define(store, collections, settings, now).await?;
    let mut moved = Moved::default();
    for collection in collections {
        let name = collection.name.clone();
        let records = if collection.is_view() {
            None
        } else {
            let warnings = &mut moved.warnings;
            Some(load(store, source, collection, warnings, hear).await?)
        };
        moved.collections.push(Count { name, records });
    }
    for index in views_in_order(collections) {
        let view = &collections[index];
        let made = store.migrate(&[SchemaChange::Create(view.clone())], Vec::new()).await;
        made.map_err(|error| of(view, &error))?;
    }
    for view in collections.iter().filter(|collection| collection.is_view()) {
        let query = format!("SELECT * FROM \"{}\"", view.name);
        if let Err(error) = store.describe(&query).await {
            moved.warnings.push(format!("the view {} does not work: {error}", view.name));
        }
    }
    Ok(moved)
}

/// Makes the tables, without the indexes, and writes down what they are.
async fn define(
    store: &dyn Store,
    collections: &[Arc<Collection>],
    settings: Option<&Settings>,
    now: &str,
) -> Result<(), MoveError> {
    let table = Arc::new(system::collections_table());
    let params = Arc::new(system::params_table());
    let mut changes =
        vec![SchemaChange::Create(table.clone()), SchemaChange::Create(params.clone())];
    let tables = collections.iter().filter(|collection| !collection.is_view());
    changes.extend(tables.map(|collection| SchemaChange::Create(without_indexes(collection))));
    let create = Write::create;
    let mut writes: Vec<Write> =
        collections.iter().map(|collection| create(collection.to_row(&table))).collect();
    if let Some(settings) = settings {
        let mut row = Record::blank(&params);
        row.set("id", Value::from("settings"));
        row.set("value", Value::Json(settings.to_stored().to_text()));
        row.set("created", Value::from(now));
        row.set("updated", Value::from(now));
        writes.push(create(row));
    }
    Ok(store.migrate(&changes, writes).await?)
}

/// Brings the records of a collection over in the order they were made in; how many there are.
async fn load(
    store: &dyn Store,
    source: &Source,
    collection: &Arc<Collection>,
    warnings: &mut Vec<String>,
    hear: Listener<'_>,
) -> Result<u64, MoveError> {
    let name = collection.name.as_str();
    let columns = Columns::of(source, collection, warnings)?;
    // A system collection may be newer than the source.
    let all = if columns.names.is_empty() { 0 } else { source.database.count(name)? };
    let mut done = 0;
    let mut page = if all > 0 { columns.page(source, None)? } else { Rows::default() };
    while !page.rows.is_empty() {
        done += page.rows.len() as u64;
        let writes = page.rows.iter().map(|cells| columns.write(cells)).collect();
        let from = page.next;
        // The next page is read while this one is written.
        let (written, next) = tokio::join!(store.write(writes), async {
            from.map_or_else(|| Ok(Rows::default()), |from| columns.page(source, Some(from)))
        });
        written.map_err(|error| of(collection, &error))?;
        page = next?;
        if from.is_some() {
            hear(Step::Records { collection: name, done, all: all.max(done + 1) });
        }
    }
    let plain = without_indexes(collection);
    let indexed = SchemaChange::Alter { from: plain, to: collection.clone() };
    store.migrate(&[indexed], Vec::new()).await.map_err(|error| of(collection, &error))?;
    hear(Step::Records { collection: name, done, all: done });
    Ok(done)
}

/// The columns of a foreign table that are fields of a collection.
struct Columns<'c> {
    collection: &'c Arc<Collection>,
    /// Of the columns.
    names: Vec<&'c str>,
    /// The field each column belongs to.
    fields: Vec<usize>,
}

impl<'c> Columns<'c> {
    fn of(
        source: &Source,
        collection: &'c Arc<Collection>,
        warnings: &mut Vec<String>,
    ) -> Result<Self, MoveError> {
        let there = source.database.columns(&collection.name)?;
        let mut columns = Columns { collection, names: Vec::new(), fields: Vec::new() };
        for (index, field) in collection.fields.iter().enumerate() {
            if there.iter().any(|column| column.eq_ignore_ascii_case(&field.name)) {
                columns.names.push(&field.name);
                columns.fields.push(index);
            } else if !field.system {
                let (name, field) = (&collection.name, &field.name);
                warnings.push(format!(
                    "{name} has no column for its field {field}, which is left empty"
                ));
            }
        }
        if there.is_empty() && !collection.system {
            return Err(MoveError(format!("the collection {} has no table", collection.name)));
        }
        Ok(columns)
    }

    fn page(&self, source: &Source, from: Option<i64>) -> Result<Rows, StoreError> {
        source.database.page(&self.collection.name, &self.names, from, PAGE)
    }

    fn write(&self, cells: &[crate::store::sqlite::foreign::Cell]) -> Write {
        let mut record = Record::blank(self.collection);
        for (&field, cell) in self.fields.iter().zip(cells) {
            record.values[field] = value(&self.collection.fields[field].kind, cell);
        }
        Write::create(record)
    }
}

fn without_indexes(collection: &Collection) -> Arc<Collection> {
    Arc::new(Collection { indexes: Vec::new(), ..collection.clone() })
}

fn of(collection: &Collection, error: &StoreError) -> MoveError {
    MoveError(format!("the collection {} cannot be brought over: {error}", collection.name))
}

//! The collections a PocketBase database defines.

use std::collections::HashSet;
use std::sync::Arc;

use purlin_model::schema::{Field, Kind, system};
use purlin_model::{Collection, Json, Record, Value};

use super::MoveError;
use super::cells::{text, value};
use super::source::Source;
use crate::random;
use crate::store::sqlite::foreign::Cell;

/// The columns that hold a rule: NULL or its text, where ours hold JSON.
const RULES: [&str; 5] = ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"];

/// All collections in the order of the source. System collections and system fields that came with
/// a later release than the source are added; `now` is canonical date text.
pub(super) fn read(source: &Source, now: &str) -> Result<Vec<Collection>, MoveError> {
    let table = Arc::new(system::collections_table());
    let columns: Vec<&str> = table.fields.iter().map(|field| field.name.as_str()).collect();
    let mut collections = Vec::new();
    for row in source.rows(system::COLLECTIONS, &columns)? {
        let row = definition(&table, &row);
        if let Some(problem) = unknown_type(&row) {
            return Err(MoveError(problem));
        }
        let collection = Collection::from_row(&row);
        collections.push(collection.map_err(|error| MoveError(error.to_string()))?);
    }
    complete(&mut collections, now);
    Ok(collections)
}

/// A row of the source as our table of collections has it.
fn definition(table: &Arc<Collection>, cells: &[Cell]) -> Record {
    let mut row = Record::blank(table);
    for (field, cell) in table.fields.iter().zip(cells) {
        let value = match cell {
            Cell::Null => Value::Null,
            cell if RULES.contains(&field.name.as_str()) => {
                Value::Json(Json::Text(text(cell)).to_text())
            }
            cell => value(&field.kind, cell),
        };
        row.set(&field.name, value);
    }
    row
}

/// What is said of a field type Purlin does not have: those come from programs that extend
/// PocketBase.
fn unknown_type(row: &Record) -> Option<String> {
    let Some(Value::Json(fields)) = row.get("fields") else { return None };
    let fields = Json::parse(fields.as_bytes()).ok()?;
    for field in fields.items()? {
        let named = |key: &str| field.get(key).and_then(Json::text).unwrap_or_default();
        if Field::from_json(field, &mut purlin_model::Faults::default()).is_err() {
            return Some(format!(
                "the field {} of the collection {} is of the type {:?} or has options that Purlin \
                 does not know",
                named("name"),
                row.text("name"),
                named("type"),
            ));
        }
    }
    None
}

/// Adds the system collections and their fields that the source is too old to have.
fn complete(collections: &mut Vec<Collection>, now: &str) {
    for default in system::defaults(now, &mut random::text) {
        if !default.system {
            continue;
        }
        let known = collections.iter_mut().find(|known| known.name == default.name);
        let Some(known) = known else {
            collections.push(default);
            continue;
        };
        for field in default.fields {
            if known.field_index(&field.name).is_none() {
                known.fields.push(field);
            }
        }
    }
}

/// Views in an order in which each comes after those it reads, by their position.
pub(super) fn views_in_order(collections: &[Arc<Collection>]) -> Vec<usize> {
    let views: Vec<usize> =
        (0..collections.len()).filter(|&index| collections[index].is_view()).collect();
    let mut waiting = views;
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let names: HashSet<String> =
            waiting.iter().map(|&index| collections[index].name.to_lowercase()).collect();
        let reads_waiting = |index: usize| match &collections[index].kind {
            Kind::View { query } => {
                let own = collections[index].name.to_lowercase();
                words(query).any(|word| word != own && names.contains(&word))
            }
            _ => false,
        };
        let (later, ready): (Vec<usize>, Vec<usize>) =
            waiting.iter().partition(|&&index| reads_waiting(index));
        if ready.is_empty() {
            // They only seem to read each other (a name may stand in a text): any order will do.
            ordered.extend(later);
            break;
        }
        ordered.extend(ready);
        waiting = later;
    }
    ordered
}

/// The words of a query in lower case, whatever they stand for.
fn words(query: &str) -> impl Iterator<Item = String> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    query.split(move |c| !part(c)).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use purlin_model::schema::scaffold;

    fn view(name: &str, query: &str) -> Arc<Collection> {
        let kind = Kind::View { query: query.to_owned() };
        Arc::new(Collection { name: name.to_owned(), kind, ..scaffold::view() })
    }

    #[test]
    fn views_come_after_what_they_read() {
        let all = [
            view("top", "select id from Middle join base"),
            Arc::new(Collection { name: "base".to_owned(), ..scaffold::base() }),
            view("middle", "select id from `bottom`"),
            view("bottom", "select id, 'bottom' as x from base"),
            view("a", "select id, 'b' as x from base"),
            view("b", "select id, 'a' as x from base"),
        ];
        assert_eq!(views_in_order(&all), [3, 2, 0, 4, 5]);
    }
}

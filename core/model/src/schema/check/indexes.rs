//! Index texts (http-api.md 3.7).

use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::schema::index::{Column, Index};
use crate::schema::{Collection, Schema};

pub(super) fn check(
    old: Option<&Collection>,
    new: &Collection,
    schema: &Schema,
    faults: &mut Faults,
) {
    if new.is_view() {
        if !new.indexes.is_empty() {
            let message = "View collections don't support indexes.";
            faults.add("indexes", Fault::new("validation_indexes_not_supported", message));
        }
        return;
    }
    let mut group = Faults::default();
    let mut before: Vec<Index> = Vec::new();
    for (at, text) in new.indexes.iter().enumerate() {
        let at = at.to_string();
        let Some(index) = Index::parse(text) else {
            group.add(at, invalid("Invalid CREATE INDEX expression."));
            continue;
        };
        if let Some(fault) = duplicate(&before, &index).or_else(|| taken(new, schema, &index)) {
            group.add(at, fault);
        }
        before.push(index);
    }
    if !group.is_empty() {
        *faults.group("indexes") = group;
    } else if let Some(field) = old.and_then(|old| lost_unique(old, &before)) {
        let message =
            format!("Unique index definition on system fields ({field}) is invalid or missing.");
        let fault = Fault::new("validation_invalid_unique_system_field_index", message);
        faults.add("indexes", fault.with("fieldName", Json::Text(field)));
    }
}

fn duplicate(before: &[Index], index: &Index) -> Option<Fault> {
    if before.iter().any(|known| known.name.eq_ignore_ascii_case(&index.name)) {
        let message = "The index name already exists.";
        return Some(Fault::new("validation_duplicated_index_name", message));
    }
    let same = |known: &Index| {
        let renamed = Index { name: index.name.clone(), ..known.clone() };
        renamed == *index
    };
    let message = "The index definition already exists.";
    before.iter().any(same).then(|| Fault::new("validation_duplicated_index_definition", message))
}

/// Index names are unique across the collections of a datasource.
fn taken(new: &Collection, schema: &Schema, index: &Index) -> Option<Fault> {
    let others = schema
        .collections()
        .iter()
        .filter(|other| other.id != new.id && other.datasource == new.datasource);
    let holder = others.into_iter().find(|other| {
        let mut indexes = other.indexes.iter().filter_map(|text| Index::parse(text));
        indexes.any(|known| known.name.eq_ignore_ascii_case(&index.name))
    })?;
    let message = format!("The index name is already used in {} collection.", holder.name);
    let fault = Fault::new("validation_existing_index_name", message);
    Some(fault.with("usedTableName", Json::Text(holder.name.clone())))
}

/// The first system column of a stored unique index that no new unique index has the columns of.
fn lost_unique(old: &Collection, new: &[Index]) -> Option<String> {
    let system = |name: &str| old.field(name).is_some_and(|field| field.system);
    old.indexes.iter().filter_map(|text| Index::parse(text)).find_map(|index| {
        let column = index.columns.iter().find(|column| system(&column.name))?;
        let kept = new.iter().any(|known| known.unique && known.same_columns(&index));
        (index.unique && !kept).then(|| column.name.clone())
    })
}

/// Columns and collations no table of these fields has, and names no index can have, in the words
/// of SQLite whatever the engine. `schema` holds the new definition.
pub(super) fn check_columns(new: &Collection, schema: &Schema, faults: &mut Faults) {
    for (at, text) in new.indexes.iter().enumerate() {
        let Some(index) = Index::parse(text) else { continue };
        let problem = name_problem(&index.name, schema)
            .or_else(|| index.columns.iter().find_map(|column| column_problem(new, column)));
        if let Some(problem) = problem {
            let message =
                format!("Failed to create index {} - SQL logic error: {problem}.", index.name);
            faults.group("indexes").add(at.to_string(), invalid(&message));
        }
    }
}

fn name_problem(name: &str, schema: &Schema) -> Option<String> {
    if name.to_ascii_lowercase().starts_with("sqlite_") {
        return Some(format!("object name reserved for internal use: {name} (1)"));
    }
    schema.by_name(name).map(|_| format!("there is already a table named {name} (1)"))
}

fn column_problem(new: &Collection, column: &Column) -> Option<String> {
    let known = column.expression
        || new.fields.iter().any(|field| field.name.eq_ignore_ascii_case(&column.name));
    if !known {
        return Some(format!("no such column: {} (1)", column.name));
    }
    let collation = column.collation.to_ascii_lowercase();
    (!["", "binary", "nocase", "rtrim"].contains(&collation.as_str()))
        .then(|| format!("no such collation sequence: {} (257)", column.collation))
}

fn invalid(message: &str) -> Fault {
    Fault::new("validation_invalid_index_expression", message)
}

//! Submitted JSON merged onto a scaffold or a stored definition (http-api.md 3.2).

use thiserror::Error;

use super::collection::{Collection, Kind};
use super::field::Field;
use super::schema::Schema;
use super::{Unreadable, check, read, scaffold, settle};
use crate::fault::{Fault, Faults};
use crate::json::Json;

/// Why a submitted definition goes no further.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Rejection {
    /// 400 `Failed to load the submitted data due to invalid formatting.`
    #[error("the definition is not of the expected form")]
    Unreadable,
    /// 404: an update names another id than the stored one.
    #[error("there is no collection of the submitted id")]
    Missing,
    /// 400 with these errors.
    #[error("the definition has values no definition can have")]
    Faults(Faults),
}

impl From<Unreadable> for Rejection {
    fn from(_: Unreadable) -> Self {
        Rejection::Unreadable
    }
}

/// A new collection: the scaffold of the submitted type with the body merged in, ids derived,
/// system fields and required indexes added. Not yet checked.
///
/// # Errors
/// See [`Rejection`].
pub fn create(
    schema: &Schema,
    body: &Json,
    random: scaffold::Random<'_>,
) -> Result<Collection, Rejection> {
    let type_name = match body.get_any_case("type") {
        Some(json) => read::text(json)?,
        None => String::new(),
    };
    let mut collection = scaffold::scaffold(&type_name, random)
        .ok_or_else(|| rejected("type", check::bad_choice()))?;
    collection.indexes.clear();
    merge(schema, collection, None, body)
}

/// A stored collection with the body merged in. Not yet checked.
///
/// # Errors
/// See [`Rejection`].
pub fn update(schema: &Schema, old: &Collection, body: &Json) -> Result<Collection, Rejection> {
    if let Some(json) = body.get("id")
        && read::text(json)? != old.id
    {
        let known = json.text().is_some_and(|id| schema.by_id(id).is_some());
        let mismatch = Fault::new("validation_values_mismatch", "Values don't match.");
        return Err(if known { rejected("id", mismatch) } else { Rejection::Missing });
    }
    if let Some(json) = body.get("type") {
        let type_name = read::text(json)?;
        if !["", "base", "auth", "view"].contains(&type_name.as_str()) {
            return Err(rejected("type", check::bad_choice()));
        }
        if !type_name.is_empty() && type_name != old.type_name() {
            let changed = "Collection type cannot be changed.";
            return Err(rejected("type", Fault::new("validation_collection_type_change", changed)));
        }
    }
    merge(schema, old.clone(), Some(old), body)
}

fn rejected(key: &str, fault: Fault) -> Rejection {
    Rejection::Faults(Faults(vec![(key.to_owned(), fault)]))
}

fn merge(
    schema: &Schema,
    mut collection: Collection,
    old: Option<&Collection>,
    body: &Json,
) -> Result<Collection, Rejection> {
    let mut faults = Vec::new();
    for (key, value) in read::members(body)?.unwrap_or_default() {
        member(&mut collection, key, value, &mut faults)?;
    }
    settle::settle(schema, &mut collection, old);
    let mut all = Faults::default();
    for (name, faults) in faults {
        let index = collection.field_index(&name).unwrap_or_default();
        *all.group("fields").group(&index.to_string()) = faults;
    }
    if all.is_empty() { Ok(collection) } else { Err(Rejection::Faults(all)) }
}

/// Merges one member of the body. `faults` takes what is wrong inside fields, by field name.
fn member(
    collection: &mut Collection,
    key: &str,
    json: &Json,
    faults: &mut Vec<(String, Faults)>,
) -> Result<(), Unreadable> {
    let rules = &mut collection.rules;
    match key {
        "id" => collection.id = read::text(json)?,
        _ if key.eq_ignore_ascii_case("name") => collection.name = read::text(json)?,
        "system" => collection.system = read::flag(json)?,
        "listRule" => rules.list = read::maybe_text(json)?,
        "viewRule" => rules.view = read::maybe_text(json)?,
        "createRule" => rules.create = read::maybe_text(json)?,
        "updateRule" => rules.update = read::maybe_text(json)?,
        "deleteRule" => rules.delete = read::maybe_text(json)?,
        "indexes" => collection.indexes = read::texts(json)?,
        "fields" => collection.fields = fields(json, faults)?,
        // Kept by the server; exports carry them, so they must be of the right type only.
        "created" | "updated" => drop(read::text(json)?),
        _ => match &mut collection.kind {
            Kind::Base => {}
            Kind::Auth(options) => options.merge(key, json)?,
            Kind::View { query } if key == "viewQuery" => *query = read::text(json)?,
            Kind::View { .. } => {}
        },
    }
    Ok(())
}

fn fields(json: &Json, faults: &mut Vec<(String, Faults)>) -> Result<Vec<Field>, Unreadable> {
    let mut fields = Vec::new();
    for item in read::items(json)? {
        let mut own = Faults::default();
        let field = Field::from_json(item, &mut own)?;
        if !own.is_empty() {
            faults.push((field.name.clone(), own));
        }
        settle::add_field(&mut fields, field);
    }
    Ok(fields)
}

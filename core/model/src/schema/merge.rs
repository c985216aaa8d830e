//! Submitted JSON merged onto a scaffold or a stored definition (http-api.md 3.2).

use super::auth::TOKEN_SECRET_LENGTH;
use super::collection::{Collection, Kind};
use super::field::Field;
use super::scaffold::{self, Random};
use super::schema::Schema;
use super::{Unreadable, check, read, settle};
use crate::date;
use crate::fault::{Fault, Faults};
use crate::json::Json;

/// The definition a body asks for: merged onto the stored one, or onto the scaffold of the submitted
/// type; ids derived, system fields and required indexes added. Not yet checked, but `faults` takes
/// what no definition can hold: another id or type than the stored one, an unknown type, a number
/// below zero where none can be.
///
/// # Errors
/// A value of a wrong JSON type, or a field of an unknown type.
pub fn merge(
    schema: &Schema,
    old: Option<&Collection>,
    body: &Json,
    random: Random<'_>,
    faults: &mut Faults,
) -> Result<Collection, Unreadable> {
    let mut collection = match old {
        Some(old) => {
            check_identity(old, body, faults)?;
            old.clone()
        }
        None => blank(body, &mut *random, faults)?,
    };
    let (id, created) = (collection.id.clone(), collection.created.clone());
    let mut field_faults = Vec::new();
    for (key, value) in read::members(body)?.unwrap_or_default() {
        member(&mut collection, key, value, &mut field_faults)?;
    }
    if old.is_some() {
        collection.id = id;
    } else {
        collection.created = created;
    }
    renew_secret(&mut collection, old, random);
    settle::settle(schema, &mut collection, old);
    for (name, own) in field_faults {
        let index = collection.field_index(&name).unwrap_or_default();
        *faults.group("fields").group(&index.to_string()) = own;
    }
    Ok(collection)
}

/// The scaffold of the submitted type, without its indexes: those are added anew with the id.
fn blank(body: &Json, random: Random<'_>, faults: &mut Faults) -> Result<Collection, Unreadable> {
    let type_name = match body.get_any_case("type") {
        Some(json) => read::text(json)?,
        None => String::new(),
    };
    let mut collection = scaffold::scaffold(&type_name, random).unwrap_or_else(|| {
        faults.add("type", check::bad_choice());
        scaffold::base()
    });
    collection.indexes.clear();
    Ok(collection)
}

/// Who is let in by another rule signs in anew (http-api.md 2.8).
fn renew_secret(collection: &mut Collection, old: Option<&Collection>, random: Random<'_>) {
    let before = old.and_then(Collection::auth).map(|options| &options.auth_rule);
    if let (Some(before), Kind::Auth(options)) = (before, &mut collection.kind)
        && options.auth_rule != *before
    {
        options.auth_token.secret = random(TOKEN_SECRET_LENGTH);
    }
}

/// Id and type of a stored collection stay.
fn check_identity(old: &Collection, body: &Json, faults: &mut Faults) -> Result<(), Unreadable> {
    if let Some(id) = body.get("id")
        && read::text(id)? != old.id
    {
        faults.add("id", Fault::new("validation_values_mismatch", "Values don't match."));
    }
    let type_name = read::text(body.get("type").unwrap_or(&Json::Null))?;
    if !["", "base", "auth", "view"].contains(&type_name.as_str()) {
        faults.add("type", check::bad_choice());
    } else if !type_name.is_empty() && type_name != old.type_name() {
        let changed = "Collection type cannot be changed.";
        faults.add("type", Fault::new("validation_collection_type_change", changed));
    }
    Ok(())
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
        // Only that of a stored one may be set: after a move it may be that of its first home.
        "created" => {
            if let Some(date) = date::parse(&read::text(json)?) {
                collection.created = date;
            }
        }
        // Kept by the server; exports carry it, so it must be of the right type only.
        "updated" => drop(read::text(json)?),
        _ if collection.read_keeping(key, json)? => {}
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

//! Id, name, and what a system collection keeps.

use super::{bad_format, blank, length_between};
use crate::fault::{Fault, Faults};
use crate::schema::names;
use crate::schema::{Collection, Schema};

pub(super) fn check(
    old: Option<&Collection>,
    new: &Collection,
    schema: &Schema,
    faults: &mut Faults,
) {
    if old.is_none()
        && let Some(fault) = id_fault(new, schema)
    {
        faults.add("id", fault);
    }
    if let Some(fault) = name_fault(old, new, schema) {
        faults.add("name", fault);
    }
    if let Some(fault) = datasource_fault(old, new) {
        faults.add("datasource", fault);
    }
    if old.is_some_and(|old| old.system != new.system) {
        let message = "System collection state cannot be changed.";
        faults.add("system", Fault::new("validation_collection_system_flag_change", message));
    }
}

/// Where the records are is said once, and system collections are where the definitions are.
fn datasource_fault(old: Option<&Collection>, new: &Collection) -> Option<Fault> {
    if old.is_some_and(|old| old.datasource != new.datasource) {
        let message = "The datasource of a collection cannot be changed; copy its records into a new collection instead.";
        return Some(Fault::new("validation_collection_datasource_change", message));
    }
    let message = "System collections are kept in the main datasource.";
    (new.system && !new.is_main())
        .then(|| Fault::new("validation_collection_system_datasource", message))
}

fn id_fault(new: &Collection, schema: &Schema) -> Option<Fault> {
    let id = new.id.as_str();
    if id.len() > 100 {
        return Some(length_between(1, 100));
    }
    if !names::is_word(id) {
        return Some(bad_format());
    }
    let message = "The model id is invalid or already exists.";
    // An import is checked within the schema it leads to.
    let other = schema.by_id(id).filter(|known| ***known != *new);
    other.map(|_| Fault::new("validation_invalid_or_existing_id", message))
}

fn name_fault(old: Option<&Collection>, new: &Collection, schema: &Schema) -> Option<Fault> {
    let name = new.name.as_str();
    if name.is_empty() {
        return Some(blank());
    }
    if name.len() > 255 {
        return Some(length_between(1, 255));
    }
    if !names::is_word(name) {
        return Some(bad_format());
    }
    if names::has_via(name) {
        return Some(found_via());
    }
    if old.is_some_and(|old| old.system && old.name != name) {
        let message = "System collection name cannot be changed.";
        return Some(Fault::new("validation_collection_system_name_change", message));
    }
    if schema.by_name(name).is_some_and(|known| known.id != new.id) {
        let message = "Collection name must be unique (case insensitive).";
        return Some(Fault::new("validation_collection_name_exists", message));
    }
    let lower = name.to_ascii_lowercase();
    let internal = names::INTERNAL_TABLES.contains(&lower.as_str()) || lower.starts_with("sqlite_");
    if internal {
        let message = "The name shouldn't match with an existing internal table.";
        return Some(Fault::new("validation_collection_name_invalid", message));
    }
    let message = "The name must not match an existing collection id.";
    let is_id = schema.collections().iter().any(|known| known.id.eq_ignore_ascii_case(name));
    is_id.then(|| Fault::new("validation_collection_name_id_duplicate", message))
}

/// A name with `_via_` in it.
pub(super) fn found_via() -> Fault {
    Fault::new("validation_found_via", "The value cannot contain \"_via_\".")
}

//! What is wrong with a line before it is saved.

use super::console::{CONSOLE, Part};
use super::lines::fields;
use super::subject::{Nobody, ROLE, Subject};
use crate::fault::{Fault, Faults};
use crate::plan;
use crate::query;
use crate::record::Record;
use crate::schema::check::invalid_rule;
use crate::schema::{Collection, Schema};

/// What is wrong with a record of `_policies`.
#[must_use]
pub fn policy(schema: &Schema, record: &Record) -> Faults {
    let mut faults = Faults::default();
    if let Err(nobody) = Subject::parse(record.text("subject"), schema) {
        faults.add("subject", unfit("subject", &nobody));
    }
    let object = record.text("object");
    let is_console = object.starts_with(CONSOLE);
    let collection = schema.by_name(object);
    if is_console && Part::parse(object).is_none() {
        let message = format!("Must be one of {}", Part::ALL.map(Part::object).join(", "));
        faults.add("object", Fault::new("validation_unknown_object", message));
    } else if !is_console && object != "*" && collection.is_none() {
        let message = format!("There is no collection \"{object}\"");
        faults.add("object", Fault::new("validation_unknown_object", message));
    }
    if is_console && !matches!(record.text("action"), "read" | "write" | "*") {
        let message = "The console is read or written: must be read, write or *";
        faults.add("action", Fault::new("validation_unknown_action", message));
    }
    let names = fields(record.get("fields"));
    if is_console && (!record.text("rule").is_empty() || !names.is_empty()) {
        let message = "The console has neither rows nor fields: must be blank";
        let key = if names.is_empty() { "rule" } else { "fields" };
        faults.add(key, Fault::new("validation_must_be_blank", message));
    }
    if let Some(fault) = wrong_fields(record, collection.map(AsRef::as_ref), &names) {
        faults.add("fields", fault);
    }
    if let Some(fault) = wrong_rule(schema, record, object) {
        faults.add("rule", fault);
    }
    faults
}

/// What is wrong with a record of `_roles`; circles are looked for apart.
#[must_use]
pub fn role(schema: &Schema, record: &Record) -> Faults {
    let mut faults = Faults::default();
    match Subject::parse(record.text("member"), schema) {
        Ok(Subject::Role(_) | Subject::Any(_) | Subject::Record(..)) => {}
        Ok(Subject::Anyone | Subject::Guest | Subject::SignedIn) | Err(Nobody::Form) => {
            let message = "Must be COLLECTION/ID, COLLECTION/* or role:NAME";
            faults.add("member", Fault::new("validation_invalid_member", message));
        }
        Err(nobody) => faults.add("member", unfit("member", &nobody)),
    }
    if !matches!(Subject::parse(record.text("role"), schema), Ok(Subject::Role(_))) {
        let message = format!("Must be {ROLE}NAME");
        faults.add("role", Fault::new("validation_invalid_role", message));
    }
    faults
}

/// That a role would come to itself.
#[must_use]
pub fn circle() -> Fault {
    Fault::new("validation_role_circle", "The role would be a member of itself")
}

fn unfit(key: &str, nobody: &Nobody) -> Fault {
    let code =
        if key == "member" { "validation_invalid_member" } else { "validation_invalid_subject" };
    Fault::new(code, nobody.to_string())
}

fn wrong_fields(
    record: &Record,
    collection: Option<&Collection>,
    names: &[String],
) -> Option<Fault> {
    let crate::value::Value::Json(text) = record.get("fields")? else { return None };
    let json = crate::json::Json::parse(text.as_bytes()).unwrap_or_default();
    if json.items().is_none_or(|items| items.len() != names.len()) {
        let message = "Must be an array of field names";
        return Some(Fault::new("validation_invalid_fields", message));
    }
    let collection = collection?;
    let unknown = names.iter().find(|name| collection.field(name).is_none())?;
    let message = format!("{} has no field \"{unknown}\"", collection.name);
    Some(Fault::new("validation_unknown_field", message))
}

/// A rule is checked like those of the collection it is about; one about every collection can only
/// be parsed.
fn wrong_rule(schema: &Schema, record: &Record, object: &str) -> Option<Fault> {
    let rule = record.text("rule");
    if rule.is_empty() {
        return None;
    }
    let checked = match schema.by_name(object) {
        Some(collection) => plan::check_rule(schema, collection, rule),
        None => query::parse(rule).map(drop),
    };
    checked.err().map(|error| invalid_rule(&error))
}

//! What stays as the database has it, because Purlin does not change adopted tables.

use crate::adopt::holds;
use crate::fault::{Fault, Faults};
use crate::schema::{Collection, Field, adopted};

pub(super) fn check(old: Option<&Collection>, new: &Collection, faults: &mut Faults) {
    if let Some(old) = old
        && (old.adopted.is_some() != new.adopted.is_some())
    {
        let message = match old.adopted {
            Some(_) => "The collection serves an adopted table and stays with it.",
            None => "A table is adopted as a collection of its own.",
        };
        return faults.add("adopted", fault("validation_adopted_change", message));
    }
    if new.adopted.is_none() {
        let foreign = |field: &Field| field.native.is_some();
        if let Some(at) = new.fields.iter().position(foreign) {
            let message = "Only fields of adopted tables say how the database holds them.";
            let own = faults.group("fields").group(&at.to_string());
            own.add("native", fault("validation_adopted_column", message));
        }
        if let Some(at) = new.fields.iter().position(|field| field.nullable) {
            let message = "Only columns of adopted tables keep null apart from the empty value.";
            let own = faults.group("fields").group(&at.to_string());
            own.add("nullable", fault("validation_nullable", message));
        }
        return;
    }
    if new.is_auth() {
        let message = "An adopted table cannot hold the records that sign in.";
        faults.add("type", fault("validation_adopted_auth", message));
    }
    if let Some(old) = old {
        check_stored(old, new, faults);
    }
    let mut group = Faults::default();
    for (at, field) in new.fields.iter().enumerate() {
        let before = &new.fields[..at];
        if before.iter().any(|known| known.column() == field.column()) {
            let message = format!("The column {} has a field already.", field.column());
            group
                .group(&at.to_string())
                .add("native", fault("validation_adopted_column", &message));
        } else if let Some((key, fault)) = field_fault(new, field) {
            group.group(&at.to_string()).add(key, fault);
        }
    }
    if !group.is_empty() && !faults.0.iter().any(|(key, _)| key == "fields") {
        *faults.group("fields") = group;
    }
}

fn check_stored(old: &Collection, new: &Collection, faults: &mut Faults) {
    let kept = |known: &&Field| new.fields.iter().any(|field| field.id == known.id);
    let gone = old.fields.iter().find(|known| !kept(known));
    if let Some(gone) = gone.filter(|_| !faults.0.iter().any(|(key, _)| key == "fields")) {
        let message = format!(
            "The field {} is a column of an adopted table, which is not changed: hide it instead.",
            gone.name
        );
        faults.add("fields", fault("validation_adopted_column", &message));
    }
    if new.indexes != adopted::indexes(old, new) {
        let message = "The indexes of an adopted table are made in the database itself.";
        faults.add("indexes", fault("validation_adopted_indexes", message));
    }
}

fn field_fault(collection: &Collection, field: &Field) -> Option<(&'static str, Fault)> {
    let Some(native) = &field.native else {
        let message =
            "The adopted table has no column for this field, and Purlin does not change the table.";
        return Some(("name", fault("validation_adopted_column", message)));
    };
    if collection.is_view() || holds(native.kind, &field.kind) {
        return None;
    }
    let message = format!("The column {} cannot hold what such a field stores.", native.column);
    Some(("type", fault("validation_adopted_type", &message)))
}

fn fault(code: &'static str, message: &str) -> Fault {
    Fault::new(code, message.to_owned())
}

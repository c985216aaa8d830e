//! The list of fields: what must be there, what may not change.

use super::{blank, field};
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::schema::{Collection, Field, FieldKind, Schema};

/// `schema` holds the new definition; a new collection cannot be the target of its own relations.
pub(super) fn check(
    old: Option<&Collection>,
    new: &Collection,
    schema: &Schema,
    is_new: bool,
    faults: &mut Faults,
) {
    if new.fields.is_empty() {
        faults.add("fields", blank());
        return;
    }
    if let Some((at, key, fault)) = duplicate(&new.fields) {
        faults.group("fields").group(&at.to_string()).add(key, fault);
        return;
    }
    let primary = new.fields.iter().any(|field| {
        field.name == "id" && matches!(field.kind, FieldKind::Text { primary_key: true, .. })
    });
    if !primary {
        let message = "Missing or invalid \"id\" PK field.";
        faults.add("fields", Fault::new("validation_missing_primary_key", message));
        return;
    }
    if let Some(old) = old
        && !keeps_system_fields(old, new)
    {
        let message = "System fields cannot be deleted or renamed.";
        faults.add("fields", Fault::new("validation_system_field_change", message));
        return;
    }
    let mut group = Faults::default();
    for (at, field) in new.fields.iter().enumerate() {
        let known = old.and_then(|old| old.fields.iter().find(|known| known.id == field.id));
        if let Some(known) = known
            && known.kind.type_name() != field.kind.type_name()
            && !new.is_view()
            && new.adopted.is_none()
        {
            let message = "Field type cannot be changed.";
            group.add(at.to_string(), Fault::new("validation_field_type_change", message));
            continue;
        }
        let mut own = Faults::default();
        field::check(new, field, &mut own);
        check_target(new, known, field, schema, is_new, &mut own);
        if !own.is_empty() {
            *group.group(&at.to_string()) = own;
        }
    }
    if !group.is_empty() {
        *faults.group("fields") = group;
    }
}

/// The second field of the same id or of the same name in any case.
fn duplicate(fields: &[Field]) -> Option<(usize, &'static str, Fault)> {
    for (at, field) in fields.iter().enumerate() {
        let before = &fields[..at];
        if before.iter().any(|known| known.id == field.id) {
            let message = format!("Duplicated or invalid field id {}.", field.id);
            let fault = Fault::new("validation_duplicated_field_id", message);
            return Some((at, "id", fault.with("fieldId", Json::Text(field.id.clone()))));
        }
        if before.iter().any(|known| known.name.eq_ignore_ascii_case(&field.name)) {
            let message = format!("Duplicated or invalid field name {}.", field.name);
            let fault = Fault::new("validation_duplicated_field_name", message);
            return Some((at, "name", fault.with("fieldName", Json::Text(field.name.clone()))));
        }
    }
    None
}

fn keeps_system_fields(old: &Collection, new: &Collection) -> bool {
    new.is_view()
        || old.fields.iter().filter(|field| field.system).all(|field| {
            new.fields.iter().any(|known| known.id == field.id && known.name == field.name)
        })
}

/// What a relation field points at.
fn check_target(
    new: &Collection,
    old: Option<&Field>,
    field: &Field,
    schema: &Schema,
    is_new: bool,
    faults: &mut Faults,
) {
    let FieldKind::Relation { collection_id, .. } = &field.kind else { return };
    let key = "collectionId";
    if collection_id.is_empty() {
        return faults.add(key, blank());
    }
    if let Some(FieldKind::Relation { collection_id: before, .. }) = old.map(|field| &field.kind)
        && before != collection_id
        && !new.is_view()
    {
        let message = "The relation collection cannot be changed.";
        return faults.add(key, Fault::new("validation_field_relation_change", message));
    }
    // An id that is another collection's name stands for that one, and is not its id.
    let target = schema.find(collection_id).filter(|target| target.id == *collection_id);
    let target = target.filter(|target| !is_new || target.id != new.id);
    match target {
        None => {
            let message = "The relation collection doesn't exist.";
            faults.add(key, Fault::new("validation_field_relation_missing_collection", message));
        }
        Some(target) if target.is_view() && !new.is_view() => {
            let code = "validation_relation_field_non_view_base_collection";
            let message = "Only view collections are allowed to have relations to other views.";
            faults.add(key, Fault::new(code, message));
        }
        Some(_) => {}
    }
}

//! What the server sees to in every definition: ids, system fields, index texts (http-api.md 3.2,
//! 3.7, 3.9).

use super::auth::AuthOptions;
use super::collection::{Collection, Kind};
use super::field::{Field, FieldKind};
use super::index::{self, Index};
use super::schema::Schema;
use super::{adopted, names, scaffold, system, view};

/// Completes a merged definition. What cannot be completed is left for `check` to report.
pub(super) fn settle(schema: &Schema, collection: &mut Collection, old: Option<&Collection>) {
    if collection.id.is_empty() {
        let taken = |id: &str| schema.by_id(id).is_some();
        collection.id = names::collection_id(collection.type_name(), &collection.name, taken);
    }
    if collection.adopted.is_some() {
        return adopted::settle(collection, old);
    }
    if let Kind::View { query } = &collection.kind {
        if let Ok(inferred) = view::infer(schema, query) {
            collection.fields = view::keep_ids(inferred.fields, old);
        }
        return;
    }
    settle_id(&mut collection.fields);
    if collection.is_auth() {
        settle_auth_fields(&mut collection.fields);
    }
    settle_indexes(collection);
    let superusers = collection.name == system::SUPERUSERS;
    let names: Vec<String> = collection.fields.iter().map(|field| field.name.clone()).collect();
    if let Kind::Auth(options) = &mut collection.kind {
        settle_options(options, &names, superusers);
    }
}

/// Adds a field to a list: in the place of one of the same id; without an id, in the place of one
/// of the same name, whose id it takes over; else at the end.
pub(super) fn add_field(fields: &mut Vec<Field>, mut field: Field) {
    let same = if field.id.is_empty() {
        fields.iter().position(|known| known.name == field.name)
    } else {
        fields.iter().position(|known| known.id == field.id)
    };
    if field.id.is_empty() {
        field.id = match same {
            Some(at) => fields[at].id.clone(),
            None => names::field_id(field.kind.type_name(), &field.name, |id| {
                fields.iter().any(|known| known.id == id)
            }),
        };
    }
    match same {
        Some(at) => fields[at] = field,
        None => fields.push(field),
    }
}

fn settle_id(fields: &mut Vec<Field>) {
    let found = fields
        .iter_mut()
        .find(|field| field.name == "id" && matches!(field.kind, FieldKind::Text { .. }));
    if let Some(field) = found {
        field.system = true;
        field.required = true;
        field.hidden = false;
        if let FieldKind::Text { pattern, primary_key, .. } = &mut field.kind {
            *primary_key = true;
            if pattern.is_empty() {
                "^[a-z0-9]+$".clone_into(pattern);
            }
        }
        return;
    }
    let id = scaffold::id_field();
    // Another field in its place stays there: renaming the key is reported, not undone.
    if !fields.iter().any(|field| field.id == id.id) {
        fields.insert(0, id);
    }
}

fn settle_auth_fields(fields: &mut Vec<Field>) {
    for default in scaffold::auth_fields() {
        let found = fields.iter_mut().find(|field| {
            field.name == default.name && field.kind.type_name() == default.kind.type_name()
        });
        let Some(field) = found else {
            // A field of another id may hold the default id; the name decides.
            if !fields.iter().any(|field| field.id == default.id) {
                add_field(fields, Field { id: String::new(), ..default });
            }
            continue;
        };
        field.system = true;
        match default.name.as_str() {
            "password" | "tokenKey" => {
                field.hidden = true;
                field.required = true;
            }
            "email" => field.hidden = false,
            _ => {}
        }
    }
}

fn settle_indexes(collection: &mut Collection) {
    for text in &mut collection.indexes {
        if let Some(mut index) = Index::parse(text)
            && index.table != collection.name
        {
            index.table.clone_from(&collection.name);
            *text = index.to_text();
        }
    }
    if collection.is_auth() {
        let required = index::required_auth_indexes(&collection.id, &collection.name);
        for (field, text) in ["tokenKey", "email"].into_iter().zip(required) {
            if !collection.is_unique(field) {
                collection.indexes.push(text);
            }
        }
    }
}

fn settle_options(options: &mut AuthOptions, fields: &[String], superusers: bool) {
    let mapped = &mut options.oauth2.mapped_fields;
    for name in [&mut mapped.id, &mut mapped.name, &mut mapped.username, &mut mapped.avatar_url] {
        if !fields.contains(name) {
            name.clear();
        }
    }
    if superusers {
        options.oauth2 = super::auth::OAuth2::default();
        options.password_auth.enabled = true;
        options.mfa.enabled |= options.otp.enabled;
    }
}

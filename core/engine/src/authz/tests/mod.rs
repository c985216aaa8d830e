//! Casbin beside what is compiled in.

mod equal;
mod models;
mod swapped;

use std::sync::Arc;

use purlin_model::policy::Lines;
use purlin_model::schema::{scaffold, system};
use purlin_model::{Caller, Collection, Record, Schema, Value};

use super::Model;

const SHIPPED: &str = include_str!("../../../../../config/rbac_model.conf");

/// System collections and ordinary ones, also such whose names look like the others'.
fn schema() -> Schema {
    let mut all = system::defaults("", &mut |length| "x".repeat(length));
    for (name, auth, system) in [
        ("staff", true, false),
        ("posts", false, false),
        ("_notes", false, false),
        ("internal", false, true),
    ] {
        let kind = if auth { "auth" } else { "base" };
        let mut collection = scaffold::scaffold(kind, &mut |length| "x".repeat(length)).unwrap();
        collection.id = format!("id_of_{name}");
        (collection.name, collection.system) = (name.to_owned(), system);
        all.push(collection);
    }
    Schema::new(all.into_iter().map(Arc::new).collect())
}

fn record(collection: &Arc<Collection>, values: &[(&str, &str)]) -> Record {
    let mut record = Record::blank(collection);
    for (name, text) in values {
        let text = (*text).to_owned();
        record.set(name, if *name == "fields" { Value::Json(text) } else { Value::Text(text) });
    }
    record
}

/// Policies as subject, object, action, fields, effect; roles as member, role.
fn lines<T: AsRef<str>>(schema: &Schema, policies: &[[T; 5]], roles: &[[T; 2]]) -> Lines {
    let names = ["subject", "object", "action", "fields", "effect"];
    let of = |name: &str, names: &[&str], texts: &[T]| {
        let texts = texts.iter().map(AsRef::as_ref);
        let values: Vec<(&str, &str)> = names.iter().copied().zip(texts).collect();
        record(schema.by_name(name).unwrap(), &values)
    };
    let policies: Vec<Record> =
        policies.iter().map(|texts| of(system::POLICIES, &names, texts)).collect();
    let roles: Vec<Record> =
        roles.iter().map(|texts| of(system::ROLES, &["member", "role"], texts)).collect();
    Lines::read(schema, &policies, &roles, None)
}

/// Who `users/a` or `@guest` is.
fn caller(schema: &Schema, text: &str) -> Caller {
    match text.split_once('/') {
        Some((name, id)) => {
            let collection = schema.by_name(name).unwrap();
            Caller::Record(Arc::new(record(collection, &[("id", id)])))
        }
        None => Caller::Guest,
    }
}

async fn shipped() -> Model {
    Model::parse(SHIPPED).await.unwrap()
}

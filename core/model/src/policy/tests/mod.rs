//! Tables: who is meant, who has which roles, what lines decide together, what is refused.

mod checks;
mod decisions;
mod gates;
mod many;
mod roles;
mod subjects;

use std::sync::Arc;

use super::Lines;
use crate::caller::Caller;
use crate::record::Record;
use crate::schema::{Collection, Field, FieldKind, Schema, scaffold, system};
use crate::value::Value;

/// The default collections, `posts` with a title and a body, `staff` to sign in, and `audit`, which
/// is a system collection.
fn schema() -> Schema {
    let mut all = system::defaults("", &mut |length| "x".repeat(length));
    for (name, kind) in [("posts", "base"), ("staff", "auth"), ("audit", "base")] {
        let mut collection = scaffold::scaffold(kind, &mut |length| "x".repeat(length)).unwrap();
        (collection.id, collection.name) = (format!("id_of_{name}"), name.to_owned());
        collection.system = name == "audit";
        if name == "posts" {
            collection.fields.extend(["title", "body"].map(text_field));
        }
        all.push(collection);
    }
    Schema::new(all.into_iter().map(Arc::new).collect())
}

fn text_field(name: &str) -> Field {
    let kind = FieldKind::Text {
        min: 0,
        max: 0,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    };
    Field::new(name, kind)
}

fn record(collection: &Arc<Collection>, values: &[(&str, &str)]) -> Record {
    let mut record = Record::blank(collection);
    for (name, text) in values {
        let text = (*text).to_owned();
        record.set(name, if *name == "fields" { Value::Json(text) } else { Value::Text(text) });
    }
    record
}

/// A record of `_policies`: subject, object, action, rule, fields, effect; blank ones are not set.
fn policy(schema: &Schema, texts: [&str; 6]) -> Record {
    let names = ["subject", "object", "action", "rule", "fields", "effect"];
    let given = names.into_iter().zip(texts).filter(|(_, text)| !text.is_empty());
    let values: Vec<(&str, &str)> = given.collect();
    record(schema.by_name(system::POLICIES).unwrap(), &values)
}

/// A record of `_roles`.
fn role(schema: &Schema, [member, role]: [&str; 2]) -> Record {
    let values = [("member", member), ("role", role)];
    record(schema.by_name(system::ROLES).unwrap(), &values)
}

fn lines(schema: &Schema, policies: &[[&str; 6]], roles: &[[&str; 2]]) -> Lines {
    let policies: Vec<Record> = policies.iter().map(|texts| policy(schema, *texts)).collect();
    let roles: Vec<Record> = roles.iter().map(|texts| role(schema, *texts)).collect();
    Lines::read(schema, &policies, &roles, None)
}

/// Who `users/a` or `@guest` is.
fn caller(schema: &Schema, text: &str) -> Caller {
    match text.split_once('/') {
        Some((name, id)) => {
            Caller::Record(Arc::new(record(schema.by_name(name).unwrap(), &[("id", id)])))
        }
        None => Caller::Guest,
    }
}

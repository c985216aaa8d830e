//! What texts resolve to, as tables. Conditions are shown in the filter language (`show.rs`).

mod apart;
mod matches;
mod names;
mod request;
mod values;

use std::sync::Arc;

use jiff::Timestamp;

use super::{Condition, Facts, Planner};
use crate::caller::Caller;
use crate::json::Json;
use crate::query::{self, QueryError};
use crate::record::Record;
use crate::schema::{Collection, Field, FieldKind, Schema, scaffold};
use crate::value::Value;

fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        id: name.into(),
        name: name.into(),
        system: false,
        hidden: name.starts_with("hid"),
        presentable: false,
        help: String::new(),
        required: false,
        nullable: false,
        native: None,
        kind,
    }
}

fn text(name: &str) -> Field {
    let kind = FieldKind::Text {
        min: 0,
        max: 0,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    };
    field(name, kind)
}

fn number(name: &str) -> Field {
    field(name, FieldKind::Number { min: None, max: None, only_int: false })
}

fn select(name: &str, max_select: u64) -> Field {
    let values = ["a", "b", "c"].map(String::from).to_vec();
    field(name, FieldKind::Select { values, max_select })
}

fn relation(name: &str, to: &str, max_select: u64) -> Field {
    let kind = FieldKind::Relation {
        collection_id: format!("{to}_id"),
        cascade_delete: false,
        min_select: 0,
        max_select,
    };
    field(name, kind)
}

fn collection(blank: Collection, name: &str, list: Option<&str>, fields: Vec<Field>) -> Collection {
    let mut collection = blank;
    collection.id = format!("{name}_id");
    collection.name = name.into();
    collection.rules.list = list.map(Into::into);
    collection.fields.extend(fields);
    collection
}

/// posts → tags (single `rel`, multiple `rm`), users, secret (no list rule), guarded (with one);
/// comments → posts (many), pins → posts (unique).
fn schema() -> Schema {
    let base = scaffold::base;
    let auth = scaffold::auth(&mut |length| "x".repeat(length));
    let mut pins = collection(base(), "pins", Some(""), vec![relation("post", "posts", 1)]);
    pins.indexes = vec!["CREATE UNIQUE INDEX `one` ON `pins` (`post`) WHERE `post` != ''".into()];
    let posts = vec![
        text("t"),
        number("n"),
        field("b", FieldKind::Bool),
        field("d", FieldKind::Date { min: String::new(), max: String::new() }),
        field("j", FieldKind::Json { max_size: 0 }),
        field("g", FieldKind::GeoPoint),
        select("sm", 3),
        select("s1", 1),
        relation("rel", "tags", 1),
        relation("rm", "tags", 9),
        relation("sec", "secret", 1),
        relation("gua", "guarded", 1),
        relation("gum", "guarded", 9),
        relation("author", "users", 1),
        text("hid"),
    ];
    let users = vec![
        text("name"),
        number("level"),
        field("meta", FieldKind::Json { max_size: 0 }),
        select("roles", 3),
        relation("boss", "users", 1),
        relation("tags", "tags", 9),
    ];
    let guard = "open = true && (owner = @request.auth.id || tags.name = 'x')";
    let guarded = vec![
        field("open", FieldKind::Bool),
        relation("owner", "users", 1),
        relation("tags", "tags", 9),
        text("name"),
    ];
    let view = scaffold::view();
    let all = vec![
        collection(base(), "tags", Some(""), vec![text("name"), number("w"), text("hid")]),
        collection(base(), "secret", None, vec![text("name")]),
        collection(base(), "guarded", Some(guard), guarded),
        collection(auth, "users", Some(""), users),
        collection(base(), "posts", Some(""), posts),
        collection(base(), "comments", Some(""), vec![text("body"), relation("post", "posts", 1)]),
        pins,
        collection(view, "seen", Some(""), vec![text("id"), text("t")]),
    ];
    Schema::new(all.into_iter().map(Arc::new).collect())
}

/// Ann: verified, level 3, roles a and b, boss bob, tags t1 and t2.
fn ann(schema: &Schema) -> Arc<Record> {
    let mut record = Record::blank(schema.by_name("users").expect("users"));
    record.set("id", "ann".into());
    record.set("email", "ann@x.io".into());
    record.set("name", "Ann".into());
    record.set("verified", Value::Bool(true));
    record.set("level", Value::Number(3.0));
    record.set("meta", Value::Json("{\"k\":1}".into()));
    record.set("roles", Value::List(vec!["a".into(), "b".into()]));
    record.set("boss", "bob".into());
    record.set("tags", Value::List(vec!["t1".into(), "t2".into()]));
    Arc::new(record)
}

/// 2026-11-21 03:04:05.678Z, a Saturday.
fn now() -> Timestamp {
    Timestamp::from_millisecond(1_795_230_245_678).expect("in range")
}

/// Resolves a text on posts as a rule or as a client's filter.
fn resolve(
    schema: &Schema,
    facts: &Facts<'_>,
    text: &str,
    client: bool,
) -> Result<Condition, QueryError> {
    let expr = query::parse(text)?;
    let mut planner = Planner::new(schema, facts, schema.by_name("posts").expect("posts"));
    let test = if client { planner.filter(&expr)? } else { planner.rule(&expr)? };
    Ok(planner.finish(vec![test]))
}

/// A rule's condition as text, or the token that is wrong between `!` signs.
fn show(text: &str, condition: Result<Condition, QueryError>) -> String {
    match condition {
        Ok(condition) => condition.to_string(),
        Err(error) => format!("!{}!", &text[error.span.start..error.span.end]),
    }
}

fn check(facts: &Facts<'_>, client: bool, table: &[(&str, &str)]) {
    let schema = schema();
    for (text, wanted) in table {
        let found = show(text, resolve(&schema, facts, text, client));
        assert_eq!(found, *wanted, "{text}");
    }
}

fn object(members: &[(&str, Json)]) -> Json {
    Json::Object(members.iter().map(|(key, value)| ((*key).into(), value.clone())).collect())
}

fn guest() -> Facts<'static> {
    Facts::bare(&Caller::Guest, now())
}

//! View queries of document databases: `{"from": "posts", "pipeline": [stages]}`.
//!
//! A member that is passed on as it is keeps its field's kind, what is counted or added up is a
//! number, everything else that is computed is json.

use super::super::collection::Collection;
use super::super::field::{Field, FieldKind};
use super::super::schema::Schema;
use super::{View, clone_id};
use crate::json::Json;

/// A member of the documents at one point of the pipeline.
#[derive(Clone, Debug, PartialEq)]
enum Member<'s> {
    /// A field of a collection, as it is.
    Field(&'s Collection, &'s Field),
    /// An item of a list field.
    Item(&'s Collection, &'s Field),
    Number,
    Text,
    Bool,
    Json,
}

/// The members in their order; the id is called `_id`.
type Members<'s> = Vec<(String, Member<'s>)>;

/// Whether a query is a pipeline, not SQL.
pub(super) fn is_pipeline(query: &str) -> bool {
    query.trim_start().starts_with('{')
}

/// Finds the fields of a pipeline.
///
/// # Errors
/// Why it cannot be a view, as a sentence.
pub(super) fn infer(schema: &Schema, query: &str) -> Result<View, String> {
    let json = Json::parse(query.as_bytes()).map_err(|_| "the query is no JSON".to_owned())?;
    let from = json.get("from").and_then(Json::text).ok_or("the query has no `from`")?;
    let mut reads = Vec::new();
    let base = read(schema, from, &mut reads)?;
    let none = Json::List(Vec::new());
    let stages = json.get("pipeline").unwrap_or(&none);
    let stages = stages.items().ok_or("`pipeline` is no list of stages")?;
    let member =
        |field: &'_ Field| if field.name == "id" { "_id".to_owned() } else { field.name.clone() };
    let mut members: Members<'_> =
        base.fields.iter().map(|field| (member(field), Member::Field(base, field))).collect();
    for stage in stages {
        gather(schema, stage, &mut reads)?;
        let [(name, argument)] = stage.members().unwrap_or_default() else {
            return Err("a stage is an object of one member".to_owned());
        };
        members = apply(members, name, argument)?;
    }
    if !members.iter().any(|(name, _)| name == "_id") {
        return Err("missing required _id: records of a view are told apart by it".to_owned());
    }
    let reads = reads.iter().map(|collection| collection.id.clone()).collect();
    let fields = members.iter().map(|(name, member)| field(name, member)).collect();
    Ok(View { fields, reads, statement: query.trim().to_owned() })
}

fn read<'s>(
    schema: &'s Schema,
    name: &str,
    reads: &mut Vec<&'s Collection>,
) -> Result<&'s Collection, String> {
    let collection = schema.by_name(name).ok_or_else(|| format!("no such collection: {name}"))?;
    if !reads.iter().any(|known| known.id == collection.id) {
        reads.push(collection);
    }
    Ok(collection)
}

/// Notes the collections a stage reads, however deep.
fn gather<'s>(
    schema: &'s Schema,
    json: &Json,
    reads: &mut Vec<&'s Collection>,
) -> Result<(), String> {
    for (key, value) in json.members().unwrap_or_default() {
        let named = match key.as_str() {
            "$lookup" | "$graphLookup" => value.get("from").and_then(Json::text),
            "$unionWith" => value.text().or_else(|| value.get("coll").and_then(Json::text)),
            _ => None,
        };
        if let Some(name) = named {
            read(schema, name, reads)?;
        }
        gather(schema, value, reads)?;
    }
    json.items().unwrap_or_default().iter().try_for_each(|item| gather(schema, item, reads))
}

fn apply<'s>(
    mut members: Members<'s>,
    stage: &str,
    argument: &Json,
) -> Result<Members<'s>, String> {
    let given = argument.members().unwrap_or_default();
    match stage {
        "$match" | "$sort" | "$limit" | "$skip" | "$sample" | "$redact" | "$unionWith" => {}
        "$set" | "$addFields" => {
            for (name, value) in given {
                let member = computed(&members, value);
                put(&mut members, name, member);
            }
        }
        "$unset" => {
            let names = argument.items().unwrap_or(std::slice::from_ref(argument));
            let gone = |name: &str| names.iter().any(|it| it.text() == Some(name));
            members.retain(|(name, _)| !gone(name));
        }
        "$project" => return Ok(project(members, given)),
        "$group" => {
            let mut out = vec![("_id".to_owned(), Member::Text)];
            for (name, value) in given.iter().filter(|(name, _)| name != "_id") {
                put(&mut out, name, accumulated(&members, value));
            }
            return Ok(out);
        }
        "$sortByCount" => {
            return Ok(vec![
                ("_id".to_owned(), Member::Text),
                ("count".to_owned(), Member::Number),
            ]);
        }
        "$unwind" => {
            let path = argument.text().or_else(|| argument.get("path").and_then(Json::text));
            let name = path.and_then(|path| path.strip_prefix('$')).unwrap_or_default();
            if let Some((_, member)) = members.iter_mut().find(|(known, _)| known == name) {
                *member = match member {
                    Member::Field(of, field) if field.kind.is_multiple() => Member::Item(of, field),
                    Member::Field(of, field) => Member::Field(of, field),
                    _ => Member::Json,
                };
            }
            if let Some(index) = argument.get("includeArrayIndex").and_then(Json::text) {
                put(&mut members, index, Member::Number);
            }
        }
        "$lookup" | "$graphLookup" => {
            let name = argument.get("as").and_then(Json::text).unwrap_or_default();
            put(&mut members, name, Member::Json);
        }
        stage => return Err(format!("what a stage {stage} yields cannot be told")),
    }
    Ok(members)
}

fn put<'s>(members: &mut Members<'s>, name: &str, member: Member<'s>) {
    // What is put inside of a member changes it beyond telling.
    let (name, member) = match name.split_once('.') {
        Some((outer, _)) => (outer, Member::Json),
        None => (name, member),
    };
    match members.iter_mut().find(|(known, _)| known == name) {
        Some((_, known)) => *known = member,
        None => members.push((name.to_owned(), member)),
    }
}

fn project<'s>(mut members: Members<'s>, given: &[(String, Json)]) -> Members<'s> {
    let says = |value: &Json| value.bool().or_else(|| value.number().map(|number| number != 0.0));
    let leaves_out = given.iter().all(|(_, value)| says(value) == Some(false));
    if leaves_out {
        members.retain(|(name, _)| !given.iter().any(|(gone, _)| gone == name));
        return members;
    }
    let without_id = given.iter().any(|(name, value)| name == "_id" && says(value) == Some(false));
    let mut out = Vec::new();
    if let (false, Some(id)) = (without_id, members.iter().find(|(name, _)| name == "_id")) {
        out.push(id.clone());
    }
    for (name, value) in given {
        match says(value) {
            Some(true) => {
                if let Some((_, member)) = members.iter().find(|(known, _)| known == name) {
                    put(&mut out, name, member.clone());
                }
            }
            Some(false) => {}
            None => put(&mut out, name, computed(&members, value)),
        }
    }
    out
}

/// What an accumulator of a group yields.
fn accumulated<'s>(members: &Members<'s>, value: &Json) -> Member<'s> {
    let [(name, argument)] = value.members().unwrap_or_default() else { return Member::Json };
    match name.as_str() {
        "$sum" | "$count" | "$avg" | "$stdDevPop" | "$stdDevSamp" => Member::Number,
        "$min" | "$max" | "$first" | "$last" => computed(members, argument),
        _ => Member::Json,
    }
}

const NUMBERS: [&str; 20] = [
    "$abs",
    "$add",
    "$ceil",
    "$divide",
    "$exp",
    "$floor",
    "$indexOfArray",
    "$ln",
    "$log10",
    "$mod",
    "$multiply",
    "$pow",
    "$round",
    "$size",
    "$sqrt",
    "$strLenCP",
    "$subtract",
    "$sum",
    "$toDouble",
    "$trunc",
];
const TEXTS: [&str; 8] = [
    "$concat",
    "$dateToString",
    "$replaceAll",
    "$substrCP",
    "$toLower",
    "$toString",
    "$toUpper",
    "$trim",
];
const BOOLS: [&str; 12] = [
    "$allElementsTrue",
    "$and",
    "$anyElementTrue",
    "$eq",
    "$gt",
    "$gte",
    "$in",
    "$lt",
    "$lte",
    "$ne",
    "$not",
    "$or",
];

/// What an expression yields.
fn computed<'s>(members: &Members<'s>, value: &Json) -> Member<'s> {
    match value {
        Json::Number(_) => Member::Number,
        Json::Bool(_) => Member::Bool,
        Json::Text(text) => match text.strip_prefix('$') {
            None => Member::Text,
            Some(name) => {
                let known = members.iter().find(|(known, _)| known == name);
                known.map_or(Member::Json, |(_, member)| member.clone())
            }
        },
        Json::Object(given) => match given.as_slice() {
            [(name, _)] if NUMBERS.contains(&name.as_str()) => Member::Number,
            [(name, _)] if TEXTS.contains(&name.as_str()) => Member::Text,
            [(name, _)] if BOOLS.contains(&name.as_str()) => Member::Bool,
            [(name, inner)] if name == "$literal" && inner.text().is_some() => Member::Text,
            [(name, inner)] if name == "$ifNull" => alike(members, inner.items()),
            [(name, inner)] if name == "$cond" => {
                alike(members, inner.items().and_then(|it| it.get(1..)))
            }
            _ => Member::Json,
        },
        Json::List(_) | Json::Null => Member::Json,
    }
}

/// What all of some expressions yield; json where they differ.
fn alike<'s>(members: &Members<'s>, values: Option<&[Json]>) -> Member<'s> {
    let mut kinds = values.unwrap_or_default().iter().map(|value| computed(members, value));
    let Some(first) = kinds.next() else { return Member::Json };
    let plain = |member: &Member<'_>| match member {
        Member::Field(_, field) if matches!(field.kind, FieldKind::Number { .. }) => Member::Number,
        Member::Field(_, field) if matches!(field.kind, FieldKind::Text { .. }) => Member::Text,
        Member::Number => Member::Number,
        Member::Text => Member::Text,
        Member::Bool => Member::Bool,
        _ => Member::Json,
    };
    if kinds.all(|kind| kind == first || plain(&kind) == plain(&first)) {
        first
    } else {
        Member::Json
    }
}

/// A field of the view.
fn field(name: &str, member: &Member<'_>) -> Field {
    if name == "_id" {
        return super::id_field("id");
    }
    let text = || FieldKind::Text {
        min: 0,
        max: 0,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    };
    let kind = match member {
        Member::Field(of, field) if field.name == "id" => FieldKind::Relation {
            collection_id: of.id.clone(),
            cascade_delete: false,
            min_select: 0,
            max_select: 1,
        },
        Member::Field(of, field) => {
            let id = clone_id(&of.id, &field.id, name);
            return Field { id, name: name.to_owned(), native: None, ..(*field).clone() };
        }
        Member::Item(_, field) => single(&field.kind),
        Member::Number => FieldKind::Number { min: None, max: None, only_int: false },
        Member::Text => text(),
        Member::Bool => FieldKind::Bool,
        Member::Json => FieldKind::Json { max_size: 1 },
    };
    Field::new(name, kind)
}

/// A kind of several values as one of a single value.
fn single(kind: &FieldKind) -> FieldKind {
    let mut kind = kind.clone();
    if let FieldKind::Select { max_select, .. }
    | FieldKind::File { max_select, .. }
    | FieldKind::Relation { max_select, .. } = &mut kind
    {
        *max_select = 1;
    }
    kind
}

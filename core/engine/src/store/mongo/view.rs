//! Views: aggregation pipelines over one collection, kept by the server.

use mongodb::bson::{Bson, Document, RawDocument, doc};
use purlin_model::Value;
use serde_json::value::RawValue;

use super::carry::carrying;
use super::error::{Failure, refused};
use super::migrate::Migration;
use super::native;
use super::server::Server;
use crate::store::{OddIds, StoreError};

/// A view query: `{"from": "posts", "pipeline": [{"$match": …}, …]}`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Query {
    pub(super) from: String,
    pub(super) pipeline: Vec<Document>,
}

/// Stages and operators that write, run code, or show what is no collection's.
const REFUSED: [&str; 17] = [
    "$out",
    "$merge",
    "$function",
    "$accumulator",
    "$where",
    "$currentOp",
    "$listSessions",
    "$listLocalSessions",
    "$listSampledQueries",
    "$collStats",
    "$indexStats",
    "$planCacheStats",
    "$changeStream",
    "$queryStats",
    "$shardedDataDistribution",
    "$search",
    "$searchMeta",
];

impl Query {
    /// Reads a view query.
    ///
    /// # Errors
    /// `Refused` with what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        let shape = || {
            let text = "a view query is JSON: {\"from\": \"collection\", \"pipeline\": [stages]}";
            StoreError::Refused(text.to_owned())
        };
        let members: std::collections::BTreeMap<String, &RawValue> =
            serde_json::from_str(text).map_err(|_| shape())?;
        if members.keys().any(|key| key != "from" && key != "pipeline") {
            return Err(shape());
        }
        let from = members.get("from").and_then(|from| serde_json::from_str(from.get()).ok());
        let from: String = from.ok_or_else(shape)?;
        let pipeline: Vec<Document> = match members.get("pipeline") {
            Some(stages) => serde_json::from_str(stages.get()).map_err(|_| shape())?,
            None => Vec::new(),
        };
        for stage in &pipeline {
            if let Some(word) = refused_word(stage) {
                return Err(StoreError::Refused(format!("{word} is not allowed in a view")));
            }
        }
        Ok(Query { from, pipeline })
    }
}

/// The first key of a document, at any depth, that is not allowed.
fn refused_word(document: &Document) -> Option<String> {
    document.iter().find_map(|(key, value)| {
        if REFUSED.contains(&key.as_str()) {
            return Some(key.clone());
        }
        word_of(value)
    })
}

fn word_of(value: &Bson) -> Option<String> {
    match value {
        Bson::Document(document) => refused_word(document),
        Bson::Array(items) => items.iter().find_map(word_of),
        _ => None,
    }
}

/// The command that makes a view.
pub(super) fn command(name: &str, query: &Query) -> Document {
    let stages = with_text_ids(&carrying(&query.pipeline));
    doc! { "create": name, "viewOn": &query.from, "pipeline": stages }
}

/// Ids are text whatever the pipeline computes.
fn with_text_ids(pipeline: &[Document]) -> Vec<Document> {
    let touches = [
        "$group",
        "$project",
        "$set",
        "$addFields",
        "$replaceRoot",
        "$replaceWith",
        "$unwind",
        "$unset",
        "$bucket",
        "$bucketAuto",
        "$sortByCount",
        "$facet",
        "$count",
        "$unionWith",
        "$graphLookup",
    ];
    let keeps = |stage: &Document| !stage.keys().any(|key| touches.contains(&key.as_str()));
    let mut stages = pipeline.to_vec();
    if !pipeline.iter().all(keeps) {
        let text = doc! { "$convert": {
            "input": "$_id", "to": "string", "onError": "$_id", "onNull": Bson::Null,
        } };
        stages.push(doc! { "$addFields": { "_id": text } });
    }
    stages
}

/// How the server has a view.
pub(super) async fn definition(server: &Server, name: &str) -> Result<Query, StoreError> {
    let all = views(server).await?;
    let found = all.into_iter().find(|(known, _)| known == name);
    found
        .map(|(_, query)| query)
        .ok_or_else(|| StoreError::Refused(format!("there is no view {name}")))
}

async fn views(server: &Server) -> Result<Vec<(String, Query)>, StoreError> {
    let command = doc! { "listCollections": 1, "filter": { "type": "view" }, "cursor": { "batchSize": 10_000 } };
    let reply = server.database.run_command(command).await.map_err(refused)?;
    let first = reply.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
    let found = first.map(Vec::as_slice).unwrap_or_default();
    let read = |entry: &Bson| {
        let entry = entry.as_document()?;
        let options = entry.get_document("options").ok()?;
        let from = options.get_str("viewOn").ok()?.to_owned();
        let stages = options.get_array("pipeline").ok()?;
        let pipeline = stages.iter().filter_map(|stage| stage.as_document().cloned()).collect();
        Some((entry.get_str("name").ok()?.to_owned(), Query { from, pipeline }))
    };
    Ok(found.iter().filter_map(read).collect())
}

/// Views read a collection under its new name.
pub(super) async fn follow(
    migration: &Migration<'_>,
    from: &str,
    to: &str,
) -> Result<(), StoreError> {
    for (name, query) in views(migration.server).await? {
        let mut changed = query.clone();
        if changed.from == from {
            changed.from = to.to_owned();
        }
        changed.pipeline.iter_mut().for_each(|stage| rename(stage, from, to));
        if changed != query {
            let modify = |query: &Query| {
                doc! { "collMod": &name, "viewOn": &query.from, "pipeline": query.pipeline.clone() }
            };
            migration.journal.step(modify(&changed), modify(&query)).await?;
        }
    }
    Ok(())
}

/// Renames a collection where stages read it.
fn rename(document: &mut Document, from: &str, to: &str) {
    for (key, value) in document.iter_mut() {
        if let (Bson::Document(stage), "$lookup" | "$graphLookup") = (&mut *value, key.as_str())
            && stage.get_str("from").is_ok_and(|name| name == from)
        {
            stage.insert("from", to);
        }
        if key == "$unionWith" {
            match value {
                Bson::String(name) if name == from => to.clone_into(name),
                Bson::Document(stage) if stage.get_str("coll").is_ok_and(|name| name == from) => {
                    stage.insert("coll", to);
                }
                _ => {}
            }
        }
        rename_in(value, from, to);
    }
}

fn rename_in(value: &mut Bson, from: &str, to: &str) {
    match value {
        Bson::Document(document) => rename(document, from, to),
        Bson::Array(items) => items.iter_mut().for_each(|item| rename_in(item, from, to)),
        _ => {}
    }
}

/// Sees that all views can be read.
pub(super) async fn check_all(server: &Server) -> Result<(), StoreError> {
    for (name, query) in views(server).await? {
        let mut stages = query.pipeline;
        stages.push(doc! { "$limit": 1 });
        let mut each = |_: &RawDocument| Ok(());
        let read = server.place(None).aggregate(Some(&query.from), stages, 1, &mut each).await;
        read.map_err(|failure| match failure.last() {
            StoreError::Refused(text) => {
                StoreError::Refused(format!("error in view {name} - {text}"))
            }
            other => other,
        })?;
    }
    Ok(())
}

/// The members of the first documents a query yields, the id first; a pipeline says no more.
pub(super) async fn describe(server: &Server, text: &str) -> Result<Vec<String>, StoreError> {
    let mut names = vec!["id".to_owned()];
    let mut each = |document: &RawDocument| {
        for (name, _) in document.iter().flatten() {
            let name = name.as_str();
            if name != "_id" && !name.contains(':') && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    };
    first(server, text, 100, &mut each).await?;
    Ok(names)
}

/// The first documents a query yields, each with the values of the members `describe` answers.
pub(super) async fn sample(
    server: &Server,
    text: &str,
    limit: u64,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let names = describe(server, text).await?;
    let mut rows = Vec::new();
    let mut each = |document: &RawDocument| {
        let value = |name: &String| {
            let name = if name == "id" { "_id" } else { name };
            native::plain(document.get(name).ok().flatten())
        };
        rows.push(names.iter().map(value).collect());
    };
    first(server, text, limit, &mut each).await?;
    Ok(rows)
}

async fn first(
    server: &Server,
    text: &str,
    limit: u64,
    each: &mut (dyn FnMut(&RawDocument) + Send),
) -> Result<(), StoreError> {
    let query = Query::parse(text)?;
    let mut stages = with_text_ids(&query.pipeline);
    stages.push(doc! { "$limit": i64::try_from(limit.max(1)).unwrap_or(i64::MAX) });
    let mut each = |document: &RawDocument| {
        each(document);
        Ok(())
    };
    let read = server.place(None).aggregate(Some(&query.from), stages, limit, &mut each).await;
    read.map_err(Failure::last)
}

/// What is wrong with the ids a query yields now.
pub(super) async fn odd_ids(server: &Server, text: &str) -> Result<Option<OddIds>, StoreError> {
    let query = Query::parse(text)?;
    let found = |last: Vec<Document>| {
        let mut stages = with_text_ids(&query.pipeline);
        stages.extend(last);
        stages.push(doc! { "$limit": 1 });
        let from = query.from.clone();
        async move {
            let mut found = false;
            let mut each = |_: &RawDocument| {
                found = true;
                Ok(())
            };
            let read = server.place(None).aggregate(Some(&from), stages, 1, &mut each).await;
            read.map(|()| found).map_err(Failure::last)
        }
    };
    if found(vec![doc! { "$match": { "_id": { "$in": [Bson::Null, ""] } } }]).await? {
        return Ok(Some(OddIds::Empty));
    }
    let group = doc! { "$group": { "_id": "$_id", "n": { "$sum": 1 } } };
    if found(vec![group, doc! { "$match": { "n": { "$gt": 1 } } }]).await? {
        return Ok(Some(OddIds::Repeated));
    }
    Ok(None)
}

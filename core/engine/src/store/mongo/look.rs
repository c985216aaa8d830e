//! What collections there are, as far as their documents tell.

use std::collections::BTreeMap;

use futures_util::TryStreamExt;
use mongodb::bson::spec::ElementType;
use mongodb::bson::{Bson, Document, RawBsonRef, RawDocument, doc};
use mongodb::results::CollectionType;
use purlin_model::schema::NativeKind;

use super::error::{Failure, refused};
use super::server::Server;
use crate::store::{StoreError, Table, TableColumn};

/// Documents looked at from the beginning, the end, and anywhere.
const EACH: i64 = 100;

/// All collections and views but the server's own and those for changes of the schema.
pub(super) async fn look(server: &Server) -> Result<Vec<Table>, StoreError> {
    let cursor = server.database.list_collections().await.map_err(refused)?;
    let all: Vec<_> = cursor.try_collect().await.map_err(refused)?;
    let mut tables = Vec::new();
    for found in all {
        if found.name.starts_with("system.") || found.name.starts_with("purlin:") {
            continue;
        }
        let is_view = found.collection_type == CollectionType::View;
        tables.push(table(server, found.name, is_view).await?);
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tables)
}

async fn table(server: &Server, name: String, is_view: bool) -> Result<Table, StoreError> {
    let seen = members(server, &name, is_view).await?;
    let documents = server.database.collection::<Document>(&name);
    let rows = match is_view {
        true => None,
        false => Some(documents.estimated_document_count().await.map_err(refused)?),
    };
    let unique = if is_view { Vec::new() } else { unique(server, &name).await? };
    Ok(Table {
        columns: seen.columns(),
        key: vec!["_id".to_owned()],
        unique,
        references: Vec::new(),
        rows,
        name,
        is_view,
    })
}

/// The members of the documents looked at.
#[derive(Default)]
struct Seen {
    documents: u64,
    order: Vec<String>,
    members: BTreeMap<String, Member>,
}

#[derive(Default)]
struct Member {
    there: u64,
    kinds: BTreeMap<&'static str, (NativeKind, u64)>,
}

async fn members(server: &Server, name: &str, is_view: bool) -> Result<Seen, StoreError> {
    let mut seen = Seen::default();
    let ways = if is_view {
        vec![vec![doc! { "$limit": EACH * 3 }]]
    } else {
        vec![
            vec![doc! { "$limit": EACH }],
            vec![doc! { "$sort": { "_id": -1 } }, doc! { "$limit": EACH }],
            vec![doc! { "$sample": { "size": EACH } }],
        ]
    };
    for stages in ways {
        let mut each = |document: &RawDocument| {
            seen.add(document);
            Ok(())
        };
        let read = server.place(None).aggregate(Some(name), stages, 300, &mut each).await;
        read.map_err(Failure::last)?;
    }
    Ok(seen)
}

impl Seen {
    fn add(&mut self, document: &RawDocument) {
        self.documents += 1;
        for (name, value) in document.iter().flatten() {
            let name = name.as_str();
            // Companions of Purlin's own fields.
            if name.contains(':') {
                continue;
            }
            if !self.members.contains_key(name) {
                self.order.push(name.to_owned());
            }
            let member = self.members.entry(name.to_owned()).or_default();
            let Some((text, kind)) = kind(value) else { continue };
            member.there += 1;
            member.kinds.entry(text).or_insert((kind, 0)).1 += 1;
        }
    }

    fn columns(mut self) -> Vec<TableColumn> {
        self.order.sort_by_key(|name| name != "_id");
        let column = |name: String| {
            let member = self.members.remove(&name).unwrap_or_default();
            let nullable = member.there < self.documents;
            let kind = settled(&member);
            let words: Vec<&str> = member.kinds.keys().copied().collect();
            let filled = name == "_id" && kind == NativeKind::ObjectId;
            TableColumn {
                name,
                type_text: if words.is_empty() { "null".to_owned() } else { words.join(" | ") },
                kind,
                nullable,
                filled,
                choices: Vec::new(),
            }
        };
        std::mem::take(&mut self.order).into_iter().map(column).collect()
    }
}

/// The kind that holds all values seen.
fn settled(member: &Member) -> NativeKind {
    let kinds: Vec<NativeKind> = member.kinds.values().map(|(kind, _)| *kind).collect();
    let numbers = [NativeKind::Integer, NativeKind::Real, NativeKind::Decimal];
    match kinds.as_slice() {
        [] => NativeKind::Json,
        [first, rest @ ..] if rest.iter().all(|kind| kind == first) => *first,
        all if all.iter().all(|kind| numbers.contains(kind)) => NativeKind::Real,
        _ => NativeKind::Json,
    }
}

/// What a value is, in the server's word and as Purlin takes it; nothing of null.
fn kind(value: RawBsonRef<'_>) -> Option<(&'static str, NativeKind)> {
    Some(match value.element_type() {
        ElementType::Null | ElementType::Undefined => return None,
        ElementType::String => ("string", NativeKind::Text),
        ElementType::Double => ("double", NativeKind::Real),
        ElementType::Int32 => ("int", NativeKind::Integer),
        ElementType::Int64 => ("long", NativeKind::Integer),
        ElementType::Decimal128 => ("decimal", NativeKind::Decimal),
        ElementType::Boolean => ("bool", NativeKind::Bool),
        ElementType::DateTime => ("date", NativeKind::Moment),
        ElementType::ObjectId => ("objectId", NativeKind::ObjectId),
        ElementType::EmbeddedDocument => ("object", NativeKind::Json),
        ElementType::Array if is_texts(value) => ("string[]", NativeKind::Texts),
        ElementType::Array => ("array", NativeKind::Json),
        ElementType::Binary => ("binData", NativeKind::Other),
        _ => ("other", NativeKind::Other),
    })
}

fn is_texts(value: RawBsonRef<'_>) -> bool {
    let RawBsonRef::Array(items) = value else { return false };
    items.into_iter().all(|item| matches!(item, Ok(RawBsonRef::String(_))))
}

/// The unique indexes besides the key that leave no document out.
async fn unique(server: &Server, name: &str) -> Result<Vec<Vec<String>>, StoreError> {
    let documents = server.database.collection::<Document>(name);
    let cursor = documents.list_indexes().await.map_err(refused)?;
    let all: Vec<_> = cursor.try_collect().await.map_err(refused)?;
    let columns = |index: &mongodb::IndexModel| {
        let options = index.options.as_ref()?;
        let partial = options.partial_filter_expression.is_some() || options.sparse == Some(true);
        let directions = index.keys.values().all(|it| !matches!(it, Bson::String(_)));
        let is_unique = options.unique == Some(true) && !partial && directions;
        is_unique.then(|| index.keys.keys().cloned().collect())
    };
    Ok(all.iter().filter_map(columns).collect())
}

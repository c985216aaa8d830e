//! Single writes, inside or outside of a transaction.

use mongodb::bson::raw::RawDocumentBuf;
use mongodb::bson::{Bson, Document, doc};
use mongodb::{ClientSession, Collection};
use purlin_model::Value;
use purlin_model::plan::Write;
use purlin_model::schema;

use super::error::{Failure, failed_at};
use super::index::Shadows;
use super::server::Server;
use super::{document, names, native};
use crate::store::{Assigned, StoreError};

/// Does one write. `also` is what the record's document must match besides its id.
///
/// # Errors
/// `Missing` when no record matches.
pub(super) async fn carry_out(
    server: &Server,
    session: Option<&mut ClientSession>,
    (index, write): (usize, &Write),
    also: Vec<Document>,
) -> Result<Option<Assigned>, Failure> {
    let failed = |error| Failure::of_write(error, index, write);
    let found = match write {
        Write::Create { record, left_out, .. } => {
            let document = document::of_record(record, left_out, server.next_order())?;
            let collection =
                server.database.collection::<RawDocumentBuf>(record.collection.table());
            let insert = collection.insert_one(document);
            let made = match session {
                Some(session) => insert.session(session).await,
                None => insert.await,
            };
            let made = made.map_err(failed)?;
            let id = write.leaves_key_out().then(|| text_of(&made.inserted_id));
            return Ok(id.map(|id| Assigned { write: index, id }));
        }
        Write::Update { collection, id, set, .. } => {
            let filter = filter(collection, id, also);
            let documents: Collection<Document> = server.database.collection(collection.table());
            if set.is_empty() {
                let count = documents.count_documents(filter).limit(1);
                let count = match session {
                    Some(session) => count.session(session).await,
                    None => count.await,
                };
                count.map_err(failed)?
            } else {
                let update = documents.update_one(filter, update(collection, set)?);
                let updated = match session {
                    Some(session) => update.session(session).await,
                    None => update.await,
                };
                updated.map_err(failed)?.matched_count
            }
        }
        Write::Delete { collection, id, .. } => {
            let documents: Collection<Document> = server.database.collection(collection.table());
            let delete = documents.delete_one(filter(collection, id, also));
            let deleted = match session {
                Some(session) => delete.session(session).await,
                None => delete.await,
            };
            deleted.map_err(failed)?.deleted_count
        }
    };
    if found == 0 {
        return Err(StoreError::Missing { write: index }.into());
    }
    Ok(None)
}

/// How many writes at the beginning make records of one collection and have no guards.
pub(super) fn creates(writes: &[Write]) -> usize {
    let first = writes.first().map(Write::collection);
    let same = |write: &&Write| {
        matches!(write, Write::Create { guards, .. } if guards.is_empty())
            && first.is_some_and(|first| first.id == write.collection().id)
    };
    writes.iter().take_while(same).count()
}

/// Makes records of one collection in one operation, the first of that index in the batch.
pub(super) async fn create_all(
    server: &Server,
    session: &mut ClientSession,
    (index, writes): (usize, &[Write]),
    assigned: &mut Vec<Assigned>,
) -> Result<(), Failure> {
    let Some(first) = writes.first() else { return Ok(()) };
    let mut documents = Vec::with_capacity(writes.len());
    for write in writes {
        if let Write::Create { record, left_out, .. } = write {
            documents.push(document::of_record(record, left_out, server.next_order())?);
        }
    }
    let table = first.collection().table();
    let collection = server.database.collection::<RawDocumentBuf>(table);
    let made = collection.insert_many(documents).ordered(true).session(session).await;
    let made = made.map_err(|error| {
        let at = failed_at(&error).min(writes.len() - 1);
        Failure::of_write(error, index + at, &writes[at])
    })?;
    let keys = writes.iter().enumerate().filter(|(_, write)| write.leaves_key_out());
    assigned.extend(keys.filter_map(|(at, _)| {
        let id = made.inserted_ids.get(&at).map(text_of)?;
        Some(Assigned { write: index + at, id })
    }));
    Ok(())
}

/// Whether the record a write changes is there.
pub(super) async fn exists(server: &Server, write: &Write) -> Result<bool, Failure> {
    let (Write::Update { collection, id, .. } | Write::Delete { collection, id, .. }) = write
    else {
        return Ok(true);
    };
    let documents: Collection<Document> = server.database.collection(collection.table());
    let filter = filter(collection, id, Vec::new());
    Ok(documents.count_documents(filter).limit(1).await? > 0)
}

/// What finds the record of an id.
pub(super) fn filter(collection: &schema::Collection, id: &str, also: Vec<Document>) -> Document {
    let mut filter = doc! { "_id": key(collection, id) };
    if !also.is_empty() {
        filter.insert("$and", also);
    }
    filter
}

/// An id as documents of a collection hold it.
pub(super) fn key(collection: &schema::Collection, id: &str) -> Bson {
    match collection.field("id").filter(|field| field.native.is_some()) {
        Some(field) => native::id(field, id),
        None => Bson::String(id.to_owned()),
    }
}

fn update(collection: &schema::Collection, set: &[(usize, Value)]) -> Result<Document, StoreError> {
    let shadows = Shadows::of(collection);
    let mut members = Document::new();
    for (field, value) in set {
        document::members(&collection.fields[*field], value, &shadows, &mut |name, value| {
            let value =
                Bson::try_from(value).map_err(|error| StoreError::Refused(error.to_string()))?;
            members.insert(name, value);
            Ok(())
        })?;
    }
    Ok(doc! { "$set": members })
}

/// What a document holds where the stored record still has these values.
pub(super) fn unchanged(
    collection: &schema::Collection,
    values: &[(usize, Value)],
) -> Result<Vec<Document>, StoreError> {
    let mut filters = Vec::new();
    for (field, value) in values {
        let field = &collection.fields[*field];
        let mut put = |name: &str, value| {
            let value: Result<Bson, _> = Bson::try_from(value);
            let value = value.map_err(|error: mongodb::bson::error::Error| {
                StoreError::Refused(error.to_string())
            })?;
            if name == &*names::member(field) {
                // As an expression: a list is compared whole, not by its items.
                let member = doc! { "$getField": name };
                let member = doc! { "$ifNull": [member, Bson::Null] };
                filters.push(doc! { "$expr": { "$eq": [member, { "$literal": value }] } });
            }
            Ok(())
        };
        document::members(field, value, &Shadows::default(), &mut put)?;
    }
    Ok(filters)
}

/// The text of an id the database made.
fn text_of(id: &Bson) -> String {
    match id {
        Bson::ObjectId(id) => id.to_hex(),
        Bson::String(id) => id.clone(),
        other => other.to_string(),
    }
}

//! What must be true for a write to happen.

use mongodb::ClientSession;
use mongodb::bson::{Document, RawDocument, doc};
use purlin_model::Value;
use purlin_model::plan::{Condition, Guard, Source, Term, Test, Write};
use purlin_model::query::Op;
use purlin_model::schema::Collection;

use super::error::Failure;
use super::server::Server;
use super::{names, read, select, write};
use crate::store::StoreError;

/// The guards of a write.
pub(super) fn of(write: &Write) -> &[Guard] {
    let (Write::Create { guards, .. }
    | Write::Update { guards, .. }
    | Write::Delete { guards, .. }) = write;
    guards
}

/// Checks guards that need no database, and says all others as what the written document has to
/// match. `None` where that cannot be said.
///
/// # Errors
/// `Guard` for one that does not hold.
pub(super) fn folded(index: usize, write: &Write) -> Result<Option<Vec<Document>>, StoreError> {
    let mut filters = Vec::new();
    for (number, guard) in of(write).iter().enumerate() {
        match fold(write, guard)? {
            Fold::Holds => {}
            Fold::Fails => return Err(StoreError::Guard { write: index, guard: number }),
            Fold::Filter(mut filter) => filters.append(&mut filter),
            Fold::Not => return Ok(None),
        }
    }
    Ok(Some(filters))
}

enum Fold {
    Holds,
    Fails,
    Filter(Vec<Document>),
    Not,
}

fn fold(write: &Write, guard: &Guard) -> Result<Fold, StoreError> {
    let written = match write {
        Write::Create { .. } => None,
        Write::Update { collection, id, .. } | Write::Delete { collection, id, .. } => {
            Some((collection, id))
        }
    };
    match guard {
        Guard::Matches(condition) => {
            if let Source::Given(record) = &condition.rows[0].source {
                return Ok(match condition.decide(record) {
                    Some(true) => Fold::Holds,
                    Some(false) => Fold::Fails,
                    None => Fold::Not,
                });
            }
            let same = written.is_some_and(|(collection, id)| {
                condition.base().id == collection.id && names_id(condition, id)
            });
            Ok(match select::own(condition).filter(|_| same) {
                Some(filter) => Fold::Filter(vec![filter]),
                None => Fold::Not,
            })
        }
        Guard::Exist { ids, .. } if ids.is_empty() => Ok(Fold::Holds),
        Guard::Exist { .. } => Ok(Fold::Not),
        Guard::Unchanged { collection, id, values } => match written {
            Some((own, own_id)) if own.id == collection.id && own_id == id => {
                Ok(Fold::Filter(write::unchanged(collection, values)?))
            }
            _ => Ok(Fold::Not),
        },
    }
}

/// Whether a condition can hold for the record of that id only.
fn names_id(condition: &Condition, id: &str) -> bool {
    let is_id = |field: usize| condition.base().fields[field].name == "id";
    let names = |test: &Test| match test {
        Test::Compare {
            left: Term::Column { row: 0, field },
            op: Op::Equal,
            right: Term::Value(Value::Text(text)),
            ..
        } => is_id(*field) && text == id,
        _ => false,
    };
    match &condition.test {
        Test::All(tests) => tests.iter().any(names),
        test => names(test),
    }
}

/// Checks the guards of a write, one after the other.
///
/// # Errors
/// `Guard` for the first that does not hold.
pub(super) async fn check(
    server: &Server,
    mut session: Option<&mut ClientSession>,
    (index, write): (usize, &Write),
) -> Result<(), Failure> {
    for (number, guard) in of(write).iter().enumerate() {
        if !holds(server, session.as_deref_mut(), guard).await? {
            return Err(StoreError::Guard { write: index, guard: number }.into());
        }
    }
    Ok(())
}

async fn holds(
    server: &Server,
    session: Option<&mut ClientSession>,
    guard: &Guard,
) -> Result<bool, Failure> {
    match guard {
        Guard::Matches(condition) => read::whether(&mut server.place(session), condition).await,
        Guard::Exist { ids, .. } if ids.is_empty() => Ok(true),
        Guard::Exist { collection, ids } => exist(server, session, collection, ids).await,
        Guard::Unchanged { collection, id, values } => {
            let filter = write::filter(collection, id, write::unchanged(collection, values)?);
            Ok(count(server, session, collection, filter).await? > 0)
        }
    }
}

/// Whether all these records are there. In a transaction they are held, so that nobody removes them
/// before it ends: reading alone would not keep anybody from that.
async fn exist(
    server: &Server,
    session: Option<&mut ClientSession>,
    collection: &Collection,
    ids: &[String],
) -> Result<bool, Failure> {
    let keys: Vec<_> = ids.iter().map(|id| write::key(collection, id)).collect();
    let filter = doc! { "_id": { "$in": keys } };
    let wanted = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    let own = !collection.is_view() && collection.adopted.is_none();
    match session {
        Some(session) if own => {
            let documents = server.database.collection::<Document>(collection.table());
            let hold = doc! { "$inc": { names::HELD: 1 } };
            let held = documents.update_many(filter, hold).session(session).await?;
            Ok(held.matched_count == wanted)
        }
        session => Ok(count(server, session, collection, filter).await? == wanted),
    }
}

async fn count(
    server: &Server,
    session: Option<&mut ClientSession>,
    collection: &Collection,
    filter: Document,
) -> Result<u64, Failure> {
    let mut count = 0;
    let stages = vec![doc! { "$match": filter }, doc! { "$count": "n" }];
    let mut each = |document: &RawDocument| {
        count = read::number(document, "n");
        Ok(())
    };
    server.place(session).aggregate(Some(collection.table()), stages, 1, &mut each).await?;
    Ok(count)
}

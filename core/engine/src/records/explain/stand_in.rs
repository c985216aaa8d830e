//! Explanations for callers that are nobody in particular: whoever has a role, any record of a
//! collection, anybody signed in. A record that is not stored stands in for them.

use std::sync::Arc;

use jiff::Timestamp;
use purlin_model::policy::Subject;
use purlin_model::schema::system::SUPERUSERS;
use purlin_model::{Caller, Collection, Fault, Json, Record, Schema, Value};

use super::super::Records;
use super::{Wish, wrong};
use crate::catalog::Snapshot;
use crate::error::{Answer, ApiError};
use crate::random;

/// How long the id of a stand-in is.
const ID_LENGTH: usize = 15;

impl Records {
    /// Explains what the subject of a policy may do, given as it is written there, but for `*`:
    /// `wish.auth` does not count. `role:NAME`, `COLLECTION/*` and `@auth` are a blank record that
    /// is not stored, with just that role and the roles lines give to all of its collection: `like`,
    /// or else the first in which records sign in.
    ///
    /// # Errors
    /// 400 that names an unknown subject, collection, record or action.
    pub async fn explain_for(
        &self,
        snapshot: &Arc<Snapshot>,
        subject: &str,
        like: Option<&str>,
        wish: Wish,
        now: Timestamp,
    ) -> Answer<Json> {
        let schema = &snapshot.schema;
        let parsed =
            Subject::parse(subject, schema).map_err(|nobody| refused(&nobody.to_string()))?;
        let place = match &parsed {
            Subject::Anyone => {
                return Err(refused("Name a caller, such as @guest or @auth"));
            }
            Subject::Guest => {
                return self.explain(snapshot, &Wish { auth: None, ..wish }, now).await;
            }
            Subject::Record(collection, id) => {
                let auth = Some((collection.to_string(), id.to_string()));
                return self.explain(snapshot, &Wish { auth, ..wish }, now).await;
            }
            Subject::Any(collection) => schema.by_id(collection),
            Subject::Role(_) | Subject::SignedIn => place(schema, like)?,
        };
        let place = place.filter(|place| place.name != SUPERUSERS);
        let nowhere = || refused("There is no auth collection to take a record of");
        let record = blank(place.ok_or_else(nowhere)?);
        let snapshot = match &parsed {
            role @ Subject::Role(_) => {
                let itself = Subject::of(&Caller::Record(record.clone()));
                &self.catalog.pretending(&itself, role)
            }
            _ => snapshot,
        };
        self.explain_to(snapshot, &Caller::Record(record), &wish, now).await
    }
}

/// The collection a stand-in is a record of.
fn place<'s>(schema: &'s Schema, like: Option<&str>) -> Answer<Option<&'s Arc<Collection>>> {
    let mut all = schema.collections().iter();
    match like {
        None => Ok(all.find(|known| known.is_auth() && !known.system)),
        Some(name) => {
            let named = schema.by_name(name).filter(|known| known.is_auth());
            named.map(Some).ok_or_else(|| wrong("as", name))
        }
    }
}

fn blank(collection: &Arc<Collection>) -> Arc<Record> {
    let mut record = Record::blank(collection);
    record.set("id", Value::Text(random::text(ID_LENGTH)));
    Arc::new(record)
}

fn refused(why: &str) -> ApiError {
    let fault = Fault::new("validation_invalid_subject", why);
    ApiError::invalid_value("The subject cannot be asked about.", "subject", fault)
}

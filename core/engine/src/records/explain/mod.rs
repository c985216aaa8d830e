//! Why somebody may or may not do something (authorization.md 3).
//!
//! Everything is asked as the request itself would be: the same lines, the same scope, the same
//! plan.

mod answer;
mod stand_in;
mod verdict;
mod wish;

use std::sync::Arc;

use jiff::Timestamp;
use purlin_model::draft::{self, Submission};
use purlin_model::plan::{Facts, Occasion};
use purlin_model::{Action, Caller, Json, Record};

use super::lookup::load;
use super::{Ask, Records};
use crate::catalog::{Served, Snapshot};
use crate::error::{Answer, ApiError};
use crate::random;

use verdict::Verdict;
pub use wish::Wish;

/// What an explanation is about.
struct Matter<'a> {
    ask: Ask<'a>,
    served: &'a Arc<Served>,
    action: Action,
    /// The record that is stored, or would be.
    record: Option<Arc<Record>>,
}

impl Records {
    /// Explains what a caller may do, as JSON: the decision, the lines that make it, the fields, the
    /// filter and what the database would be asked.
    ///
    /// # Errors
    /// 400 that names an unknown collection, record or action.
    pub async fn explain(
        &self,
        snapshot: &Arc<Snapshot>,
        wish: &Wish,
        now: Timestamp,
    ) -> Answer<Json> {
        let caller = self.wished_caller(snapshot, wish).await?;
        self.explain_to(snapshot, &caller, wish, now).await
    }

    /// Explains what this caller may do, whomever the wish names.
    async fn explain_to(
        &self,
        snapshot: &Arc<Snapshot>,
        caller: &Caller,
        wish: &Wish,
        now: Timestamp,
    ) -> Answer<Json> {
        let served = snapshot.served(&wish.collection);
        let unknown = || wrong("collection", &wish.collection);
        let served = served.ok_or_else(unknown)?;
        let body = wish.data.clone().unwrap_or(Json::Null);
        let facts = Facts {
            caller,
            method: method(wish.action),
            occasion: Occasion::Default,
            query: &wish.query,
            headers: &wish.headers,
            body: &body,
            now,
            scopes: &**snapshot,
        };
        let ask = Ask::new(snapshot, facts, "");
        let stored = match &wish.record {
            Some(id) => {
                let found = load(&self.datasources, &served.collection, id).await?;
                Some(found.ok_or_else(|| wrong("record", id))?)
            }
            None => None,
        };
        let given = wish.data.as_ref().filter(|_| !served.collection.is_view());
        let draft = given.map(|data| {
            let base = stored.clone().unwrap_or_else(|| Record::blank(&served.collection));
            let submission = Submission {
                members: data.members().unwrap_or_default().to_vec(),
                uploads: Vec::new(),
                is_new: stored.is_none(),
                hidden: caller.is_superuser(),
            };
            draft::submit(&base, submission, &mut random::below)
        });
        let would_be = draft.as_ref().filter(|draft| draft.is_new).map(draft::Draft::would_be);
        let submitted = draft.as_ref().map(|draft| draft.body.clone());
        let ask = match &submitted {
            Some(body) => ask.submitting(body),
            None => ask,
        };
        let record = stored.or(would_be).map(Arc::new);
        let matter = Matter { ask, served, action: wish.action, record };
        let verdict = Verdict::of(self, &matter, draft.as_ref(), wish.record.is_some()).await?;
        answer::json(self, &matter, &verdict, wish.record.as_deref())
    }

    /// Whoever is asked about.
    async fn wished_caller(&self, snapshot: &Snapshot, wish: &Wish) -> Answer<Caller> {
        let Some((name, id)) = &wish.auth else { return Ok(Caller::Guest) };
        let served = snapshot.served(name).filter(|served| served.collection.is_auth());
        let served = served.ok_or_else(|| wrong("auth.collection", name))?;
        let record = load(&self.datasources, &served.collection, id).await?;
        let record = Arc::new(record.ok_or_else(|| wrong("auth.id", id))?);
        Ok(match served.collection.name == purlin_model::schema::system::SUPERUSERS {
            true => Caller::Superuser(record),
            false => Caller::Record(record),
        })
    }
}

/// The method of a request for an action.
fn method(action: Action) -> &'static str {
    match action {
        Action::List | Action::View => "GET",
        Action::Create => "POST",
        Action::Update | Action::Manage => "PATCH",
        Action::Delete => "DELETE",
    }
}

/// A wish that names what is not there.
fn wrong(key: &'static str, name: &str) -> ApiError {
    let fault = purlin_model::Fault::new("validation_unknown", format!("There is no \"{name}\""));
    let mut error = ApiError::bad_request(format!("Unknown {key} \"{name}\"."));
    match key.split_once('.') {
        Some((group, key)) => error.faults.group(group).add(key, fault),
        None => error.faults.add(key, fault),
    }
    error
}

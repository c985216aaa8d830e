//! Two factors: the first opens a session in `_mfas`, another one within its time closes it
//! (http-api.md 5.7).

use std::sync::Arc;

use jiff::SignedDuration;
use purlin_model::plan::{self, Facts, Output};
use purlin_model::{Caller, Collection, Json, Record, date, draft};

use super::{Auth, form};
use crate::catalog::{Rule, Served, Snapshot};
use crate::error::{Answer, ApiError};
use crate::query_string;
use crate::random;
use crate::records::{Ask, Submitted};
use crate::store::api_error;

/// The collection of sessions that wait for their second factor.
const SESSIONS: &str = "_mfas";
/// The parameter or member a client names its session by.
const SESSION_ID: &str = "mfaId";
/// Sessions removed at a time.
const CHUNK: u64 = 500;

fn not_open() -> ApiError {
    ApiError::bad_request("Invalid or expired MFA session.")
}

impl Auth {
    /// Lets a record whose credentials were right come in if one factor is enough for it, or if
    /// the request names a session that another method opened. The method is `ask`'s occasion.
    /// Whatever cannot be told counts as "two factors".
    ///
    /// # Errors
    /// 401 with `{"mfaId"}` in the place of the error body when this was the first factor, 400 for
    /// a session that does not fit.
    pub(super) async fn second_factor(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        record: &Record,
    ) -> Answer<()> {
        if !self.wants_two(ask, served, record).await? {
            return Ok(());
        }
        let id = session_id(&ask.facts)?;
        if id.is_empty() {
            let id = self.open(ask, record).await?;
            let body = Json::Object(vec![(SESSION_ID.to_owned(), Json::Text(id))]);
            let asked = ApiError::new(401, "A second factor is required.");
            return Err(ApiError { body: Some(body), ..asked });
        }
        self.close(ask, record, &id).await
    }

    /// Removes the sessions that ran out without a second factor.
    ///
    /// # Errors
    /// 503 when the store fails.
    pub async fn sweep(&self, snapshot: &Arc<Snapshot>) -> Answer<()> {
        let Some(sessions) = snapshot.schema.by_name(SESSIONS) else { return Ok(()) };
        for collection in snapshot.schema.collections().iter().filter(|known| known.is_auth()) {
            let before = self.oldest(collection);
            loop {
                let select = plan::owned_before(sessions, &collection.id, &before, CHUNK);
                let page = self.datasources.main().select(&select).await.map_err(api_error)?;
                for found in &page.records {
                    self.remove(snapshot, found.record.id()).await?;
                }
                if page.count < CHUNK {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn wants_two(&self, ask: &Ask<'_>, served: &Served, record: &Record) -> Answer<bool> {
        if !served.collection.auth().is_some_and(|auth| auth.mfa.enabled) {
            return Ok(false);
        }
        match &served.second_factor {
            Rule::Filter(rule) => {
                let wanted = self.records.holds(ask, &served.collection, rule, record.id()).await?;
                Ok(wanted.unwrap_or(true))
            }
            Rule::Open | Rule::Locked | Rule::Broken(_) => Ok(true),
        }
    }

    /// Opens a session for the method the record came in by; its id.
    async fn open(&self, ask: &Ask<'_>, record: &Record) -> Answer<String> {
        let id = draft::new_id(self.clock.now(), &mut random::below);
        let members = [
            ("id", &*id),
            ("collectionRef", &record.collection.id),
            ("recordRef", record.id()),
            ("method", ask.facts.occasion.text()),
        ];
        let members = members.map(|(key, text)| (key.to_owned(), Json::from(text))).into();
        let submitted = Submitted { members, uploads: Vec::new() };
        let facts = Facts::bare(&Caller::System, self.clock.now());
        self.records.create(&Ask::new(ask.snapshot, facts, ""), SESSIONS, submitted).await?;
        Ok(id)
    }

    /// Uses up a session that another method opened for the same record.
    async fn close(&self, ask: &Ask<'_>, record: &Record, id: &str) -> Answer<()> {
        let schema = &ask.snapshot.schema;
        let sessions = schema.by_name(SESSIONS).ok_or_else(not_open)?;
        let select = plan::by_id(sessions, id, Output::Records);
        let page = self.datasources.main().select(&select).await.map_err(api_error)?;
        let session = page.records.into_iter().next().ok_or_else(not_open)?.record;
        let owner = schema.by_id(session.text("collectionRef"));
        if owner.is_none_or(|owner| session.text("created") < &*self.oldest(owner)) {
            self.remove(ask.snapshot, id).await?;
            return Err(not_open());
        }
        let own = session.text("collectionRef") == record.collection.id
            && session.text("recordRef") == record.id();
        if !own {
            return Err(ApiError::bad_request("Invalid MFA session."));
        }
        if session.text("method") == ask.facts.occasion.text() {
            let message = "A different authentication method is required.";
            return Err(ApiError::bad_request(message));
        }
        // Of two requests that bring the same session only the one that removes it comes in.
        if self.remove(ask.snapshot, id).await? { Ok(()) } else { Err(not_open()) }
    }

    /// Removes a session; false when it was gone already.
    async fn remove(&self, snapshot: &Arc<Snapshot>, id: &str) -> Answer<bool> {
        let facts = Facts::bare(&Caller::System, self.clock.now());
        match self.records.delete(&Ask::new(snapshot, facts, ""), SESSIONS, id).await {
            Ok(()) => Ok(true),
            Err(error) if error.status == 404 => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sessions of a collection made before this date have run out.
    fn oldest(&self, collection: &Collection) -> String {
        let seconds = collection.auth().map_or(0, |auth| auth.mfa.duration);
        let now = self.clock.now();
        let oldest = now.checked_sub(SignedDuration::from_secs(seconds.max(0)));
        // A duration that reaches behind the calendar never ends.
        oldest.map_or_else(|_| String::new(), date::format)
    }
}

/// The session a request names, in its query or its body; `""` = none.
fn session_id(facts: &Facts<'_>) -> Answer<String> {
    match query_string::first(facts.query, SESSION_ID) {
        Some(id) if !id.is_empty() => Ok(id.to_owned()),
        _ => form::text(facts.body, SESSION_ID)
            .map_err(|_| ApiError::bad_request("Failed to read MFA Id.")),
    }
}

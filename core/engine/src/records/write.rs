//! Creating and updating records (http-api.md 4.2).

use std::sync::Arc;

use purlin_model::draft::{self, Submission};
use purlin_model::plan::{Guard, Scope, Write};
use purlin_model::{Action, Json, Record, Value};

use super::lookup::{fulfilled, load, met_given, met_on};
use super::permit::{Permit, manages_given, manages_stored};
use super::tries::Tries;
use super::{Ask, Outcome, Records, Submitted};
use crate::authz::sight;
use crate::catalog::Served;
use crate::error::{Answer, ApiError};
use crate::events::Change;
use crate::random;
use crate::store::{Access, StoreError, api_error};

/// How often an update is worked out anew when the value it rests on changed meanwhile, before it
/// takes the database for itself.
const ATTEMPTS: usize = 3;
/// The same where the database has no transactions to take it with.
const LONE_ATTEMPTS: usize = 50;

/// A write that was made.
pub(super) struct Written {
    /// The record as it is stored now.
    pub(super) record: Record,
    /// What it brought about.
    pub(super) outcome: Outcome,
}

impl Records {
    /// Makes a record from what was submitted; answers it as JSON.
    ///
    /// # Errors
    /// 403 without any right to create, 400 when the rule does not hold (nothing is said of
    /// fields then) or values are wrong.
    pub async fn create(
        &self,
        ask: &Ask<'_>,
        collection: &str,
        submitted: Submitted,
    ) -> Answer<Vec<u8>> {
        let served = ask.served(collection)?;
        let access = &self.datasources;
        let mut written = self.create_within(access, ask, served, submitted).await?;
        self.committed(ask, std::mem::take(&mut written.outcome)).await;
        self.shown(access, ask, served, &written).await
    }

    /// Changes a record by what was submitted; answers it as JSON.
    ///
    /// # Errors
    /// 403 without any right to update, 404 without such a record or by rule, 400 when values are
    /// wrong.
    pub async fn update(
        &self,
        ask: &Ask<'_>,
        collection: &str,
        id: &str,
        submitted: Submitted,
    ) -> Answer<Vec<u8>> {
        let served = ask.served(collection)?;
        let (collection, access) = (&served.collection, &self.datasources);
        let transactions = self.store(collection)?.capabilities().transactions.is_ok();
        let mut written = None;
        for _ in 0..if transactions { ATTEMPTS } else { LONE_ATTEMPTS } {
            written = self.update_once(access, ask, served, id, submitted.clone()).await?;
            if written.is_some() {
                break;
            }
            tracing::debug!(id, "a record changed while an update was worked out");
        }
        let mut written = match written {
            Some(written) => written,
            None if transactions => self.update_alone(ask, served, id, &submitted).await?,
            None => return Err(ApiError::unavailable("a record kept changing")),
        };
        self.committed(ask, std::mem::take(&mut written.outcome)).await;
        self.shown(access, ask, served, &written).await
    }

    /// Updates in a transaction of its own, in which the record does not change.
    async fn update_alone(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        id: &str,
        submitted: &Submitted,
    ) -> Answer<Written> {
        let mut tries = Tries::default();
        loop {
            let once = async {
                let open = self.begin(ask, &served.collection.datasource).await?;
                let written = self.update_within(&open, ask, served, id, submitted.clone()).await?;
                open.commit().await.map_err(api_error)?;
                Ok(written)
            };
            match once.await {
                Err(error) if tries.again(&error).await => {}
                done => return done,
            }
        }
    }

    /// Creates without telling anybody yet: the caller publishes once it is committed.
    pub(super) async fn create_within(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        submitted: Submitted,
    ) -> Answer<Written> {
        const FAILED: &str = "Failed to create record.";
        writable(served)?;
        let scope = ask.authorize(Action::Create, served)?;
        let blank = Record::blank(&served.collection);
        let mut draft =
            draft::submit(&blank, submission(submitted, true, &scope), &mut random::below);
        let body = draft.body.clone();
        let ask = ask.submitting(&body);
        let permit = Permit::of(&scope, &draft);
        let looks = scope.rows().is_some() || permit.looks_at_the_record();
        let would_be = (looks || served.collection.is_auth()).then(|| Arc::new(draft.would_be()));
        if let (Some(terms), Some(record)) = (scope.rows(), &would_be)
            && !met_given(access, &ask, record, terms).await?
        {
            return Err(ApiError::bad_request(FAILED).because("the create rule does not hold"));
        }
        let manager = match &would_be {
            _ if scope.sees_hidden() => true,
            Some(record) => {
                permit.check_given(access, &ask, record).await?;
                manages_given(access, &ask, served, record).await?
            }
            None => permit.verdict().map(|()| false)?,
        };
        let guards = self.finish(access, &ask, served, &mut draft, manager, FAILED).await?;
        let left_out = draft.left_out();
        let mut record = draft.record;
        let write = Write::Create { record: record.clone(), left_out, guards };
        let written = access.write(self.accompanied(&served.collection, write, &ask)?).await;
        let assigned = written.map_err(|error| write_error(error, FAILED))?;
        if let Some(assigned) = assigned.into_iter().next() {
            record.set("id", Value::Text(assigned.id));
        }
        let change = change(served, &record, Action::Create);
        let mut outcome = Outcome::of(change);
        outcome.append(self.after_create(access, &ask, served, &record).await?);
        Ok(Written { record, outcome })
    }

    /// Updates inside of a transaction without telling anybody yet: the caller publishes once it is
    /// committed.
    pub(super) async fn update_within(
        &self,
        transaction: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        id: &str,
        submitted: Submitted,
    ) -> Answer<Written> {
        let written = self.update_once(transaction, ask, served, id, submitted).await?;
        let alone = "a record changed inside of a transaction that has the database for itself";
        written.ok_or_else(|| ApiError::internal(alone))
    }

    /// Updates without telling anybody yet; `None` when what it rests on changed meanwhile.
    async fn update_once(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        id: &str,
        submitted: Submitted,
    ) -> Answer<Option<Written>> {
        writable(served)?;
        let scope = ask.authorize(Action::Update, served)?;
        let stored = load(access, &served.collection, id).await?.ok_or_else(ApiError::not_found)?;
        let submission = submission(submitted, false, &scope);
        self.try_update(access, ask, served, &scope, &stored, submission).await
    }

    /// One attempt at an update; `None` when what it rests on changed meanwhile.
    async fn try_update(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        scope: &Scope,
        stored: &Record,
        submission: Submission,
    ) -> Answer<Option<Written>> {
        const FAILED: &str = "Failed to update record.";
        let mut draft = draft::submit(stored, submission, &mut random::below);
        let permit = Permit::of(scope, &draft);
        let body = draft.body.clone();
        let ask = ask.submitting(&body);
        // What the rule says of the record has to hold inside the write's transaction, too.
        let mut guards = Vec::new();
        if let Some(terms) = scope.rows() {
            let condition = met_on(&ask, &served.collection, terms, stored.id());
            let condition = condition.ok_or_else(ApiError::not_found)?;
            if !fulfilled(access, condition.clone()).await? {
                return Err(ApiError::not_found());
            }
            guards.push(Guard::Matches(condition));
        }
        let ruled = guards.len();
        guards.append(&mut permit.check_stored(access, &ask, stored.id()).await?);
        let permitted = guards.len();
        let manager =
            scope.sees_hidden() || manages_stored(access, &ask, served, stored.id()).await?;
        guards.append(&mut self.finish(access, &ask, served, &mut draft, manager, FAILED).await?);
        let basis = draft.basis();
        if !basis.is_empty() {
            let (collection, id) = (served.collection.clone(), stored.id().to_owned());
            guards.push(Guard::Unchanged { collection, id, values: basis });
        }
        let last_guard = guards.len().checked_sub(1).filter(|_| !draft.computed.is_empty());
        let write = Write::Update {
            collection: served.collection.clone(),
            id: stored.id().to_owned(),
            set: draft.changes(),
            guards,
        };
        match access.write(self.accompanied(&served.collection, write, &ask)?).await {
            Err(StoreError::Guard { guard, .. }) if guard < ruled => {
                return Err(ApiError::not_found());
            }
            Err(StoreError::Guard { guard, .. })
                if guard < permitted || Some(guard) == last_guard =>
            {
                return Ok(None);
            }
            done => drop(done.map_err(|error| write_error(error, FAILED))?),
        }
        let mut outcome = Outcome::of(change(served, &draft.record, Action::Update));
        outcome.append(self.after_update(access, &ask, stored, &draft.record).await?);
        Ok(Some(Written { record: draft.record, outcome }))
    }

    /// What the writer sees of a record just written.
    pub(super) async fn shown(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        written: &Written,
    ) -> Answer<Vec<u8>> {
        let scope = sight(ask.snapshot, ask.facts.caller, served);
        // What an adopted table makes of a record is its own affair: defaults, triggers, rounding.
        let known = served.collection.adopted.is_none();
        let masked = served.collection.is_auth() || !scope.classes().is_empty();
        if known && ask.expand().is_empty() && (!masked || scope.sees_hidden()) {
            let mut bytes = Vec::with_capacity(512);
            scope.shape().encode(&written.record, &[], &mut bytes);
            return Ok(bytes);
        }
        let shown = self.one(access, ask, served, &scope, written.record.id()).await?;
        shown.ok_or_else(ApiError::not_found)
    }
}

fn submission(submitted: Submitted, is_new: bool, scope: &Scope) -> Submission {
    let Submitted { members, uploads } = submitted;
    Submission { members, uploads, is_new, hidden: scope.sees_hidden() }
}

/// Views are computed, not written.
pub(super) fn writable(served: &Served) -> Answer<()> {
    match served.collection.is_view() {
        true => Err(ApiError::bad_request("Unsupported collection type.")),
        false => Ok(()),
    }
}

fn change(served: &Served, record: &Record, action: Action) -> Change {
    Change { collection: served.collection.clone(), id: record.id().to_owned(), action }
}

/// What a client is told when the store did not take a write.
fn write_error(error: StoreError, message: &'static str) -> ApiError {
    match error {
        StoreError::NotUnique { fields, .. } => {
            let mut faults = purlin_model::Faults::default();
            for field in fields {
                let fault =
                    purlin_model::Fault::new("validation_not_unique", "value must be unique");
                faults.add(field, fault);
            }
            ApiError::invalid(message, faults)
        }
        StoreError::Missing { .. } => ApiError::not_found(),
        StoreError::Guard { .. } => {
            ApiError::bad_request(message).because("a related record went away meanwhile")
        }
        error => api_error(error),
    }
}

impl<'a> Ask<'a> {
    /// The same request with what it submits, as rules see it.
    pub(super) fn submitting<'b>(&self, body: &'b Json) -> Ask<'b>
    where
        'a: 'b,
    {
        let mut ask: Ask<'b> = self.clone();
        ask.facts.body = body;
        ask
    }
}

//! From a draft to a record that can be stored: checks, what the server adds, passwords hashed.

use std::sync::Arc;

use purlin_model::Value;
use purlin_model::draft::validate::{self, Verdict};
use purlin_model::draft::{self, Draft};
use purlin_model::plan::{self, Guard};
use purlin_model::schema::system;
use purlin_model::{Collection, Json};

use super::elsewhere::told;
use super::lines::{canonical, check_line};
use super::lookup::{existing, load};
use super::{Ask, Records, pending};
use crate::catalog::Served;
use crate::error::{Answer, ApiError};
use crate::passwords;
use crate::random;
use crate::store::{Access, api_error};

impl Records {
    /// Checks a draft, completes it and hashes its passwords. Answers the guards under which it
    /// may be written.
    ///
    /// # Errors
    /// 400 with everything that is wrong.
    pub(super) async fn finish(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        draft: &mut Draft,
        manager: bool,
        message: &'static str,
    ) -> Answer<Vec<Guard>> {
        if served.collection.is_auth() {
            self.check_auth(access, ask, draft, manager, message).await?;
        }
        draft.complete(ask.facts.now, &mut random::below);
        canonical(&ask.snapshot.schema, draft);
        let mut verdict = validate::validate(draft);
        let guards = related(access, ask, draft, &mut verdict).await?;
        self.unique_id(access, ask, draft, &mut verdict).await?;
        for (key, fault) in check_line(access, ask, draft).await?.0 {
            verdict.faults.add(key, fault);
        }
        if !verdict.faults.is_empty() {
            return Err(ApiError::invalid(message, verdict.faults));
        }
        for field in draft.plain.clone() {
            let Value::Text(plain) = &draft.record.values[field] else { continue };
            if !plain.is_empty() {
                let hash = self.passwords.hash(plain.clone()).await?;
                draft.record.values[field] = Value::Text(hash);
            }
        }
        Ok(guards)
    }

    /// What an auth record's submission needs beyond its fields; its faults are answered alone.
    async fn check_auth(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        draft: &mut Draft,
        manager: bool,
        message: &'static str,
    ) -> Answer<()> {
        let form = draft::auth::check(draft, manager);
        if !form.faults.is_empty() {
            return Err(ApiError::invalid(message, form.faults));
        }
        if let Some(old) = &form.old_password {
            let hash = draft.base.text("password").to_owned();
            if self.passwords.verify(old.clone(), Some(hash)).await? == passwords::Verdict::Wrong {
                return Err(ApiError::invalid(message, draft::auth::wrong_old_password()));
            }
        }
        if form.rotates_token_key(draft) || loses_links(access, ask, draft).await? {
            draft.set("tokenKey", Value::Text(random::text(50)));
        }
        if draft.record.collection.name == system::SUPERUSERS {
            draft.set("verified", Value::Bool(true));
        }
        Ok(())
    }

    /// The id of an auth record belongs to no record of another auth collection; a client's own id
    /// differs from others by more than case.
    async fn unique_id(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        draft: &Draft,
        verdict: &mut Verdict,
    ) -> Answer<()> {
        let collection = &draft.record.collection;
        if draft.is_new && self.is_parting(access, ask, collection).await? {
            verdict.faults.add("id", validate::id_parting());
        }
        if let (Some(id), Some(field)) = (&verdict.id_in_any_case, collection.field_index("id")) {
            let select = plan::by_value(collection, field, id, true);
            if access.select(&select).await.map_err(api_error)?.count > 0 {
                verdict.faults.add("id", validate::id_taken());
            }
        }
        let Some(id) = &verdict.auth_id else { return Ok(()) };
        for other in ask.snapshot.schema.collections() {
            let rival = other.is_auth() && other.id != collection.id;
            if rival && load(access, other, id).await?.is_some() {
                verdict.faults.add("id", validate::auth_id_taken());
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether a client's own id was that of a record whose delete other datasources have not heard of:
    /// what still refers to that one would refer to this one.
    async fn is_parting(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        collection: &Collection,
    ) -> Answer<bool> {
        let id = ask.facts.submitted("id").and_then(Json::text).unwrap_or_default();
        if id.is_empty() || told(&ask.snapshot.schema, collection).is_empty() {
            return Ok(false);
        }
        self.outbox.ready(&ask.snapshot.schema, &collection.datasource).await?;
        let select = plan::owned(&pending::table(&collection.datasource), collection, Some(id));
        Ok(access.select(&select).await.map_err(api_error)?.count > 0)
    }
}

/// Checks that the ids relation fields newly hold are records; answers guards that they stay so
/// until the write.
async fn related(
    access: &dyn Access,
    ask: &Ask<'_>,
    draft: &Draft,
    verdict: &mut Verdict,
) -> Answer<Vec<Guard>> {
    let mut guards = Vec::with_capacity(verdict.relations.len());
    for check in std::mem::take(&mut verdict.relations) {
        let name = &draft.record.collection.fields[check.field].name;
        let Some(target) = ask.snapshot.schema.by_id(&check.collection_id) else {
            verdict.faults.add(name, validate::missing_collection());
            continue;
        };
        if existing(access, target, &check.ids).await?.len() < check.ids.len() {
            verdict.faults.add(name, validate::missing_relations());
        } else if !target.is_view() && target.datasource == draft.record.collection.datasource {
            // Another database knows nothing of this write: there it was true a moment ago.
            guards.push(Guard::Exist { collection: target.clone(), ids: check.ids });
        }
    }
    Ok(guards)
}

/// Whether the record becomes verified and thereby loses links to other services: whoever signed in
/// before by one of them must not stay in (http-api.md 4.2).
async fn loses_links(access: &dyn Access, ask: &Ask<'_>, draft: &Draft) -> Answer<bool> {
    let verified = !draft.is_new && !draft.base.flag("verified") && draft.record.flag("verified");
    let Some(links) = ask.snapshot.schema.by_name(system::EXTERNAL_AUTHS).filter(|_| verified)
    else {
        return Ok(false);
    };
    let select = plan::owned(links, &draft.record.collection, Some(draft.record.id()));
    Ok(access.select(&select).await.map_err(api_error)?.count > 0)
}

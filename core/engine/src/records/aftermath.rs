//! What a write to an auth record brings with it (http-api.md 4.2, 6.6).

use std::sync::Arc;

use purlin_model::plan::{self, Write};
use purlin_model::schema::{MAIN, system};
use purlin_model::{Action, Record};

use super::cascade::Cascade;
use super::pending::Owed;
use super::{Ask, Outcome, Records};
use crate::catalog::Served;
use crate::error::Answer;
use crate::events::Change;
use crate::store::{Access, api_error};

/// The superuser that stands in until the first real one is made (6.6).
pub const INSTALLER: &str = "__pbinstaller@example.com";

impl Records {
    /// After a create: the first real superuser takes the place of the stand-in.
    pub(super) async fn after_create(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        record: &Record,
    ) -> Answer<Outcome> {
        let (collection, mut outcome) = (&served.collection, Outcome::default());
        if collection.name != system::SUPERUSERS || record.text("email") == INSTALLER {
            return Ok(outcome);
        }
        let Some(email) = collection.field_index("email") else { return Ok(outcome) };
        let select = plan::by_value(collection, email, INSTALLER, false);
        let page = access.select(&select).await.map_err(api_error)?;
        self.outbox.ready(&ask.snapshot.schema, &collection.datasource).await?;
        for found in page.records {
            let now = purlin_model::date::format(ask.facts.now);
            let mut cascade = Cascade::new(access, &ask.snapshot.schema, &now);
            cascade.delete(found.record).await?;
            outcome.append(cascade.outcome);
        }
        Ok(outcome)
    }

    /// After an update: what rested on the old password or token key goes. Of a record of another
    /// datasource it goes with the commit, as far as databases can.
    pub(super) async fn after_update(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        before: &Record,
        after: &Record,
    ) -> Answer<Outcome> {
        let mut outcome = Outcome::default();
        if !after.collection.is_auth() {
            return Ok(outcome);
        }
        let mut gone: Vec<&str> = Vec::new();
        if before.text("password") != after.text("password") {
            gone.extend(["_mfas", "_authOrigins"]);
        }
        if before.text("tokenKey") != after.text("tokenKey") {
            gone.push("_otps");
        }
        if !before.flag("verified") && after.flag("verified") {
            gone.push(system::EXTERNAL_AUTHS);
        }
        if !after.collection.is_main() && !gone.is_empty() {
            self.outbox.ready(&ask.snapshot.schema, &after.collection.datasource).await?;
            let owed = Owed::of(after, MAIN, &gone.join(","));
            let now = purlin_model::date::format(ask.facts.now);
            access.write(vec![owed.write(&now)]).await.map_err(api_error)?;
            outcome.owed.push(owed);
            return Ok(outcome);
        }
        for name in gone {
            let Some(collection) = ask.snapshot.schema.by_name(name) else { continue };
            let select = plan::owned(collection, &after.collection, Some(after.id()));
            let page = access.select(&select).await.map_err(api_error)?;
            for found in page.records {
                let id = found.record.id().to_owned();
                let collection = collection.clone();
                let write = Write::Delete {
                    collection: collection.clone(),
                    id: id.clone(),
                    guards: Vec::new(),
                    was: Some(Arc::new(found.record)),
                };
                access.write(vec![write]).await.map_err(api_error)?;
                outcome.changes.push(Change { collection, id, action: Action::Delete });
            }
        }
        Ok(outcome)
    }
}

//! What a write to an auth record brings with it (http-api.md 4.2, 6.6).

use std::sync::Arc;

use purlin_model::plan::{self, Write};
use purlin_model::schema::system;
use purlin_model::{Action, Record};

use super::cascade::Cascade;
use super::{Ask, Records};
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
    ) -> Answer<Vec<Change>> {
        let collection = &served.collection;
        if collection.name != system::SUPERUSERS || record.text("email") == INSTALLER {
            return Ok(Vec::new());
        }
        let Some(email) = collection.field_index("email") else { return Ok(Vec::new()) };
        let select = plan::by_value(collection, email, INSTALLER, false);
        let page = access.select(&select).await.map_err(api_error)?;
        let mut changes = Vec::new();
        for found in page.records {
            let now = purlin_model::date::format(ask.facts.now);
            let mut cascade = Cascade::new(access, &ask.snapshot.schema, &now);
            cascade.delete(found.record).await?;
            changes.append(&mut cascade.changes);
        }
        Ok(changes)
    }

    /// After an update: what rested on the old password or token key goes.
    pub(super) async fn after_update(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        before: &Record,
        after: &Record,
    ) -> Answer<Vec<Change>> {
        if !after.collection.is_auth() {
            return Ok(Vec::new());
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
        let mut changes = Vec::new();
        for name in gone {
            let Some(collection) = ask.snapshot.schema.by_name(name) else { continue };
            let select = plan::owned(collection, &after.collection.id, Some(after.id()));
            let page = access.select(&select).await.map_err(api_error)?;
            for found in page.records {
                let id = found.record.id().to_owned();
                let collection = collection.clone();
                let write = Write::Delete {
                    collection: collection.clone(),
                    id: id.clone(),
                    guards: Vec::new(),
                };
                access.write(vec![write]).await.map_err(api_error)?;
                changes.push(Change { collection, id, action: Action::Delete });
            }
        }
        Ok(changes)
    }
}

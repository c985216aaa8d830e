//! Listing definitions (http-api.md 3.2).

use std::sync::Arc;

use purlin_model::plan::{self, Facts, Found, Output, Page, Scope};
use purlin_model::query::{ListRequest, MAX_PER_PAGE};
use purlin_model::{Collection, Json};

use super::{Catalog, Shown, Snapshot};
use crate::error::{Answer, ApiError};
use crate::store::api_error;

/// What a filter or sort may name.
const NAMES: [&str; 6] = ["id", "created", "updated", "name", "system", "type"];

impl Catalog {
    /// A page of definitions as JSON, as they are shown to the caller.
    ///
    /// # Errors
    /// 400 for a filter, sort or page that cannot be.
    pub async fn list(
        &self,
        snapshot: &Snapshot,
        facts: &Facts<'_>,
        shown: Shown,
    ) -> Answer<Vec<u8>> {
        let request = ListRequest::parse(facts.query);
        let request = request.map_err(|error| ApiError::unclassified(error.to_string()))?;
        let json = |row: &Found| {
            let served = snapshot.served(row.record.id())?;
            snapshot.definition(facts.caller, served, shown)
        };
        if shown == Shown::Whole {
            let page = self.rows(snapshot, facts, &request).await?;
            let items: Vec<Json> = page.records.iter().filter_map(json).collect();
            return Ok(request.page_json(&joined(items), page.total));
        }
        // Which definitions are shown is not for the database to know: all are read.
        let mut all = request.clone();
        (all.page, all.per_page, all.skip_total) = (1, MAX_PER_PAGE, true);
        let (mut items, mut read) = (Vec::new(), MAX_PER_PAGE);
        while read == MAX_PER_PAGE {
            let page = self.rows(snapshot, facts, &all).await?;
            read = page.count;
            items.extend(page.records.iter().filter_map(json));
            all.page += 1;
        }
        let total = (!request.skip_total).then_some(items.len() as u64);
        let skipped =
            items.into_iter().skip(usize::try_from(request.offset()).unwrap_or(usize::MAX));
        let wanted =
            skipped.take(usize::try_from(request.per_page).unwrap_or(usize::MAX)).collect();
        Ok(request.page_json(&joined(wanted), total))
    }

    /// A page of the rows of definitions.
    async fn rows(
        &self,
        snapshot: &Snapshot,
        facts: &Facts<'_>,
        request: &ListRequest,
    ) -> Answer<Page> {
        // Rows are of the internal table, so nothing but its plain columns may be named.
        let guest = purlin_model::Caller::Guest;
        let facts = Facts { caller: &guest, ..*facts };
        let table = narrowed(&self.collections);
        let scope = Scope::every_row(&table);
        let select = plan::list(&snapshot.schema, &facts, &table, &scope, request, Output::Records);
        let select = select.map_err(|error| ApiError::unclassified(error.to_string()))?;
        self.store().select(&select).await.map_err(api_error)
    }
}

/// Definitions with commas between them.
fn joined(items: Vec<Json>) -> Vec<u8> {
    let mut bytes = Vec::new();
    Json::List(items).write(&mut bytes);
    bytes.get(1..bytes.len().saturating_sub(1)).unwrap_or_default().to_vec()
}

/// The table with everything hidden that lists may not name.
fn narrowed(table: &Collection) -> Arc<Collection> {
    let mut table = table.clone();
    for field in &mut table.fields {
        field.hidden = !NAMES.contains(&field.name.as_str());
    }
    Arc::new(table)
}

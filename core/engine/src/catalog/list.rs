//! Listing definitions (http-api.md 3.2).

use std::sync::Arc;

use purlin_model::plan::{self, Facts, Output, Scope};
use purlin_model::query::{ListRequest, QueryError};
use purlin_model::{Collection, Json};

use super::{Catalog, Snapshot};
use crate::error::{Answer, ApiError};
use crate::store::api_error;

/// What a filter or sort may name.
const NAMES: [&str; 6] = ["id", "created", "updated", "name", "system", "type"];

impl Catalog {
    /// A page of definitions as JSON.
    ///
    /// # Errors
    /// 400 for a filter, sort or page that cannot be.
    pub async fn list(&self, snapshot: &Snapshot, facts: &Facts<'_>) -> Answer<Vec<u8>> {
        let refused = |error: QueryError| ApiError::unclassified(error.to_string());
        let request = ListRequest::parse(facts.query).map_err(refused)?;
        // Rows are of the internal table, so nothing but its plain columns may be named.
        let guest = purlin_model::Caller::Guest;
        let facts = Facts { caller: &guest, ..*facts };
        let table = narrowed(&self.collections);
        let scope = Scope::every_row(&table);
        let select =
            plan::list(&snapshot.schema, &facts, &table, &scope, &request, Output::Records);
        let page = self.store().select(&select.map_err(refused)?).await.map_err(api_error)?;
        let found = page.records.iter().filter_map(|row| snapshot.schema.by_id(row.record.id()));
        let items: Vec<Json> = found.map(|collection| collection.to_json()).collect();
        let mut bytes = Vec::new();
        Json::List(items).write(&mut bytes);
        let inner = bytes.get(1..bytes.len().saturating_sub(1)).unwrap_or_default().to_vec();
        Ok(request.page_json(&inner, page.total))
    }
}

/// The table with everything hidden that lists may not name.
fn narrowed(table: &Collection) -> Arc<Collection> {
    let mut table = table.clone();
    for field in &mut table.fields {
        field.hidden = !NAMES.contains(&field.name.as_str());
    }
    Arc::new(table)
}

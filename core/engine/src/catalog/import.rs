//! Many definitions at once (http-api.md 3.7).

use purlin_model::plan::check_rule;
use purlin_model::schema::{self, import};
use purlin_model::{Fault, Json, Schema};

use super::change::{Stop, unknown_datasource};
use super::{ATTEMPTS, Catalog, Snapshot, overtaken};
use crate::error::{Answer, ApiError};
use crate::random;
use crate::store::{StoreError, api_error};

const UNREADABLE: &str = "An error occurred while loading the submitted data.";
const FAILED: &str = "Failed to import collections.";

impl Catalog {
    /// Merges `{collections, deleteMissing}` into the definitions there are: all, or none.
    ///
    /// # Errors
    /// 400 with what is wrong; nothing is changed then.
    pub async fn import(&self, body: &Json) -> Answer<()> {
        let items = match body.get_any_case("collections") {
            Some(Json::List(items)) => items.as_slice(),
            Some(Json::Null) | None => &[],
            Some(_) => return Err(ApiError::bad_request(UNREADABLE)),
        };
        if items.iter().any(|item| !matches!(item, Json::Object(_))) {
            return Err(ApiError::bad_request(UNREADABLE));
        }
        if items.is_empty() {
            let message = "An error occurred while validating the submitted data.";
            let fault = Fault::new("validation_required", "cannot be blank");
            return Err(ApiError::invalid_value(message, "collections", fault));
        }
        let missing = body.get_any_case("deleteMissing").and_then(Json::bool).unwrap_or_default();
        let _one = self.changing.lock().await;
        for _ in 0..ATTEMPTS {
            let before = self.latest().await?;
            let after = self.imported(&before, items, missing)?;
            match self.make(&before, after, Vec::new()).await {
                Ok(()) => return Ok(()),
                Err(Stop::Overtaken) => {}
                Err(Stop::Store(
                    error @ (StoreError::Unavailable(_) | StoreError::NoDatasource { .. }),
                )) => {
                    return Err(api_error(error));
                }
                Err(Stop::Store(error)) => {
                    return Err(failed(format!("{}{error}", import::FAILED)));
                }
            }
        }
        Err(overtaken())
    }

    /// The schema an import leads to.
    fn imported(&self, before: &Snapshot, items: &[Json], missing: bool) -> Answer<Schema> {
        let import = import::import(&before.schema, items, missing, &mut random::text);
        let import = import.map_err(|error| failed(error.to_string()))?;
        let wanted = self.dated(&import.schema, &import.touched);
        let after = import::refresh_views(&wanted);
        for id in &import.touched {
            let Some(collection) = after.by_id(id) else { continue };
            let old = before.schema.by_id(id).map(AsRef::as_ref);
            let mut faults = schema::check(old, collection, &after, &check_rule);
            if self.datasources.named(&collection.datasource).is_none() {
                faults.add("datasource", unknown_datasource());
            }
            if !faults.is_empty() {
                return Err(failed(import::invalid(collection, &faults).to_string()));
            }
        }
        Ok(after)
    }

    /// The schema with today's date on what the import touched.
    fn dated(&self, schema: &Schema, touched: &[String]) -> Schema {
        let now = self.now();
        let mut all = schema.collections().to_vec();
        for collection in &mut all {
            if touched.contains(&collection.id) {
                let collection = std::sync::Arc::make_mut(collection);
                collection.updated.clone_from(&now);
                if collection.created.is_empty() {
                    collection.created.clone_from(&now);
                }
            }
        }
        Schema::new(all)
    }
}

fn failed(text: String) -> ApiError {
    let fault = Fault::new("validation_collections_import_failure", text);
    ApiError::invalid_value(FAILED, "collections", fault)
}

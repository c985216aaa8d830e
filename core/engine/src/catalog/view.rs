//! View collections: fields from the query, and trying a query out (http-api.md 3.8).

use std::sync::Arc;

use purlin_model::plan::{Shape, Sight};
use purlin_model::schema::{self, Kind, view};
use purlin_model::{Collection, Fault, Faults, FieldKind, Json, Record, Schema, Value, encode};

use super::Catalog;
use crate::error::{Answer, ApiError};
use crate::random;
use crate::store::{StoreError, api_error};

/// The longest query that may be tried out, in characters.
const MAX_QUERY: usize = 5000;
/// Records shown of a query tried out.
const SAMPLE: u64 = 10;

impl Catalog {
    /// The fields and first records of a view query, as a JSON object.
    ///
    /// # Errors
    /// 400 with what is wrong with the query.
    pub async fn dry_run_view(&self, body: &Json) -> Answer<Vec<u8>> {
        let query = body.get_any_case("query").and_then(Json::text).unwrap_or_default();
        let fault = match query.chars().count() {
            0 => Some(Fault::new("validation_required", "cannot be blank")),
            1..=MAX_QUERY => None,
            _ => {
                let message = format!("the length must be no more than {MAX_QUERY}");
                Some(Fault::new("validation_length_too_long", message))
            }
        };
        if let Some(fault) = fault {
            let message = "An error occurred while validating the submitted data.";
            return Err(ApiError::invalid_value(message, "query", fault));
        }
        let refused = |error: String| {
            ApiError::bad_request(format!("Invalid view query. Raw error: \n{error}"))
        };
        let mut view = self.scaffold("view").ok_or_else(ApiError::not_found)?;
        let name = format!("temp_view_{}", random::text(5));
        (view.id, view.name) = (schema::names::collection_id("view", &name, |_| false), name);
        view.kind = Kind::View { query: query.to_owned() };
        view.fields = self.infer(&self.snapshot().schema, query).await?.map_err(refused)?;
        let rows = self.store.sample(query, SAMPLE).await;
        let rows = rows.map_err(|error| refused(error.to_string()))?;
        Ok(sample_json(&Arc::new(view), rows))
    }

    /// The fields of a view, from its query.
    ///
    /// # Errors
    /// 400 when the query is not one a view can have; 503 when the store is away.
    pub(super) async fn view_fields(
        &self,
        schema: &Schema,
        view: &Collection,
        message: &'static str,
    ) -> Answer<Vec<purlin_model::Field>> {
        let Kind::View { query } = &view.kind else { return Ok(view.fields.clone()) };
        if query.is_empty() {
            // What is missing is said with everything else that is wrong.
            return Ok(Vec::new());
        }
        self.infer(schema, query).await?.map_err(|error| {
            let mut faults = Faults::default();
            faults.add("fields", Fault::new("validation_required", "cannot be blank"));
            let text = format!("Invalid query - {error}");
            faults.add("viewQuery", Fault::new("validation_invalid_view_query", text));
            ApiError::invalid(message, faults)
        })
    }

    async fn infer(
        &self,
        schema: &Schema,
        query: &str,
    ) -> Answer<Result<Vec<purlin_model::Field>, String>> {
        let view = match view::infer(schema, query) {
            Ok(view) => view,
            Err(error) => return Ok(Err(error)),
        };
        match self.store.describe(&view.statement).await {
            Ok(columns) => Ok(view.confirm(&columns).map(|()| view.fields)),
            Err(StoreError::Refused(text)) => Ok(Err(text)),
            Err(error) => Err(api_error(error)),
        }
    }

    /// Infers anew the fields of views that read a changed collection; a view whose query no
    /// longer fits keeps its fields, and the log says so.
    pub(super) async fn refresh_views(&self, collections: &mut [Arc<Collection>], changed: &str) {
        let schema = Schema::new(collections.to_vec());
        for reader in view::readers(&schema, changed) {
            let Kind::View { query } = &reader.kind else { continue };
            match view::infer(&schema, query) {
                Ok(inferred) => {
                    let fields = view::keep_ids(inferred.fields, Some(reader));
                    if let Some(known) = collections.iter_mut().find(|known| known.id == reader.id)
                        && known.fields != fields
                    {
                        Arc::make_mut(known).fields = fields;
                    }
                }
                Err(error) => {
                    tracing::warn!(view = reader.name, %error, "a view no longer fits what it reads");
                }
            }
        }
    }
}

fn sample_json(view: &Arc<Collection>, rows: Vec<Vec<Value>>) -> Vec<u8> {
    let shape = Shape::of(view, &Sight { hidden: true, ..Sight::default() });
    let fields = Json::List(view.fields.iter().map(purlin_model::Field::to_json).collect());
    let mut bytes = b"{\"fields\":".to_vec();
    fields.write(&mut bytes);
    bytes.extend_from_slice(b",\"sample\":[");
    for (index, row) in rows.into_iter().enumerate() {
        if index > 0 {
            bytes.push(b',');
        }
        let values = view.fields.iter().zip(row).map(|(field, value)| typed(&field.kind, &value));
        let record = Record { collection: view.clone(), values: values.collect() };
        shape.encode(&record, &[], &mut bytes);
    }
    bytes.extend_from_slice(b"]}");
    bytes
}

/// A plain value of the database as the field of a view holds it.
fn typed(kind: &FieldKind, value: &Value) -> Value {
    let stored = match value {
        Value::Number(number) => encode::Stored::Real(*number),
        Value::Text(text) => encode::Stored::Text(text),
        _ => encode::Stored::Null,
    };
    encode::decode_view(kind, stored)
}

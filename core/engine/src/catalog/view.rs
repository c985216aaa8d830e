//! View collections: fields from the query, and trying a query out (http-api.md 3.8).

use std::sync::Arc;

use purlin_model::plan::{Shape, Sight};
use purlin_model::schema::{self, Field, Kind, MAIN, view};
use purlin_model::{Collection, Fault, FieldKind, Json, Record, Schema, Value, encode};

use super::Catalog;
use super::change::unknown_datasource;
use crate::error::{Answer, ApiError};
use crate::random;
use crate::store::{OddIds, StoreError, api_error};

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
                let fault = Fault::new("validation_length_too_long", message);
                let fault = fault.with("max", Json::Number(MAX_QUERY as f64));
                Some(fault.with("min", Json::Number(0.0)))
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
        let datasource = body.get_any_case("datasource").and_then(Json::text).unwrap_or_default();
        let datasource = if datasource.is_empty() { MAIN } else { datasource };
        let store = self.datasources.named(datasource).ok_or_else(|| {
            let message = "An error occurred while validating the submitted data.";
            ApiError::invalid_value(message, "datasource", unknown_datasource())
        })?;
        let tried = self.try_query(&self.snapshot().schema, datasource, query).await?;
        if let Some(problem) = tried.problem {
            return Err(refused(problem));
        }
        view.fields = tried.fields;
        let rows = store.sample(query, SAMPLE).await;
        let rows = rows.map_err(|error| refused(error.to_string()))?;
        let columns = store.describe(query).await;
        let columns = columns.map_err(|error| refused(error.to_string()))?;
        let rows = rows.into_iter().map(|row| aligned(&row, &columns, &view.fields)).collect();
        Ok(sample_json(&Arc::new(view), rows))
    }

    /// Works out the fields of a view query and what is wrong with it, on the records there are.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub(super) async fn try_query(
        &self,
        schema: &Schema,
        datasource: &str,
        query: &str,
    ) -> Answer<Tried> {
        let store = self.datasources.named(datasource);
        let Some(store) = store.filter(|_| !query.is_empty()) else {
            // What is missing is said with everything else that is wrong.
            return Ok(Tried { fields: Vec::new(), problem: None });
        };
        let view = match view::infer(schema, query) {
            Ok(view) => view,
            Err(problem) => {
                let fields = view::outline(schema, query);
                return Ok(Tried { fields, problem: Some(problem) });
            }
        };
        if let Err(problem) = view.is_within(schema, datasource) {
            return Ok(Tried { fields: Vec::new(), problem: Some(problem) });
        }
        let described = store.describe(&view.statement).await;
        let strange = refusal(described.map(|columns| view.confirm(&columns).err()))?;
        if strange.is_some() {
            return Ok(Tried { fields: Vec::new(), problem: strange });
        }
        let odd = |odd: OddIds| match odd {
            OddIds::Empty => "the query could return records with empty or invalid ids".to_owned(),
            OddIds::Repeated => "the query could return records with non-unique ids".to_owned(),
        };
        let ids = store.odd_ids(&view.statement).await;
        let problem = refusal(ids.map(|found| found.map(odd)))?;
        Ok(Tried { fields: view.fields, problem })
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

/// A view query tried out.
pub(super) struct Tried {
    pub(super) fields: Vec<Field>,
    pub(super) problem: Option<String>,
}

/// What the store finds wrong with a query, or why it refuses it.
fn refusal(found: Result<Option<String>, StoreError>) -> Answer<Option<String>> {
    match found {
        Ok(problem) => Ok(problem),
        Err(StoreError::Refused(text)) => Ok(Some(text)),
        Err(error) => Err(api_error(error)),
    }
}

/// A row in the order of the fields: documents have their members in any order, and not all.
fn aligned(row: &[Value], columns: &[String], fields: &[Field]) -> Vec<Value> {
    let value = |field: &Field| {
        let at = columns.iter().position(|column| *column == field.name);
        at.and_then(|at| row.get(at)).cloned().unwrap_or(Value::Null)
    };
    fields.iter().map(value).collect()
}

fn sample_json(view: &Arc<Collection>, rows: Vec<Vec<Value>>) -> Vec<u8> {
    // Hidden fields stay hidden: a query may copy secrets.
    let shape = Shape::of(view, &Sight::default());
    let fields = Json::List(view.fields.iter().map(Field::to_json).collect());
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

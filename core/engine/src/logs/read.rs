//! Reading and clearing the log (http-api.md 6.3).

use std::sync::Arc;

use purlin_model::plan::{self, Facts, Output, Scope, Shape, Sight, Write};
use purlin_model::query::{ListRequest, QueryError};
use purlin_model::{Caller, Json, Schema};

use super::Logs;
use crate::error::{Answer, ApiError};
use crate::store::{StoreError, api_error, write_each};

/// Lines removed at a time.
const CHUNK: u64 = 1000;
/// What the counts say of a filter that cannot be; lists have no message of their own.
const BAD_FILTER: &str = "Invalid filter format.";
/// How much of a canonical date names its hour: `2026-11-21 00`.
const HOUR: usize = 13;

impl Logs {
    /// A page of lines as JSON.
    ///
    /// # Errors
    /// 400 for a filter, sort or page that cannot be.
    pub async fn list(&self, facts: &Facts<'_>) -> Answer<Vec<u8>> {
        let request = ListRequest::parse(facts.query).map_err(refused)?;
        let output = Output::Json(self.shape());
        let select = self.plan(facts, &request, output)?;
        let page = self.store.select(&select).await.map_err(api_error)?;
        Ok(request.page_json(&page.json, page.total))
    }

    /// One line as JSON.
    ///
    /// # Errors
    /// 404 when there is none of that id.
    pub async fn view(&self, id: &str) -> Answer<Vec<u8>> {
        let select = plan::by_id(&self.table, id, Output::Json(self.shape()));
        let page = self.store.select(&select).await.map_err(api_error)?;
        if page.count > 0 { Ok(page.json) } else { Err(ApiError::not_found()) }
    }

    /// How many lines there are by the hour.
    ///
    /// # Errors
    /// 400 for a filter that cannot be.
    pub async fn stats(&self, facts: &Facts<'_>) -> Answer<Json> {
        let invalid =
            |error: ApiError| ApiError { cause: error.cause, ..ApiError::bad_request(BAD_FILTER) };
        let filter: Vec<_> =
            facts.query.iter().filter(|(key, _)| key == "filter").cloned().collect();
        let request = ListRequest::parse(&filter).map_err(|error| invalid(refused(error)))?;
        let field = self.table.field_index("created").unwrap_or(0);
        let output = Output::Counts { field, prefix: HOUR };
        let select = self.plan(facts, &request, output).map_err(invalid)?;
        let page = self.store.select(&select).await.map_err(api_error)?;
        let hour = |(hour, total): (String, u64)| {
            Json::Object(vec![
                ("date".to_owned(), Json::Text(format!("{hour}:00:00.000Z"))),
                ("total".to_owned(), Json::Number(total as f64)),
            ])
        };
        Ok(Json::List(page.counts.into_iter().map(hour).collect()))
    }

    /// Removes all lines.
    ///
    /// # Errors
    /// 503 when the store fails.
    pub async fn clear(&self) -> Answer<()> {
        self.flush().await;
        self.remove_before("~").await.map_err(api_error)
    }

    /// Removes the lines made before a date, in canonical text.
    pub(super) async fn remove_before(&self, date: &str) -> Result<(), StoreError> {
        loop {
            let page = self.store.select(&plan::first(&self.table, CHUNK)).await?;
            let old = page.records.iter().filter(|found| found.record.text("created") < date);
            let writes: Vec<Write> = old
                .map(|found| Write::Delete {
                    collection: self.table.clone(),
                    id: found.record.id().to_owned(),
                    guards: Vec::new(),
                    was: None,
                })
                .collect();
            if writes.is_empty() {
                return Ok(());
            }
            write_each(&*self.store, writes).await?;
        }
    }

    fn plan(
        &self,
        facts: &Facts<'_>,
        request: &ListRequest,
        output: Output,
    ) -> Answer<plan::Select> {
        // Lines are in a store of their own: there is nothing beside them to name.
        let facts = Facts { caller: &Caller::Guest, ..*facts };
        let scope = Scope::every_row(&self.table);
        plan::list(&Schema::default(), &facts, &self.table, &scope, request, output)
            .map_err(refused)
    }

    fn shape(&self) -> Arc<Shape> {
        let names = ["id", "created", "data", "message", "level"].map(str::to_owned);
        let sight = Sight { only: Some(&names), ..Sight::default() };
        Arc::new(Shape::of(&self.table, &sight))
    }
}

fn refused(error: QueryError) -> ApiError {
    ApiError::unclassified(error.to_string())
}

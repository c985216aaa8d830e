//! Several writes as one (http-api.md 4.3).

use std::time::Duration;

use purlin_model::plan::{Facts, Occasion};
use purlin_model::query::Projection;
use purlin_model::settings::Batch;
use purlin_model::{Fault, Json};

use super::batch_form::{BatchForm, Item, Method};
use super::lookup::load;
use super::{Ask, Records};
use crate::error::{Answer, ApiError};
use crate::events::Change;
use crate::store::{Access, Transaction, api_error};

/// A batch that waits for its commit: the answer, and what it changes.
type Made = (Box<dyn Transaction>, Vec<u8>, Vec<Change>);

impl Records {
    /// Carries out the requests in order in one transaction: all, or none. Answers what each
    /// would have answered on its own, as a JSON array.
    ///
    /// # Errors
    /// 400 with the answer of the request that failed.
    pub async fn batch(&self, ask: &Ask<'_>, form: BatchForm, settings: &Batch) -> Answer<Vec<u8>> {
        let limit = Duration::from_secs(settings.timeout.max(1));
        let made = tokio::time::timeout(limit, self.all(ask, form)).await;
        let failed = || ApiError::bad_request("Batch transaction failed.");
        let (transaction, bytes, changes) =
            made.map_err(|_| failed().because("it took too long"))??;
        // From here on neither the time nor a client that goes away changes the outcome.
        let bus = self.bus.clone();
        let commit = tokio::spawn(async move {
            transaction.commit().await.map_err(api_error)?;
            bus.publish(&changes);
            Ok(())
        });
        commit.await.map_err(|error| ApiError::internal(error.to_string()))??;
        Ok(bytes)
    }

    /// Does everything but the commit.
    async fn all(&self, ask: &Ask<'_>, form: BatchForm) -> Answer<Made> {
        let transaction = self.datasources.main().begin().await.map_err(api_error)?;
        let (mut bytes, mut changes) = (vec![b'['], Vec::new());
        for (index, item) in form.items.into_iter().enumerate() {
            if index > 0 {
                bytes.push(b',');
            }
            let done = self.item(&*transaction, ask, item, &mut changes).await;
            match done.map_err(|error| failed_item(index, &error))? {
                Some(body) => {
                    bytes.extend_from_slice(b"{\"body\":");
                    bytes.extend_from_slice(&body);
                    bytes.extend_from_slice(b",\"status\":200}");
                }
                None => bytes.extend_from_slice(b"{\"body\":null,\"status\":204}"),
            }
        }
        bytes.push(b']');
        Ok((transaction, bytes, changes))
    }

    /// One request; the record's JSON, `None` for a delete.
    async fn item(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        item: Item,
        changes: &mut Vec<Change>,
    ) -> Answer<Option<Vec<u8>>> {
        let query = crate::query_string::pairs(&item.query);
        let mut headers = item.headers;
        headers.extend_from_slice(ask.facts.headers);
        let target = item
            .target
            .ok_or_else(|| ApiError::unclassified("not a request that a batch can carry out"))?;
        let method = match target.method {
            Method::Create => "POST",
            Method::Upsert => "PUT",
            Method::Update => "PATCH",
            Method::Delete => "DELETE",
        };
        let facts = Facts {
            method,
            occasion: Occasion::Batch,
            query: &query,
            headers: &headers,
            ..ask.facts
        };
        let param = |name: &str| {
            query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
        };
        let ask = Ask::new(ask.snapshot, facts, param("expand"));
        let served = ask.served(&target.collection)?;
        if !served.collection.is_main() {
            let message = "A batch writes to collections of the main datasource only.";
            return Err(ApiError::bad_request(message));
        }
        let (mut action, mut id) = (target.method, target.id);
        if action == Method::Upsert {
            let named = item.submitted.members.iter().find(|(key, _)| key == "id");
            id = named.and_then(|(_, id)| id.text()).unwrap_or_default().to_owned();
            let known = !id.is_empty() && load(access, &served.collection, &id).await?.is_some();
            action = if known { Method::Update } else { Method::Create };
        }
        let mut written = match action {
            Method::Delete => {
                changes
                    .append(&mut self.delete_within(access, &ask, &target.collection, &id).await?);
                return Ok(None);
            }
            Method::Update => self.update_within(access, &ask, served, &id, item.submitted).await?,
            _ => self.create_within(access, &ask, served, item.submitted).await?,
        };
        changes.append(&mut written.changes);
        let shown = self.shown(access, &ask, served, &written).await?;
        match param("fields") {
            "" => Ok(Some(shown)),
            fields => {
                let projection = Projection::parse(fields)
                    .map_err(|error| ApiError::unclassified(error.to_string()))?;
                Ok(Some(projection.apply(&shown)))
            }
        }
    }
}

/// The answer to a batch that failed at one request.
fn failed_item(index: usize, error: &ApiError) -> ApiError {
    let fault = Fault::new("batch_request_failed", "batch request failed");
    let mut answer = ApiError::bad_request("Batch transaction failed.");
    answer.faults.group("requests").add(index.to_string(), fault);
    let mut body = answer.to_json();
    let path = ["data", "requests", index.to_string().as_str()].map(str::to_owned);
    if let Some(Json::Object(members)) =
        path.iter().try_fold(&mut body, |json, key| json.get_mut(key))
    {
        members.push(("response".to_owned(), error.to_json()));
    }
    ApiError { body: Some(body), cause: error.cause.clone(), again: error.again, ..answer }
}

//! Several writes as one (http-api.md 4.3).

use std::time::Duration;

use purlin_model::plan::{Facts, Occasion};
use purlin_model::query::Projection;
use purlin_model::schema::MAIN;
use purlin_model::settings::Batch;
use purlin_model::{Collection, Fault, Json};
use tokio::time::Instant;

use super::batch_form::{BatchForm, Item, Method};
use super::lookup::load;
use super::tries::Tries;
use super::{Ask, Outcome, Records};
use crate::error::{Answer, ApiError};
use crate::store::{Access, Open, api_error};

/// A batch that waits for its commit: the answer, and what it brings about.
type Made = (Open, Vec<u8>, Outcome);

impl Records {
    /// Carries out the requests in order in one transaction: all, or none. Answers what each
    /// would have answered on its own, as a JSON array.
    ///
    /// # Errors
    /// 400 with the answer of the request that failed, or when the requests are for several
    /// datasources; 403 where the database has no transactions.
    pub async fn batch(&self, ask: &Ask<'_>, form: BatchForm, settings: &Batch) -> Answer<Vec<u8>> {
        let datasource = self.possible(ask, &form)?;
        let end = Instant::now() + Duration::from_secs(settings.timeout.max(1));
        let mut tries = Tries::default();
        let (bytes, outcome) = loop {
            let carried_out = self.once(ask, &form, datasource, end);
            match self.lane.pass(&tries, carried_out).await {
                Err(error) if tries.again(&error).await => {}
                done => break done?,
            }
        };
        self.committed(ask, outcome).await;
        Ok(bytes)
    }

    /// Does everything a batch does and takes it back: says whether it would succeed now.
    ///
    /// # Errors
    /// As for [`Records::batch`].
    pub async fn rehearse(&self, ask: &Ask<'_>, form: &BatchForm) -> Answer<()> {
        let datasource = self.possible(ask, form)?;
        let mut tries = Tries::default();
        loop {
            let carried_out = self.all(ask, form, datasource);
            match self.lane.pass(&tries, carried_out).await {
                Err(error) if tries.again(&error).await => {}
                // A transaction that is dropped is rolled back.
                done => return done.map(drop),
            }
        }
    }

    /// The datasource a batch is for, where it has transactions.
    fn possible<'a>(&self, ask: &Ask<'a>, form: &BatchForm) -> Answer<&'a str> {
        let datasource = place(ask, form)?;
        let store = self.datasources.named(datasource);
        match store.map(|store| store.capabilities().transactions) {
            Some(Err(why)) => {
                Err(ApiError::new(403, format!("Batch requests are not allowed. {why}")))
            }
            _ => Ok(datasource),
        }
    }

    async fn once(
        &self,
        ask: &Ask<'_>,
        form: &BatchForm,
        datasource: &str,
        end: Instant,
    ) -> Answer<(Vec<u8>, Outcome)> {
        let made = tokio::time::timeout_at(end, self.all(ask, form, datasource)).await;
        let failed = || ApiError::bad_request("Batch transaction failed.");
        let (open, bytes, outcome) = made.map_err(|_| failed().because("it took too long"))??;
        // From here on neither the time nor a client that goes away changes the outcome.
        let commit = tokio::spawn(async move { open.commit().await.map_err(api_error) });
        commit.await.map_err(|error| ApiError::internal(error.to_string()))??;
        Ok((bytes, outcome))
    }

    /// Does everything but the commit.
    async fn all(&self, ask: &Ask<'_>, form: &BatchForm, datasource: &str) -> Answer<Made> {
        let open = self.begin(ask, datasource).await?;
        let (mut bytes, mut outcome) = (vec![b'['], Outcome::default());
        for (index, item) in form.items.iter().enumerate() {
            if index > 0 {
                bytes.push(b',');
            }
            let done = self.item(&open, ask, item, &mut outcome).await;
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
        Ok((open, bytes, outcome))
    }

    /// One request; the record's JSON, `None` for a delete.
    async fn item(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        item: &Item,
        outcome: &mut Outcome,
    ) -> Answer<Option<Vec<u8>>> {
        let query = crate::query_string::pairs(&item.query);
        let mut headers = item.headers.clone();
        headers.extend_from_slice(ask.facts.headers);
        let target = item
            .target
            .as_ref()
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
        let (mut action, mut id) = (target.method, target.id.clone());
        if action == Method::Upsert {
            let named = item.submitted.members.iter().find(|(key, _)| key == "id");
            id = named.and_then(|(_, id)| id.text()).unwrap_or_default().to_owned();
            let known = !id.is_empty() && load(access, &served.collection, &id).await?.is_some();
            action = if known { Method::Update } else { Method::Create };
        }
        let submitted = item.submitted.clone();
        let mut written = match action {
            Method::Delete => {
                outcome.append(self.delete_within(access, &ask, served, &id).await?);
                return Ok(None);
            }
            Method::Update => self.update_within(access, &ask, served, &id, submitted).await?,
            _ => self.create_within(access, &ask, served, submitted).await?,
        };
        outcome.append(std::mem::take(&mut written.outcome));
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

/// The datasource all requests are for: one transaction is in one database.
fn place<'a>(ask: &Ask<'a>, form: &BatchForm) -> Answer<&'a str> {
    let mut first: Option<(usize, &'a Collection)> = None;
    for (index, item) in form.items.iter().enumerate() {
        let target = item.target.as_ref();
        let Some(served) = target.and_then(|it| ask.snapshot.served(&it.collection)) else {
            continue;
        };
        let other = &*served.collection;
        match first {
            Some((at, known)) if known.datasource != other.datasource => {
                return Err(ApiError::bad_request(format!(
                    "A batch is one transaction in one datasource: request {at} is for `{}` in \
                     `{}`, request {index} for `{}` in `{}`.",
                    known.name, known.datasource, other.name, other.datasource
                )));
            }
            Some(_) => {}
            None => first = Some((index, other)),
        }
    }
    Ok(first.map_or(MAIN, |(_, known)| &known.datasource))
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

/// Which request of a batch failed, by its position, and the answer it got; `None` when the batch
/// failed for another reason.
#[must_use]
pub fn failed_request(error: &ApiError) -> Option<(usize, &Json)> {
    let requests = error.body.as_ref()?.get("data")?.get("requests")?;
    let (index, request) = requests.members()?.first()?;
    Some((index.parse().ok()?, request.get("response")?))
}

//! Small questions about stored records.

use std::sync::Arc;

use purlin_model::plan::{self, Condition, Output, Terms};
use purlin_model::query::{Expr, QueryError};
use purlin_model::{Collection, Record, Value};

use super::{Ask, Records};
use crate::error::Answer;
use crate::store::{Access, api_error};

impl Records {
    /// Whether a rule holds for a stored record; `None`, and a line in the log, for one that cannot
    /// be asked.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn holds(
        &self,
        ask: &Ask<'_>,
        collection: &Arc<Collection>,
        rule: &Expr,
        id: &str,
    ) -> Answer<Option<bool>> {
        match rule_on(ask, collection, rule, id) {
            Some(condition) => fulfilled(&self.datasources, condition).await.map(Some),
            None => Ok(None),
        }
    }

    /// Sets fields of a stored record without rules, validation or events; for what the record
    /// never shows, such as a renewed password hash.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn set_quietly(&self, record: &Record, set: Vec<(usize, Value)>) -> Answer<()> {
        let write = plan::Write::Update {
            collection: record.collection.clone(),
            id: record.id().to_owned(),
            set,
            guards: Vec::new(),
        };
        self.store(&record.collection)?.write(vec![write]).await.map(drop).map_err(api_error)
    }
}

/// The condition that a rule holds for a stored record; `None` for a rule that does not resolve.
fn rule_on(
    ask: &Ask<'_>,
    collection: &Arc<Collection>,
    rule: &Expr,
    id: &str,
) -> Option<Condition> {
    resolved(plan::rule_on(&ask.snapshot.schema, &ask.facts, collection, rule, id))
}

/// Whether some record fulfils a condition.
pub(super) async fn fulfilled(access: &dyn Access, condition: Condition) -> Answer<bool> {
    Ok(access.select(&plan::whether(condition)).await.map_err(api_error)?.count > 0)
}

/// The condition that terms hold for a stored record; `None` for a rule that does not resolve.
pub(super) fn met_on(
    ask: &Ask<'_>,
    collection: &Arc<Collection>,
    terms: &Terms,
    id: &str,
) -> Option<Condition> {
    resolved(plan::met_on(&ask.snapshot.schema, &ask.facts, collection, terms, id))
}

/// Whether terms hold for a record that is not stored.
pub(super) async fn met_given(
    access: &dyn Access,
    ask: &Ask<'_>,
    record: &Arc<Record>,
    terms: &Terms,
) -> Answer<bool> {
    let condition = plan::met_given(&ask.snapshot.schema, &ask.facts, record, terms);
    let Some(condition) = resolved(condition) else { return Ok(false) };
    if let Some(holds) = condition.decide(record) {
        return Ok(holds);
    }
    fulfilled(access, condition).await
}

/// The plan of a rule; `None`, and a line in the log, for one that names what this request has
/// not: such a rule does not hold.
pub(super) fn resolved<T>(plan: Result<T, QueryError>) -> Option<T> {
    plan.inspect_err(|error| tracing::warn!(%error, "a rule could not be resolved")).ok()
}

/// The stored record of that id.
pub(super) async fn load(
    access: &dyn Access,
    collection: &Arc<Collection>,
    id: &str,
) -> Answer<Option<Record>> {
    let select = plan::by_id(collection, id, Output::Records);
    let page = access.select(&select).await.map_err(api_error)?;
    Ok(page.records.into_iter().next().map(|found| found.record))
}

/// Which of these ids are records of the collection.
pub(super) async fn existing(
    access: &dyn Access,
    collection: &Arc<Collection>,
    ids: &[String],
) -> Answer<Vec<String>> {
    let page = access.select(&plan::by_ids(collection, ids)).await.map_err(api_error)?;
    Ok(page.records.iter().map(|found| found.record.id().to_owned()).collect())
}

//! Reading records: list and view.

use std::sync::Arc;

use purlin_model::Action;
use purlin_model::plan::{self, Output, Scope, Select};
use purlin_model::query::{self, ListRequest, QueryError};

use super::expand::{self, Tree};
use super::lookup::resolved;
use super::permit::management;
use super::{Ask, Records, broken_plan};
use crate::authz::sight;
use crate::catalog::Served;
use crate::error::{Answer, ApiError};
use crate::store::{Access, api_error};

impl Records {
    /// A page of the records that the caller may list and the request asks for, as JSON.
    ///
    /// # Errors
    /// 403 by rule or for forbidden names, 400 for a filter, sort or page that cannot be.
    pub async fn list(&self, ask: &Ask<'_>, collection: &str) -> Answer<Vec<u8>> {
        let served = ask.served(collection)?;
        let scope = ask.authorize(Action::List, served)?;
        refuse_request_names(&scope, ask.facts.query)?;
        let request = ListRequest::parse(ask.facts.query).map_err(refused)?;
        let tree = ask.expand();
        let output = output(&scope, &tree);
        let select = plan::list(
            &ask.snapshot.schema,
            &ask.facts,
            &served.collection,
            &scope,
            &request,
            output,
        )
        .map_err(refused)?;
        let select = self.masked(ask, served, &scope, select)?;
        let access = &*self.cache;
        let page = access.select(&select).await.map_err(api_error)?;
        let items = if tree.is_empty() {
            page.json
        } else {
            let found = page.records;
            expand::encode(self, access, ask, served, &scope, found, &tree).await?.join(&b',')
        };
        Ok(request.page_json(&items, page.total))
    }

    /// One record that the caller may view, as JSON.
    ///
    /// # Errors
    /// 403 without any right to view, 404 when there is no such record or the rule hides it.
    pub async fn view(&self, ask: &Ask<'_>, collection: &str, id: &str) -> Answer<Vec<u8>> {
        let served = ask.served(collection)?;
        let scope = ask.authorize(Action::View, served)?;
        self.one(&*self.cache, ask, served, &scope, id).await?.ok_or_else(ApiError::not_found)
    }

    /// The caller's own record as it sees itself, as JSON.
    ///
    /// # Errors
    /// 404 when it is gone.
    pub async fn own(&self, ask: &Ask<'_>, served: &Arc<Served>, id: &str) -> Answer<Vec<u8>> {
        let scope = sight(ask.snapshot, ask.facts.caller, served);
        self.one(&self.datasources, ask, served, &scope, id).await?.ok_or_else(ApiError::not_found)
    }

    /// The record of that id, if the scope reaches it, as JSON with what was asked to be expanded.
    pub(crate) async fn one(
        &self,
        access: &dyn Access,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        scope: &Scope,
        id: &str,
    ) -> Answer<Option<Vec<u8>>> {
        let tree = ask.expand();
        let output = output(scope, &tree);
        let schema = &ask.snapshot.schema;
        let select = plan::view(schema, &ask.facts, &served.collection, scope, id, output);
        let Some(select) = resolved(select) else { return Ok(None) };
        let select = self.masked(ask, served, scope, select)?;
        let page = access.select(&select).await.map_err(api_error)?;
        if page.count == 0 {
            return Ok(None);
        }
        if tree.is_empty() {
            return Ok(Some(page.json));
        }
        let found = page.records;
        let one = expand::encode(self, access, ask, served, scope, found, &tree).await?;
        Ok(Some(one.concat()))
    }

    /// The plan with the masks by which the scope shows fields and e-mail addresses on some records
    /// only (4.1), made sure that what it reads is as it should be.
    pub(crate) fn masked(
        &self,
        ask: &Ask<'_>,
        served: &Served,
        scope: &Scope,
        mut select: Select,
    ) -> Answer<Select> {
        let manage = if scope.sees_hidden() { None } else { management(ask, served) };
        let masks = |manage: Option<&Scope>| {
            plan::masks(&ask.snapshot.schema, &ask.facts, &served.collection, scope, manage)
        };
        // Nobody manages by a rule that cannot be asked.
        let made = resolved(masks(manage.as_deref())).map_or_else(|| masks(None), Ok);
        select.masks = made.map_err(broken_plan)?;
        ask.sound(&select)?;
        Ok(select)
    }
}

fn output(scope: &Scope, tree: &Tree) -> Output {
    match tree.is_empty() {
        true => Output::Json(scope.shape().clone()),
        false => Output::Records,
    }
}

/// Clients may not name `@request.` or `@collection.` anywhere in a filter or sort (2.9).
pub(super) fn refuse_request_names(scope: &Scope, pairs: &[(String, String)]) -> Answer<()> {
    if scope.sees_hidden() {
        return Ok(());
    }
    for name in ["filter", "sort"] {
        let text = pairs.iter().find(|(key, _)| key == name).map_or("", |(_, text)| text.as_str());
        if query::mentions_request(text) {
            let word = if text.contains("@request.") { "@request." } else { "@collection." };
            return Err(ApiError::new(403, format!("Only superusers can filter by {word}")));
        }
    }
    Ok(())
}

/// What a client is told of a filter or sort that cannot be: nothing but that, unless it is sound
/// and the records are in different databases.
pub(super) fn refused(error: QueryError) -> ApiError {
    match error.apart {
        true => ApiError::bad_request(error.message),
        false => ApiError::unclassified(error.message),
    }
}

//! What somebody watches: records as a list or view would show them, one change after the other.

use std::sync::Arc;

use purlin_model::plan::{self, Found, Output, Scope, Select};
use purlin_model::query::{ListRequest, Projection};
use purlin_model::{Action, Record};

use super::expand::{self, Tree};
use super::read::{refuse_request_names, refused};
use super::{Ask, Records};
use crate::catalog::Served;
use crate::error::{Answer, ApiError};
use crate::store::Newest;

/// The parameter that narrows down what is watched.
const FILTER: &str = "filter";

/// The records of a collection that a caller watches, and how they are written for it.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    scope: Arc<Scope>,
    /// Reads all of them, with the masks of the scope's shape.
    pub(crate) select: Select,
    tree: Tree,
    fields: Option<Projection>,
}

impl Watch {
    /// Whether related records are written into them.
    pub(crate) fn expands(&self) -> bool {
        !self.tree.is_empty()
    }

    /// Bytes that are the same only for watches of the same records, written alike; where nothing
    /// is expanded.
    pub(crate) fn key(&self) -> Vec<u8> {
        let output = Output::Json(self.scope.shape().clone());
        Select { output, ..self.select.clone() }.key()
    }

    /// A number that is the same only for watches that write a record alike where their masks
    /// answer the same; `None` for one that stands for itself. Good while both are kept.
    pub(crate) fn look(&self) -> Option<usize> {
        self.fields.is_none().then(|| Arc::as_ptr(self.scope.shape()).addr())
    }

    /// A record as it is written where nothing is expanded. `masks` says what the masks of the
    /// select answered for it.
    pub(crate) fn write(&self, record: &Record, masks: &[bool]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(512);
        self.scope.shape().encode(record, masks, &mut bytes);
        self.cut(bytes)
    }

    fn cut(&self, bytes: Vec<u8>) -> Vec<u8> {
        match &self.fields {
            Some(fields) => fields.apply(&bytes),
            None => bytes,
        }
    }
}

impl Records {
    /// What the caller watches with the filter, `expand` and `fields` of its parameters: the
    /// records it may list, or view.
    ///
    /// # Errors
    /// 403 by rule or for forbidden names, 400 for a filter that cannot be.
    pub(crate) fn watch(
        &self,
        ask: &Ask<'_>,
        served: &Served,
        action: Action,
        fields: &str,
    ) -> Answer<Watch> {
        served.sound(ask.facts.caller.is_superuser())?;
        let scope = ask.authorize(action, served)?;
        refuse_request_names(&scope, ask.facts.query)?;
        let filter = ask.facts.query.iter().find(|(name, _)| name == FILTER);
        let filter: Vec<_> = filter.cloned().into_iter().collect();
        let request =
            ListRequest { skip_total: true, ..ListRequest::parse(&filter).map_err(refused)? };
        let (schema, collection) = (&ask.snapshot.schema, &served.collection);
        let select = plan::list(schema, &ask.facts, collection, &scope, &request, Output::Records);
        let select = self.masked(ask, served, &scope, select.map_err(refused)?)?;
        let projection = Projection::parse(fields);
        let projection = projection.map_err(|error| ApiError::unclassified(error.to_string()))?;
        let fields = (!projection.is_all()).then_some(projection);
        Ok(Watch { scope, select, tree: ask.expand(), fields })
    }

    /// Records as they are written with what is expanded of them, in their order.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub(crate) async fn write_watched(
        &self,
        ask: &Ask<'_>,
        served: &Arc<Served>,
        watch: &Watch,
        found: Vec<Found>,
    ) -> Answer<Vec<Vec<u8>>> {
        let Watch { scope, tree, .. } = watch;
        let access = &Newest(&self.datasources);
        let written = expand::encode(self, access, ask, served, scope, found, tree).await?;
        Ok(written.into_iter().map(|bytes| watch.cut(bytes)).collect())
    }
}

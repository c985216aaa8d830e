//! Which of the submitted fields a caller may write (authorization.md 2).

use std::sync::Arc;

use purlin_model::draft::Draft;
use purlin_model::plan::{Guard, Reach, Scope, Terms};
use purlin_model::{Action, Collection, Fault, Record};

use super::Ask;
use super::lookup::{fulfilled, met_given, met_on};
use crate::catalog::Served;
use crate::error::{Answer, ApiError};
use crate::store::Access;

/// The submitted fields that need more than that the row may be written.
pub(super) struct Permit<'a> {
    scope: &'a Scope,
    collection: Arc<Collection>,
    /// Fields that may be written nowhere.
    denied: Vec<usize>,
    /// Fields that may be written where the terms of a class hold, by class.
    held: Vec<(usize, Vec<usize>)>,
}

impl<'a> Permit<'a> {
    /// What a draft asks for; to be made of what was submitted, before the server adds to it.
    pub(super) fn of(scope: &'a Scope, draft: &Draft) -> Self {
        let collection = draft.record.collection.clone();
        let (mut denied, mut held) = (Vec::new(), Vec::<(usize, Vec<usize>)>::new());
        for (index, field) in collection.fields.iter().enumerate() {
            let faulty = || draft.faults.0.iter().any(|(key, _)| *key == field.name);
            let submitted = draft.touched.contains(&index) || faulty();
            if !submitted || !draft.is_new && field.name == "id" {
                continue;
            }
            match scope.reach(index) {
                Reach::Always => {}
                Reach::Never => denied.push(index),
                Reach::Where(class) => match held.iter_mut().find(|(known, _)| *known == class) {
                    Some((_, fields)) => fields.push(index),
                    None => held.push((class, vec![index])),
                },
            }
        }
        Permit { scope, collection, denied, held }
    }

    /// Whether it depends on the record.
    pub(super) fn looks_at_the_record(&self) -> bool {
        !self.held.is_empty()
    }

    /// Holds a record that is not stored to it.
    ///
    /// # Errors
    /// 403 that names the fields the caller may not write.
    pub(super) async fn check_given(
        mut self,
        access: &dyn Access,
        ask: &Ask<'_>,
        record: &Arc<Record>,
    ) -> Answer<()> {
        for (class, fields) in std::mem::take(&mut self.held) {
            if !met_given(access, ask, record, self.terms(class)).await? {
                self.denied.extend(fields);
            }
        }
        self.verdict()
    }

    /// Holds a stored record to it; answers what must still be so inside the write.
    ///
    /// # Errors
    /// 403 that names the fields the caller may not write.
    pub(super) async fn check_stored(
        mut self,
        access: &dyn Access,
        ask: &Ask<'_>,
        id: &str,
    ) -> Answer<Vec<Guard>> {
        let mut guards = Vec::with_capacity(self.held.len());
        for (class, fields) in std::mem::take(&mut self.held) {
            match met_on(ask, &self.collection, self.terms(class), id) {
                Some(condition) if fulfilled(access, condition.clone()).await? => {
                    guards.push(Guard::Matches(condition));
                }
                _ => self.denied.extend(fields),
            }
        }
        self.verdict().map(|()| guards)
    }

    fn terms(&self, class: usize) -> &'a Terms {
        &self.scope.classes()[class]
    }

    /// Whether the fields of no row in particular may be written.
    ///
    /// # Errors
    /// 403 that names the others.
    pub(super) fn verdict(self) -> Answer<()> {
        if self.denied.is_empty() {
            return Ok(());
        }
        let message = "The request is not allowed to write some of the fields it submits.";
        let mut refused = ApiError::new(403, message);
        for index in self.denied {
            let fault = Fault::new("authorization_field_denied", "This field may not be written");
            refused.faults.add(self.collection.fields[index].name.clone(), fault);
        }
        Err(refused)
    }
}

/// Whether the caller manages a record that is not stored.
pub(super) async fn manages_given(
    access: &dyn Access,
    ask: &Ask<'_>,
    served: &Served,
    record: &Arc<Record>,
) -> Answer<bool> {
    match management(ask, served) {
        None => Ok(false),
        Some(scope) => match scope.rows() {
            None => Ok(true),
            Some(terms) => met_given(access, ask, record, terms).await,
        },
    }
}

/// Whether the caller manages a stored record.
pub(super) async fn manages_stored(
    access: &dyn Access,
    ask: &Ask<'_>,
    served: &Served,
    id: &str,
) -> Answer<bool> {
    match management(ask, served) {
        None => Ok(false),
        Some(scope) => match scope.rows().map(|terms| met_on(ask, &served.collection, terms, id)) {
            None => Ok(true),
            Some(None) => Ok(false),
            Some(Some(condition)) => fulfilled(access, condition).await,
        },
    }
}

/// What the caller may manage; only who signed in, and only those who sign in.
pub(super) fn management(ask: &Ask<'_>, served: &Served) -> Option<Arc<Scope>> {
    let possible = served.collection.is_auth() && ask.facts.caller.record().is_some();
    possible.then(|| ask.authorize(Action::Manage, served).ok()).flatten()
}

//! What comes out, and by which lines.

use std::sync::Arc;

use purlin_model::draft::Draft;
use purlin_model::plan::{self, Reach, Scope, Terms, Test};
use purlin_model::policy::{Decision, Effect, Line, LineRule};
use purlin_model::schema::Field;

use super::super::lookup::{fulfilled, met_given, met_on};
use super::super::permit::Permit;
use super::super::{Ask, Records};
use super::Matter;
use crate::error::Answer;

/// What is decided.
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    /// The lines that match, and whether each holds for the record.
    pub(super) lines: Vec<(Arc<Line>, Option<bool>)>,
    /// What may be reached; `None` = nothing.
    pub(super) scope: Option<Arc<Scope>>,
    /// The names of the fields by where they may be reached: everywhere (on the record), nowhere,
    /// and on some rows where no record is given.
    pub(super) fields: [Vec<String>; 3],
    /// The submitted fields that may not be written.
    pub(super) denied: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Allow,
    Deny,
    Conditional,
}

impl Verdict {
    pub(super) async fn of(
        records: &Records,
        matter: &Matter<'_>,
        draft: Option<&Draft>,
        is_stored: bool,
    ) -> Answer<Self> {
        let (ask, gate) = (&matter.ask, &matter.served.gate);
        if ask.facts.caller.is_superuser() {
            let scope = Some(gate.everything().clone());
            let fields = matter.served.collection.fields.iter().map(|it| it.name.clone());
            let fields = [fields.collect(), Vec::new(), Vec::new()];
            let (outcome, lines, denied) = (Outcome::Allow, Vec::new(), Vec::new());
            return Ok(Verdict { outcome, lines, scope, fields, denied });
        }
        let decision: Arc<Decision> = ask.snapshot.decide(ask.facts.caller, matter.action, gate);
        let judge = Judge { records, matter, is_stored };
        let mut lines = Vec::with_capacity(decision.lines.len());
        for line in &decision.lines {
            lines.push((line.clone(), judge.holds(line).await?));
        }
        let scope = decision.scope.clone();
        let mut outcome = match scope.as_deref().map(Scope::rows) {
            None => Outcome::Deny,
            Some(None) => Outcome::Allow,
            Some(Some(terms)) => judge.outcome(terms).await?,
        };
        let mut fields: [Vec<String>; 3] = Default::default();
        for (index, field) in matter.served.collection.fields.iter().enumerate() {
            let place = judge.place(scope.as_deref(), index, field, outcome).await?;
            fields[place].push(field.name.clone());
        }
        let mut denied = Vec::new();
        if let (Some(scope), Some(draft), Outcome::Allow) = (scope.as_deref(), draft, outcome) {
            denied = judge.denied(scope, draft).await?;
            if !denied.is_empty() {
                outcome = Outcome::Deny;
            }
        }
        Ok(Verdict { outcome, lines, scope, fields, denied })
    }
}

/// Asks what holds for the record of a matter.
struct Judge<'a> {
    records: &'a Records,
    matter: &'a Matter<'a>,
    is_stored: bool,
}

impl Judge<'_> {
    /// Whether terms hold for the record; `None` without one.
    async fn met(&self, terms: &Terms) -> Answer<Option<bool>> {
        let Some(record) = &self.matter.record else { return Ok(None) };
        let (access, ask) = (&self.records.datasources, &self.matter.ask);
        if !self.is_stored {
            return met_given(access, ask, record, terms).await.map(Some);
        }
        match met_on(ask, &record.collection, terms, record.id()) {
            Some(condition) => fulfilled(access, condition).await.map(Some),
            None => Ok(Some(false)),
        }
    }

    async fn holds(&self, line: &Line) -> Answer<Option<bool>> {
        let known = self.matter.record.is_some();
        match &line.rule {
            LineRule::Every => Ok(known.then_some(true)),
            LineRule::Broken(..) => Ok(known.then_some(line.effect == Effect::Deny)),
            LineRule::Where(_, expr) => {
                let (allow, deny) = (vec![expr.clone()], Vec::new());
                self.met(&Terms::Lines { allow, deny }).await
            }
        }
    }

    async fn outcome(&self, terms: &Terms) -> Answer<Outcome> {
        if let Some(met) = self.met(terms).await? {
            return Ok(if met { Outcome::Allow } else { Outcome::Deny });
        }
        Ok(match decided(&self.matter.ask, self.matter, terms) {
            Some(true) => Outcome::Allow,
            Some(false) => Outcome::Deny,
            None => Outcome::Conditional,
        })
    }

    /// Which of the three lists a field belongs to.
    async fn place(
        &self,
        scope: Option<&Scope>,
        index: usize,
        field: &Field,
        outcome: Outcome,
    ) -> Answer<usize> {
        let Some(scope) = scope.filter(|_| outcome != Outcome::Deny && !field.hidden) else {
            return Ok(1);
        };
        Ok(match scope.reach(index) {
            Reach::Always => 0,
            Reach::Never => 1,
            Reach::Where(class) => match self.outcome(&scope.classes()[class]).await? {
                Outcome::Allow => 0,
                Outcome::Deny => 1,
                Outcome::Conditional => 2,
            },
        })
    }

    /// The submitted fields that may not be written.
    async fn denied(&self, scope: &Scope, draft: &Draft) -> Answer<Vec<String>> {
        let Some(record) = &self.matter.record else { return Ok(Vec::new()) };
        let (access, ask) = (&self.records.datasources, &self.matter.ask);
        let permit = Permit::of(scope, draft);
        let checked = match self.is_stored {
            true => permit.check_stored(access, ask, record.id()).await.map(drop),
            false => permit.check_given(access, ask, record).await,
        };
        match checked {
            Err(error) if error.status == 403 => {
                Ok(error.faults.0.into_iter().map(|(name, _)| name).collect())
            }
            done => done.map(|()| Vec::new()),
        }
    }
}

/// Whether terms hold whatever the row.
fn decided(ask: &Ask<'_>, matter: &Matter<'_>, terms: &Terms) -> Option<bool> {
    let (schema, collection) = (&ask.snapshot.schema, &matter.served.collection);
    match plan::met_by_any(schema, &ask.facts, collection, terms) {
        Ok(condition) => match condition.test {
            Test::Constant(truth) => Some(truth),
            _ => None,
        },
        Err(_) => Some(false),
    }
}

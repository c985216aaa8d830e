//! The lines of one collection, by action and subject.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::decision::Decision;
use super::identity::Identity;
use super::line::{Line, LineRule};
use super::lines::{About, Lines, Matcher};
use crate::caller::Action;
use crate::plan::Scope;
use crate::schema::{Collection, Schema};

/// How many decisions are kept of one action; callers with the same lines share one.
const KEPT: usize = 1024;

/// What lines say of one collection, ready to be asked.
#[derive(Debug)]
pub struct Gate {
    collection: Arc<Collection>,
    /// The policies that name the collection, and those about every one.
    about: Vec<Arc<About>>,
    actions: [Entry; Action::ALL.len()],
    everything: Arc<Scope>,
}

/// What is known of one action.
#[derive(Debug)]
struct Entry {
    /// The rule of the collection itself, if it is a line.
    own: Option<Arc<Line>>,
    /// What the own rule decides alone: for all whom no policy concerns.
    alone: Arc<Decision>,
    /// Decisions by the positions of the policies that match.
    known: Mutex<HashMap<Vec<usize>, Arc<Decision>>>,
    /// The policies that match by the caller's own name, where a model of the operator's decides.
    matched: Mutex<HashMap<String, Vec<usize>>>,
}

impl Gate {
    /// The gate of a collection under these lines.
    #[must_use]
    pub fn new(collection: &Arc<Collection>, lines: &Lines) -> Self {
        Gate {
            collection: collection.clone(),
            about: lines.about(&collection.id, collection.system).cloned().collect(),
            actions: Action::ALL.map(|action| Entry::new(collection, action)),
            everything: Arc::new(Scope::everything(collection)),
        }
    }

    /// Whether any policy speaks of the collection.
    #[must_use]
    pub fn has_policies(&self) -> bool {
        !self.about.is_empty()
    }

    /// What superusers and Purlin itself reach.
    #[must_use]
    pub fn everything(&self) -> &Arc<Scope> {
        &self.everything
    }

    /// Why the collection's own rule for an action says nothing, where it is broken.
    #[must_use]
    pub fn broken(&self, action: Action) -> Option<&str> {
        match &self.actions[action as usize].own.as_deref()?.rule {
            LineRule::Broken(_, why) => Some(why),
            _ => None,
        }
    }

    /// What the lines decide for a caller.
    #[must_use]
    pub fn decide(
        &self,
        identity: impl FnOnce() -> Identity,
        action: Action,
        lines: &Lines,
        schema: &Schema,
    ) -> Arc<Decision> {
        let entry = &self.actions[action as usize];
        match &lines.matcher {
            None if !self.about.iter().any(|about| about.concerns(action)) => entry.alone.clone(),
            None => {
                let subjects = identity().subjects;
                let of = |about| subjects.iter().flat_map(move |it| About::of(about, it, action));
                let mut found: Vec<&Arc<Line>> =
                    self.about.iter().map(Arc::as_ref).flat_map(of).collect();
                found.sort_unstable_by_key(|line| line.position);
                self.decided(entry, &found)
            }
            Some(matcher) => {
                let caller = identity().subjects[0].text(schema);
                let positions = entry.matching(&**matcher, caller, &self.collection.name, action);
                let found: Vec<&Arc<Line>> =
                    positions.iter().filter_map(|at| lines.policies().get(*at)).collect();
                self.decided(entry, &found)
            }
        }
    }

    fn decided(&self, entry: &Entry, found: &[&Arc<Line>]) -> Arc<Decision> {
        if found.is_empty() {
            return entry.alone.clone();
        }
        let key: Vec<usize> = found.iter().map(|line| line.position).collect();
        let mut known = entry.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(decision) = known.get(&key) {
            return decision.clone();
        }
        let lines = entry.own.iter().chain(found.iter().copied()).cloned().collect();
        let decision = Arc::new(Decision::of(&self.collection, lines));
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, decision.clone());
        decision
    }
}

impl Entry {
    fn new(collection: &Collection, action: Action) -> Self {
        let own = collection.rule(action);
        let own = own.map(|rule| Arc::new(Line::own(&collection.id, action, rule)));
        let alone = Arc::new(Decision::of(collection, own.iter().cloned().collect()));
        let (known, matched) = (Mutex::default(), Mutex::default());
        Entry { own, alone, known, matched }
    }

    fn matching(
        &self,
        matcher: &dyn Matcher,
        caller: String,
        object: &str,
        action: Action,
    ) -> Vec<usize> {
        let locked = || self.matched.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locked().get(&caller) {
            return known.clone();
        }
        let mut found = matcher.matching(&caller, object, action);
        found.sort_unstable();
        let mut known = locked();
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(caller, found.clone());
        found
    }
}

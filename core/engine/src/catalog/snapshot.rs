//! The schema a request runs under, with everything that can be worked out once per schema.

use std::sync::Arc;

use purlin_model::plan::{Scope, Scopes};
use purlin_model::policy::{Decision, Gate, Identity, Lines, Part, Right};
use purlin_model::query::{self, Expr, QueryError};
use purlin_model::settings::Settings;
use purlin_model::{Action, Caller, Collection, FieldKind, Schema};

use super::standing::{Standing, State, same_shape};
use crate::error::Answer;

/// Collections, rules, policies and settings at one moment: immutable, swapped whole.
#[derive(Debug)]
pub struct Snapshot {
    /// All collections.
    pub schema: Schema,
    /// The installation's settings.
    pub settings: Arc<Settings>,
    /// The number of the change that made this schema and these settings what they are.
    pub version: u64,
    /// Policies and roles.
    pub lines: Arc<Lines>,
    /// Datasources where a change was begun of which it is not known whether it took place.
    pub(super) unsettled: Vec<String>,
    served: Vec<Arc<Served>>,
    reads_headers: bool,
}

/// How rules and filters name the request's headers.
pub const HEADERS: &str = "@request.headers.";

/// A collection made ready to be served.
#[derive(Debug)]
pub struct Served {
    /// The definition.
    pub collection: Arc<Collection>,
    /// Its own rules and the policies about it.
    pub gate: Arc<Gate>,
    /// Who may be given a token (auth collections).
    pub sign_in: Rule,
    /// Of whom a second factor is asked, where the collection asks for one at all.
    pub second_factor: Rule,
    /// Whether its table still fits (adopted collections).
    pub standing: Option<Arc<Standing>>,
}

/// A parsed access rule.
#[derive(Clone, Debug)]
pub enum Rule {
    /// `null`: superusers only.
    Locked,
    /// `""`: everyone.
    Open,
    /// A filter that must hold.
    Filter(Arc<Expr>),
    /// The stored text does not parse (it was brought in from elsewhere): nobody but superusers,
    /// and the log says why.
    Broken(Arc<str>),
}

impl Rule {
    /// The filter that must hold, if that is what the rule is.
    #[must_use]
    pub fn expr(&self) -> Option<&Expr> {
        match self {
            Rule::Filter(expr) => Some(expr),
            _ => None,
        }
    }

    fn of(text: Option<&str>) -> Rule {
        match text {
            None => Rule::Locked,
            Some("") => Rule::Open,
            Some(text) => match query::parse(text) {
                Ok(expr) => Rule::Filter(Arc::new(expr)),
                Err(QueryError { message, .. }) => Rule::Broken(message.into()),
            },
        }
    }
}

impl Served {
    fn new(collection: &Arc<Collection>, lines: &Lines, before: Option<&Arc<Served>>) -> Self {
        let known = before.filter(|known| same_shape(&known.collection, collection));
        let known = known.and_then(|known| known.standing.clone());
        let standing = || known.unwrap_or_else(|| Arc::new(Standing::unknown()));
        let auth = collection.auth();
        Served {
            gate: Arc::new(Gate::new(collection, lines)),
            second_factor: Rule::of(auth.map(|auth| auth.mfa.rule.as_str())),
            sign_in: Rule::of(auth.and_then(|auth| auth.auth_rule.as_deref())),
            standing: collection.adopted.is_some().then(standing),
            collection: collection.clone(),
        }
    }

    /// Refuses what would be answered wrongly because an adopted table changed.
    ///
    /// # Errors
    /// 503 that names the collection; superusers are told what changed.
    pub fn sound(&self, is_superuser: bool) -> Answer<()> {
        match &self.standing {
            Some(standing) => standing.check(&self.collection, is_superuser),
            None => Ok(()),
        }
    }

    /// How many bytes a body for a record of this collection may have (http-api.md 1.10).
    #[must_use]
    pub fn body_limit(&self) -> u64 {
        const BASE: u64 = 32 << 20;
        let of = |kind: &FieldKind| match kind {
            FieldKind::File { max_select, max_size, .. } => {
                or(*max_size, 5 << 20).saturating_mul((*max_select).max(1))
            }
            FieldKind::Editor { max_size, .. } => or(*max_size, 5 << 20),
            FieldKind::Json { max_size } => or(*max_size, 1 << 20),
            _ => 0,
        };
        let fields = self.collection.fields.iter().map(|field| of(&field.kind));
        fields.fold(BASE, u64::saturating_add)
    }
}

impl Snapshot {
    /// Makes the collections ready to be served; those that did not change since `before`, and of
    /// which no policy speaks or spoke, are taken over from there.
    #[must_use]
    pub fn new(
        schema: Schema,
        settings: Arc<Settings>,
        lines: Arc<Lines>,
        before: Option<&Snapshot>,
    ) -> Self {
        let same_lines = before.is_some_and(|before| Arc::ptr_eq(&before.lines, &lines));
        // What matches under a model of the operator's own is for the model to know.
        let own_model = lines.matcher.is_some();
        let served = schema.collections().iter().map(|collection| {
            let known = before.and_then(|before| before.served(&collection.id));
            let spoken = || lines.about(&collection.id, collection.system).next().is_some();
            match known {
                Some(known)
                    if Arc::ptr_eq(&known.collection, collection)
                        && (same_lines
                            || !(own_model || known.gate.has_policies() || spoken())) =>
                {
                    known.clone()
                }
                _ => Arc::new(Served::new(collection, &lines, known)),
            }
        });
        let served = served.collect();
        let rules = |collection: &Collection| {
            let mut all = Action::ALL.iter().filter_map(|action| collection.rule(*action));
            let auth = collection.auth();
            let sign_in = auth.and_then(|auth| auth.auth_rule.as_deref());
            let mfa = auth.map(|auth| auth.mfa.rule.as_str());
            all.any(|rule| rule.contains(HEADERS))
                || sign_in.into_iter().chain(mfa).any(|rule| rule.contains(HEADERS))
        };
        let reads_headers = lines.mention(HEADERS)
            || schema.collections().iter().any(|collection| rules(collection));
        let (version, unsettled) = (0, Vec::new());
        Snapshot { schema, settings, version, lines, unsettled, served, reads_headers }
    }

    /// Every subject that covers a caller.
    #[must_use]
    pub fn identity(&self, caller: &Caller) -> Identity {
        Identity::of(caller, &self.lines.roles)
    }

    /// What lines let a caller do with a part of the console; superusers are not asked about.
    #[must_use]
    pub fn console(&self, caller: &Caller, part: Part) -> Option<Right> {
        self.lines.console(&self.identity(caller), part, &self.schema)
    }

    /// What the lines decide for a caller that they are asked of.
    #[must_use]
    pub fn decide(&self, caller: &Caller, action: Action, gate: &Gate) -> Arc<Decision> {
        gate.decide(|| self.identity(caller), action, &self.lines, &self.schema)
    }

    /// Whether any rule names the request's headers; where none does, they need not be gathered.
    #[must_use]
    pub fn rules_read_headers(&self) -> bool {
        self.reads_headers
    }

    /// Whether there is an adopted collection whose table nobody looked at.
    #[must_use]
    pub fn has_unseen(&self) -> bool {
        let mut standings = self.served.iter().filter_map(|served| served.standing.as_ref());
        standings.any(|standing| *standing.state() == State::Unknown)
    }

    /// The collection of that exact id, or of that name in any case.
    #[must_use]
    pub fn served(&self, id_or_name: &str) -> Option<&Arc<Served>> {
        self.schema.position(id_or_name).map(|index| &self.served[index])
    }
}

impl Scopes for Snapshot {
    fn scope(
        &self,
        caller: &Caller,
        action: Action,
        collection: &Collection,
    ) -> Option<Arc<Scope>> {
        let gate = &self.served(&collection.id)?.gate;
        match caller.is_superuser() {
            true => Some(gate.everything().clone()),
            false => self.decide(caller, action, gate).scope.clone(),
        }
    }

    fn roles(&self, caller: &Caller) -> Vec<Arc<str>> {
        self.identity(caller).roles
    }
}

/// A limit, or the default where it is 0.
fn or(limit: u64, default: u64) -> u64 {
    if limit > 0 { limit } else { default }
}

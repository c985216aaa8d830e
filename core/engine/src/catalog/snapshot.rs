//! The schema a request runs under, with everything that can be worked out once per schema.

use std::sync::Arc;

use purlin_model::plan::{Scope, Shape, Sight};
use purlin_model::query::{self, Expr, QueryError};
use purlin_model::settings::Settings;
use purlin_model::{Action, Collection, FieldKind, Schema};

use super::standing::{Standing, State, same_shape};
use crate::error::Answer;

/// Collections, rules and settings at one moment: immutable, swapped whole.
#[derive(Debug)]
pub struct Snapshot {
    /// All collections.
    pub schema: Schema,
    /// The installation's settings.
    pub settings: Arc<Settings>,
    /// The number of the change that made this schema and these settings what they are.
    pub version: u64,
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
    /// The rule of each action, parsed.
    rules: [Rule; 5],
    /// Who may manage the records of others (auth collections).
    pub manage: Rule,
    /// Who may be given a token (auth collections).
    pub sign_in: Rule,
    /// Of whom a second factor is asked, where the collection asks for one at all.
    pub second_factor: Rule,
    /// Whether its table still fits (adopted collections).
    pub standing: Option<Arc<Standing>>,
    public: Arc<Shape>,
    whole: Arc<Shape>,
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
    fn new(collection: &Arc<Collection>, before: Option<&Arc<Served>>) -> Self {
        let known = before.filter(|known| same_shape(&known.collection, collection));
        let known = known.and_then(|known| known.standing.clone());
        let standing = || known.unwrap_or_else(|| Arc::new(Standing::unknown()));
        let rule = |action| Rule::of(collection.rules.get(action));
        let auth = collection.auth();
        let public = Sight { email_mask: Some(0), ..Sight::default() };
        let whole = Sight { hidden: true, ..Sight::default() };
        Served {
            rules: [
                rule(Action::List),
                rule(Action::View),
                rule(Action::Create),
                rule(Action::Update),
                rule(Action::Delete),
            ],
            manage: Rule::of(auth.and_then(|auth| auth.manage_rule.as_deref())),
            second_factor: Rule::of(auth.map(|auth| auth.mfa.rule.as_str())),
            sign_in: Rule::of(auth.and_then(|auth| auth.auth_rule.as_deref())),
            standing: collection.adopted.is_some().then(standing),
            public: Arc::new(Shape::of(collection, &public)),
            whole: Arc::new(Shape::of(collection, &whole)),
            collection: collection.clone(),
        }
    }

    /// What a caller of this scope sees of a record. To others than superusers the e-mail of an
    /// auth record shows behind mask 0.
    #[must_use]
    pub fn shape(&self, scope: &Scope) -> &Arc<Shape> {
        if scope.sees_hidden() { &self.whole } else { &self.public }
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

    /// The rule of an action.
    #[must_use]
    pub fn rule(&self, action: Action) -> &Rule {
        &self.rules[action as usize]
    }
}

impl Snapshot {
    /// Makes the collections ready to be served; those that did not change since `before` are
    /// taken over from there.
    #[must_use]
    pub fn new(schema: Schema, settings: Arc<Settings>, before: Option<&Snapshot>) -> Self {
        let served = schema.collections().iter().map(|collection| {
            let known = before.and_then(|before| before.served(&collection.id));
            match known {
                Some(known) if Arc::ptr_eq(&known.collection, collection) => known.clone(),
                _ => Arc::new(Served::new(collection, known)),
            }
        });
        let served = served.collect();
        let rules = |collection: &Collection| {
            let rules = &collection.rules;
            let five = [&rules.list, &rules.view, &rules.create, &rules.update, &rules.delete];
            let auth = collection.auth();
            let two = auth.map(|auth| [&auth.auth_rule, &auth.manage_rule]);
            let mut all = five.into_iter().chain(two.into_iter().flatten()).flatten();
            let mfa = auth.is_some_and(|auth| auth.mfa.rule.contains(HEADERS));
            mfa || all.any(|rule| rule.contains(HEADERS))
        };
        let reads_headers = schema.collections().iter().any(|collection| rules(collection));
        let (version, unsettled) = (0, Vec::new());
        Snapshot { schema, settings, version, unsettled, served, reads_headers }
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

/// A limit, or the default where it is 0.
fn or(limit: u64, default: u64) -> u64 {
    if limit > 0 { limit } else { default }
}

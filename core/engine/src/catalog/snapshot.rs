//! The schema a request runs under, with everything that can be worked out once per schema.

use std::sync::Arc;

use purlin_model::plan::Shape;
use purlin_model::query::{self, Expr, QueryError};
use purlin_model::settings::Settings;
use purlin_model::{Action, Collection, Schema};

/// Collections, rules and settings at one moment: immutable, swapped whole.
#[derive(Debug)]
pub struct Snapshot {
    /// All collections.
    pub schema: Schema,
    /// The installation's settings.
    pub settings: Arc<Settings>,
    served: Vec<Arc<Served>>,
}

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
    /// What everyone sees of a record; the e-mail of an auth record behind mask 0.
    pub public: Arc<Shape>,
    /// What a superuser sees.
    pub whole: Arc<Shape>,
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
    fn new(collection: &Arc<Collection>) -> Self {
        let rule = |action| Rule::of(collection.rules.get(action));
        let auth = collection.auth();
        Served {
            rules: [
                rule(Action::List),
                rule(Action::View),
                rule(Action::Create),
                rule(Action::Update),
                rule(Action::Delete),
            ],
            manage: Rule::of(auth.and_then(|auth| auth.manage_rule.as_deref())),
            sign_in: Rule::of(auth.and_then(|auth| auth.auth_rule.as_deref())),
            public: Arc::new(Shape::of(collection, false)),
            whole: Arc::new(Shape::of(collection, true)),
            collection: collection.clone(),
        }
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
                _ => Arc::new(Served::new(collection)),
            }
        });
        let served = served.collect();
        Snapshot { schema, settings, served }
    }

    /// The collection of that exact id, or of that name in any case.
    #[must_use]
    pub fn served(&self, id_or_name: &str) -> Option<&Arc<Served>> {
        self.schema.position(id_or_name).map(|index| &self.served[index])
    }
}

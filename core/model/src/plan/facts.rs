//! What a rule may say of the request (`@request.*`, http-api.md 2.5).

use std::fmt::Debug;
use std::sync::Arc;

use jiff::Timestamp;

use super::scope::Scope;
use crate::caller::{Action, Caller};
use crate::json::Json;
use crate::policy::{Gate, Identity, Lines};
use crate::schema::{Collection, Schema};

/// What authorization says of other collections than the one a plan is about: a client's filter may
/// lead there.
pub trait Scopes: Debug + Sync {
    /// What a caller may reach of a collection; `None` = nothing.
    fn scope(&self, caller: &Caller, action: Action, collection: &Collection)
    -> Option<Arc<Scope>>;

    /// A caller's roles without the `role:` before them, direct and inherited.
    fn roles(&self, caller: &Caller) -> Vec<Arc<str>>;
}

/// Where there are no policies: the collections' own rules, and nobody has a role.
#[derive(Debug)]
pub struct OwnRules;

impl Scopes for OwnRules {
    fn scope(
        &self,
        caller: &Caller,
        action: Action,
        collection: &Collection,
    ) -> Option<Arc<Scope>> {
        let lines = Lines::default();
        let gate = Gate::new(&Arc::new(collection.clone()), &lines);
        let identity = || Identity::of(caller, &lines.roles);
        gate.decide(identity, action, &lines, &Schema::default()).scope.clone()
    }

    fn roles(&self, _: &Caller) -> Vec<Arc<str>> {
        Vec::new()
    }
}

/// Everything of a request that names in rules and filters may refer to. Borrowed: making one
/// costs nothing.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// Who asks; decides also what a client's filter may name.
    pub caller: &'a Caller,
    /// The HTTP method in upper case.
    pub method: &'a str,
    /// What the records are read for.
    pub occasion: Occasion,
    /// The query parameters in order; the first of a name counts.
    pub query: &'a [(String, String)],
    /// The headers in order, names lower-cased and `-` replaced by `_`; the first counts.
    pub headers: &'a [(String, String)],
    /// The submitted body as an object (anything else has no members): modifiers applied, for
    /// collection fields in canonical form, hidden fields removed unless a superuser asks.
    pub body: &'a Json,
    /// When the request arrived: what `@now` and its kin go by.
    pub now: Timestamp,
    /// What the caller may reach elsewhere, and its roles.
    pub scopes: &'a dyn Scopes,
}

/// What records are read for (`@request.context`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Occasion {
    #[default]
    Default,
    Expand,
    Realtime,
    ProtectedFile,
    Batch,
    OAuth2,
    Otp,
    Password,
}

impl Occasion {
    /// The text rules see.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Occasion::Default => "default",
            Occasion::Expand => "expand",
            Occasion::Realtime => "realtime",
            Occasion::ProtectedFile => "protectedFile",
            Occasion::Batch => "batch",
            Occasion::OAuth2 => "oauth2",
            Occasion::Otp => "otp",
            Occasion::Password => "password",
        }
    }
}

impl<'a> Facts<'a> {
    /// The facts of a request that says nothing: a GET without parameters, headers or body.
    #[must_use]
    pub fn bare(caller: &'a Caller, now: Timestamp) -> Self {
        Facts {
            caller,
            method: "GET",
            occasion: Occasion::Default,
            query: &[],
            headers: &[],
            body: &Json::Null,
            now,
            scopes: &OwnRules,
        }
    }

    /// The submitted member of that name; `Some(Null)` when it was submitted as null.
    #[must_use]
    pub fn submitted(&self, name: &str) -> Option<&'a Json> {
        member(self.body, name)
    }
}

/// A member of an object, or an item of a list by its position.
pub(super) fn member<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    match json {
        Json::List(items) => items.get(name.parse::<usize>().ok()?),
        json => json.get(name),
    }
}

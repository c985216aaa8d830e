//! What a rule may say of the request (`@request.*`, http-api.md 2.5).

use jiff::Timestamp;

use crate::caller::Caller;
use crate::json::Json;

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

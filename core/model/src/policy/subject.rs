//! Whom a line speaks of.

use std::fmt;
use std::sync::Arc;

use crate::caller::Caller;
use crate::schema::Schema;

/// What begins the name of a role.
pub const ROLE: &str = "role:";

/// The subject of a policy, or the member of a role.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// `*`: anyone.
    Anyone,
    /// `@guest`: nobody signed in.
    Guest,
    /// `@auth`: any signed-in record.
    SignedIn,
    /// `role:NAME`: whoever has the role.
    Role(Arc<str>),
    /// `COLLECTION/*`: any record of an auth collection, named by its id.
    Any(Arc<str>),
    /// `COLLECTION/ID`: one record of an auth collection, named by its id.
    Record(Arc<str>, Arc<str>),
}

/// Why a text names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nobody {
    /// It has none of the forms.
    Form,
    /// The collection it names is not there, or its records do not sign in.
    Collection(String),
}

impl Subject {
    /// Whom a text names: `*`, `@guest`, `@auth`, `role:NAME`, `COLLECTION/ID`, `COLLECTION/*`.
    ///
    /// # Errors
    /// When it names nobody.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, Nobody> {
        match text {
            "*" => return Ok(Subject::Anyone),
            "@guest" => return Ok(Subject::Guest),
            "@auth" => return Ok(Subject::SignedIn),
            _ => {}
        }
        if let Some(role) = text.strip_prefix(ROLE) {
            return match is_name(role) {
                true => Ok(Subject::Role(role.into())),
                false => Err(Nobody::Form),
            };
        }
        let (name, id) = text.split_once('/').ok_or(Nobody::Form)?;
        if name.is_empty() || id.is_empty() || id.contains('/') {
            return Err(Nobody::Form);
        }
        let collection = schema.by_name(name).filter(|collection| collection.is_auth());
        let collection = collection.ok_or_else(|| Nobody::Collection(name.to_owned()))?;
        let collection: Arc<str> = collection.id.as_str().into();
        Ok(if id == "*" {
            Subject::Any(collection)
        } else {
            Subject::Record(collection, id.into())
        })
    }

    /// The text as it is kept: the collection as it is called, no blanks around. `None` for one that
    /// names nobody.
    #[must_use]
    pub fn canonical(text: &str, schema: &Schema) -> Option<String> {
        Subject::parse(text.trim(), schema).ok().map(|subject| subject.text(schema))
    }

    /// The caller itself: the record it signed in as, or a guest.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        match caller.record() {
            Some(record) => {
                Subject::Record(record.collection.id.as_str().into(), record.id().into())
            }
            None => Subject::Guest,
        }
    }

    /// As it is written; collections by their names of today.
    #[must_use]
    pub fn text(&self, schema: &Schema) -> String {
        let name =
            |id: &str| schema.by_id(id).map_or_else(|| id.to_owned(), |found| found.name.clone());
        match self {
            Subject::Anyone => "*".to_owned(),
            Subject::Guest => "@guest".to_owned(),
            Subject::SignedIn => "@auth".to_owned(),
            Subject::Role(role) => format!("{ROLE}{role}"),
            Subject::Any(collection) => format!("{}/*", name(collection)),
            Subject::Record(collection, id) => format!("{}/{id}", name(collection)),
        }
    }
}

impl fmt::Display for Nobody {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Nobody::Form => {
                out.write_str("Must be *, @guest, @auth, role:NAME, COLLECTION/ID or COLLECTION/*")
            }
            Nobody::Collection(name) => write!(out, "There is no auth collection \"{name}\""),
        }
    }
}

/// Whether a text may be the name of a role: no blanks, and nothing that means something in a list
/// of names or in Casbin's CSV.
fn is_name(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '"' | '/' | '*');
    !text.is_empty() && !text.contains(odd)
}

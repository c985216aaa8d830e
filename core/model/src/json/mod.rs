//! JSON as clients send it, before it has a type.

mod compact;
mod parse;
mod write;

pub use compact::compact;
pub use parse::{JsonError, MAX_DEPTH};
pub use write::{write_number, write_text};

/// A JSON value that keeps what a request body says: member order, no duplicate keys.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub enum Json {
    #[default]
    Null,
    Bool(bool),
    /// A double, as everywhere in the dialect.
    Number(f64),
    Text(String),
    List(Vec<Json>),
    /// Members in the order given; keys are unique.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The member of that exact key, made when it is missing; anything else than an object becomes
    /// one first.
    pub fn entry(&mut self, key: &str, make: impl FnOnce() -> Json) -> &mut Json {
        if !matches!(self, Json::Object(_)) {
            *self = Json::Object(Vec::new());
        }
        let Json::Object(members) = self else { unreachable!("made an object above") };
        let index = members.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
            members.push((key.to_owned(), make()));
            members.len() - 1
        });
        &mut members[index].1
    }

    /// The member of that exact key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Json> {
        match self {
            Json::Object(members) => {
                members.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The member of that exact key; `None` where there is none or this is no object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        let members = self.members()?;
        members.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The member of that key, or else of that key in another ASCII case: the keys of request
    /// envelopes (not of records) are matched so.
    #[must_use]
    pub fn get_any_case(&self, key: &str) -> Option<&Json> {
        let same = |(name, _): &&(String, Json)| name.eq_ignore_ascii_case(key);
        self.get(key).or_else(|| self.members()?.iter().find(same).map(|(_, value)| value))
    }

    /// The members of an object.
    #[must_use]
    pub fn members(&self) -> Option<&[(String, Json)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> Option<&[Json]> {
        match self {
            Json::List(items) => Some(items),
            _ => None,
        }
    }

    /// The text of a string.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Json::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The value of a boolean.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        match self {
            Json::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// Whether this is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Json::Null)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Json::Text(text)
    }
}

impl From<f64> for Json {
    fn from(number: f64) -> Self {
        Json::Number(number)
    }
}

impl From<bool> for Json {
    fn from(bool: bool) -> Self {
        Json::Bool(bool)
    }
}

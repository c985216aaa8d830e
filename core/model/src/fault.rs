//! What is wrong with submitted data, field by field (http-api.md 1.3, 1.4).

use std::borrow::Cow;

use crate::json::Json;

/// The errors of a body: a tree that mirrors the payload, array positions as text keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults(pub Vec<(String, Fault)>);

/// One member of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// What is wrong with this value.
    Item {
        /// A code of the contract, e.g. `validation_required`; clients translate by it.
        code: Cow<'static, str>,
        /// An English sentence.
        message: Cow<'static, str>,
        /// What was substituted into the message.
        params: Vec<(&'static str, Json)>,
    },
    /// What is wrong inside this value.
    Group(Faults),
}

impl Fault {
    /// An error without parameters. The message is made a sentence: first letter upper-case, full
    /// stop at the end.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        let message = Cow::Owned(sentence(&message.into()));
        Fault::Item { code: Cow::Borrowed(code), message, params: Vec::new() }
    }

    /// An error whose message stays as it is: several lines, or a database's own words.
    #[must_use]
    pub fn verbatim(code: &'static str, message: impl Into<String>) -> Self {
        let message = Cow::Owned(message.into());
        Fault::Item { code: Cow::Borrowed(code), message, params: Vec::new() }
    }

    /// With a parameter; an error of a group is left as it is.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: Json) -> Self {
        if let Fault::Item { params, .. } = &mut self {
            params.push((key, value));
        }
        self
    }
}

impl Faults {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an error; a key that has one already keeps its first.
    pub fn add(&mut self, key: impl Into<String>, fault: Fault) {
        let key = key.into();
        if !self.0.iter().any(|(known, _)| *known == key) {
            self.0.push((key, fault));
        }
    }

    /// Without the parameters of every error of this code.
    #[must_use]
    pub fn bare(mut self, bare: &str) -> Self {
        self.strip(bare);
        self
    }

    fn strip(&mut self, bare: &str) {
        for (_, fault) in &mut self.0 {
            match fault {
                Fault::Item { code, params, .. } if code == bare => params.clear(),
                Fault::Item { .. } => {}
                Fault::Group(group) => group.strip(bare),
            }
        }
    }

    /// The group of errors below a key, made when there is none.
    pub fn group(&mut self, key: &str) -> &mut Faults {
        let index = match self.0.iter().position(|(known, _)| known == key) {
            Some(index) => index,
            None => {
                self.0.push((key.to_owned(), Fault::Group(Faults::default())));
                self.0.len() - 1
            }
        };
        if matches!(self.0[index].1, Fault::Item { .. }) {
            self.0[index].1 = Fault::Group(Faults::default());
        }
        match &mut self.0[index].1 {
            Fault::Group(group) => group,
            Fault::Item { .. } => unreachable!("replaced above"),
        }
    }
}

/// The contract's form of messages: first letter upper-case, a full stop unless there is `.`, `?`
/// or `!` at the end.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut chars = text.chars();
    let mut out: String = match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => return String::new(),
    };
    if !out.ends_with(['.', '?', '!']) {
        out.push('.');
    }
    out
}

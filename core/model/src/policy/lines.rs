//! All lines of an installation at one moment.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::console::{Answered, CONSOLE};
use super::line::{Deed, Effect, Line, LineRule};
use super::roles::Roles;
use super::subject::{ROLE, Subject};
use crate::caller::Action;
use crate::record::Record;
use crate::schema::Schema;
use crate::value::Value;

/// Decides which policies concern a caller, in place of the subjects, objects and actions they
/// name: a Casbin model of the operator's own.
pub trait Matcher: fmt::Debug + Send + Sync {
    /// The positions of the policies that match: the caller as `COLLECTION/ID` or `@guest`, the
    /// collection's name, the action.
    fn matching(&self, caller: &str, object: &str, action: Action) -> Vec<usize>;
}

/// The policies and roles of an installation: immutable, swapped whole.
#[derive(Debug, Default)]
pub struct Lines {
    policies: Vec<Arc<Line>>,
    of_object: HashMap<Option<Arc<str>>, Vec<Arc<Line>>>,
    /// Those about parts of the console.
    of_console: Vec<Arc<Line>>,
    pub(super) answered: Answered,
    /// Who has which roles.
    pub roles: Roles,
    /// What decides in place of the names in the lines, if anything does.
    pub matcher: Option<Arc<dyn Matcher>>,
}

impl Lines {
    /// Reads the records of `_policies` and `_roles`. A line that speaks of nobody or nothing that
    /// is there says nothing; rules that were known before are not parsed again.
    #[must_use]
    pub fn read(
        schema: &Schema,
        policies: &[Record],
        roles: &[Record],
        before: Option<&Lines>,
    ) -> Self {
        let mut parsed: HashMap<Arc<str>, LineRule> = HashMap::new();
        for line in before.into_iter().flat_map(|before| &before.policies) {
            parsed.insert(line.rule.text().into(), line.rule.clone());
        }
        let mut lines = Lines::default();
        for record in policies {
            if let Some(line) = line(schema, record, lines.policies.len(), &mut parsed) {
                let line = Arc::new(line);
                lines.of_object.entry(line.object.clone()).or_default().push(line.clone());
                if line.object.as_deref().is_some_and(|object| object.starts_with(CONSOLE)) {
                    lines.of_console.push(line.clone());
                }
                lines.policies.push(line);
            }
        }
        lines.roles = Roles::new(roles.iter().filter_map(|record| {
            let member = Subject::parse(record.text("member"), schema).ok()?;
            Some((member, record.text("role").strip_prefix(ROLE)?.into()))
        }));
        lines
    }

    /// Every policy, in the order of their records.
    #[must_use]
    pub fn policies(&self) -> &[Arc<Line>] {
        &self.policies
    }

    /// The policies about parts of the console.
    pub(super) fn about_console(&self) -> &[Arc<Line>] {
        &self.of_console
    }

    /// Whether a rule says this.
    #[must_use]
    pub fn mention(&self, text: &str) -> bool {
        self.policies.iter().any(|line| line.rule.text().contains(text))
    }

    /// The policies that speak of a collection, named by its id, system collection or not.
    pub fn about<'a>(&'a self, id: &str, system: bool) -> impl Iterator<Item = &'a Arc<Line>> {
        let of = |object: Option<Arc<str>>| self.of_object.get(&object).into_iter().flatten();
        let every = (!system).then(|| of(None)).into_iter().flatten();
        of(Some(id.into())).chain(every)
    }
}

/// The line a record says, if it speaks of somebody and something that is there.
fn line(
    schema: &Schema,
    record: &Record,
    position: usize,
    parsed: &mut HashMap<Arc<str>, LineRule>,
) -> Option<Line> {
    let object = match record.text("object") {
        "*" => None,
        name => Some(object(schema, name)?),
    };
    let rule = record.text("rule");
    let rule = match parsed.get(rule) {
        Some(known) => known.clone(),
        None => {
            let read = LineRule::of(rule);
            parsed.insert(rule.into(), read.clone());
            read
        }
    };
    Some(Line {
        id: Some(record.id().into()),
        position,
        subject: Subject::parse(record.text("subject"), schema).ok()?,
        object,
        deed: Deed::parse(record.text("action"))?,
        rule,
        fields: fields(record.get("fields")),
        effect: match record.text("effect") {
            "deny" => Effect::Deny,
            _ => Effect::Allow,
        },
    })
}

/// What an object's name stands for: a collection's id, or a part of the console as it is named.
fn object(schema: &Schema, name: &str) -> Option<Arc<str>> {
    match name.starts_with(CONSOLE) {
        true => Some(name.into()),
        false => schema.by_name(name).map(|collection| collection.id.as_str().into()),
    }
}

/// The names in a json array of texts.
pub(super) fn fields(value: Option<&Value>) -> Vec<String> {
    let Some(Value::Json(text)) = value else { return Vec::new() };
    let json = crate::json::Json::parse(text.as_bytes()).unwrap_or_default();
    let names = json.items().unwrap_or_default().iter();
    names.filter_map(|name| name.text().map(str::to_owned)).collect()
}

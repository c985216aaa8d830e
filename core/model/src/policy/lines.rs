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
    /// By the object they name; `None` = `*`. Gates share these, so that a line about every
    /// collection is there once.
    about: HashMap<Option<Arc<str>>, Arc<About>>,
    /// Those about parts of the console.
    of_console: Vec<Arc<Line>>,
    pub(super) answered: Answered,
    /// Who has which roles.
    pub roles: Roles,
    /// What decides in place of the names in the lines, if anything does.
    pub matcher: Option<Arc<dyn Matcher>>,
}

/// The policies that name one object.
#[derive(Debug, Default)]
pub struct About {
    by_subject: HashMap<Subject, Vec<Arc<Line>>>,
    concerned: [bool; Action::ALL.len()],
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
        let mut reader = Reader { schema, rules: HashMap::new(), objects: HashMap::new() };
        for line in before.into_iter().flat_map(|before| &before.policies) {
            reader.rules.insert(line.rule.text(), line.rule.clone());
        }
        let mut kept: Vec<Arc<Line>> = Vec::with_capacity(policies.len());
        let mut about: HashMap<Option<Arc<str>>, About> = HashMap::new();
        let mut of_console = Vec::new();
        for record in policies {
            if let Some(line) = reader.line(record, kept.len()) {
                let line = Arc::new(line);
                if line.object.as_deref().is_some_and(|object| object.starts_with(CONSOLE)) {
                    of_console.push(line.clone());
                }
                about.entry(line.object.clone()).or_default().add(line.clone());
                kept.push(line);
            }
        }
        let about = about.into_iter().map(|(object, lines)| (object, Arc::new(lines)));
        let roles = roles.iter().filter_map(|record| membership(schema, record));
        Lines {
            policies: kept,
            about: about.collect(),
            of_console,
            roles: Roles::new(roles),
            ..Lines::default()
        }
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

    /// The policies that speak of a collection, named by its id, system collection or not: those
    /// that name it, and those about every one.
    pub fn about(&self, id: &str, system: bool) -> impl Iterator<Item = &Arc<About>> {
        let named = self.about.get(&Some(id.into()));
        let every = (!system).then(|| self.about.get(&None)).flatten();
        named.into_iter().chain(every)
    }
}

impl About {
    fn add(&mut self, line: Arc<Line>) {
        for action in Action::ALL {
            self.concerned[action as usize] |= line.deed.covers(action);
        }
        self.by_subject.entry(line.subject.clone()).or_default().push(line);
    }

    /// Whether any of them speaks of an action.
    #[must_use]
    pub fn concerns(&self, action: Action) -> bool {
        self.concerned[action as usize]
    }

    /// Those that speak of somebody and an action.
    pub fn of(&self, subject: &Subject, action: Action) -> impl Iterator<Item = &Arc<Line>> {
        let lines = self.by_subject.get(subject).into_iter().flatten();
        lines.filter(move |line| line.deed.covers(action))
    }
}

/// Reads records as lines, and what many of them name only once.
struct Reader<'a> {
    schema: &'a Schema,
    rules: HashMap<&'a str, LineRule>,
    objects: HashMap<&'a str, Option<Arc<str>>>,
}

impl<'a> Reader<'a> {
    /// The line a record says, if it speaks of somebody and something that is there.
    fn line(&mut self, record: &'a Record, position: usize) -> Option<Line> {
        let object = match record.text("object") {
            "*" => None,
            name => {
                let known = self.objects.entry(name);
                Some(known.or_insert_with(|| object(self.schema, name)).clone()?)
            }
        };
        let rule = record.text("rule");
        Some(Line {
            id: Some(record.id().into()),
            position,
            subject: Subject::parse(record.text("subject"), self.schema).ok()?,
            object,
            deed: Deed::parse(record.text("action"))?,
            rule: self.rules.entry(rule).or_insert_with(|| LineRule::of(rule)).clone(),
            fields: fields(record.get("fields")),
            effect: match record.text("effect") {
                "deny" => Effect::Deny,
                _ => Effect::Allow,
            },
        })
    }
}

/// The member and the role that a record says, the role without the `role:` before it.
fn membership(schema: &Schema, record: &Record) -> Option<(Subject, Arc<str>)> {
    let member = Subject::parse(record.text("member"), schema).ok()?;
    let may_be = matches!(member, Subject::Role(_) | Subject::Any(_) | Subject::Record(..));
    let role = record.text("role").strip_prefix(ROLE)?;
    may_be.then(|| (member, role.into()))
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

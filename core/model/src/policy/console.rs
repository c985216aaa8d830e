//! Who may use which part of the console (docs/authorization.md, "Console accounts").
//!
//! The parts are objects of lines as collections are, but have neither rows nor fields: a line about
//! one says yes or no. `*` as an object means collections and never a part.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::line::{Effect, Line, LineRule};
use super::lines::Lines;
use super::subject::Subject;
use super::{Identity, Matcher};
use crate::caller::Action;
use crate::schema::system::SUPERUSERS;
use crate::schema::{Collection, Schema};

/// What begins the objects that are parts of the console and not collections.
pub const CONSOLE: &str = "@console";
/// How many answers of an operator's own model are kept.
const KEPT: usize = 4096;

/// A part of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Part {
    /// The console itself: signing in to it.
    Console,
    Collections,
    Settings,
    Logs,
    Authorization,
    Datasources,
}

/// What may be done with a part. Who may write may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Right {
    Read,
    Write,
}

/// What an operator's own model answered: per caller and part, for as long as the lines are these.
#[derive(Debug, Default)]
pub(super) struct Answered(Mutex<HashMap<(String, Part), Option<Right>>>);

impl Part {
    /// All of them.
    pub const ALL: [Part; 6] = [
        Part::Console,
        Part::Collections,
        Part::Settings,
        Part::Logs,
        Part::Authorization,
        Part::Datasources,
    ];

    /// The object as lines name it.
    #[must_use]
    pub fn object(self) -> &'static str {
        match self {
            Part::Console => CONSOLE,
            Part::Collections => "@console/collections",
            Part::Settings => "@console/settings",
            Part::Logs => "@console/logs",
            Part::Authorization => "@console/authorization",
            Part::Datasources => "@console/datasources",
        }
    }

    /// The part an object names.
    #[must_use]
    pub fn parse(object: &str) -> Option<Self> {
        Part::ALL.into_iter().find(|part| part.object() == object)
    }
}

impl Right {
    /// `read` or `write`.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Right::Read => "read",
            Right::Write => "write",
        }
    }

    /// What lines say together: an allow of writing is one of reading, a deny of reading is one of
    /// writing. A condition has nothing to hold for: an allow line with one says nothing, a deny
    /// line with one denies.
    fn of<'a>(reading: &[&'a Line], writing: &[&'a Line]) -> Option<Right> {
        let allows =
            |line: &&Line| line.allows() && line.rule == LineRule::Every && line.fields.is_empty();
        let denies = |line: &&Line| line.effect == Effect::Deny;
        let writes = writing.iter().any(allows);
        if reading.iter().any(denies) || !(writes || reading.iter().any(allows)) {
            return None;
        }
        Some(if writes && !writing.iter().any(denies) { Right::Write } else { Right::Read })
    }
}

impl Lines {
    /// What the lines let a caller do with a part of the console; `None` = nothing. A model of the
    /// operator's own is asked for the part's name with `list` (reading) and `update` (writing).
    #[must_use]
    pub fn console(&self, identity: &Identity, part: Part, schema: &Schema) -> Option<Right> {
        if let Some(matcher) = &self.matcher {
            let caller = identity.subjects.first()?.text(schema);
            return self.console_by_model(&**matcher, caller, part);
        }
        let about = self.about_console().iter().map(Arc::as_ref);
        let concerned: Vec<&Line> = about
            .filter(|line| line.object.as_deref() == Some(part.object()))
            .filter(|line| identity.subjects.contains(&line.subject))
            .collect();
        let of = |action| -> Vec<&Line> {
            concerned.iter().copied().filter(|line| line.deed.covers(action)).collect()
        };
        Right::of(&of(Action::List), &of(Action::Update))
    }

    fn console_by_model(&self, matcher: &dyn Matcher, caller: String, part: Part) -> Option<Right> {
        let answered = || self.answered.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (caller, part);
        if let Some(known) = answered().get(&key) {
            return *known;
        }
        let of = |action| -> Vec<&Line> {
            let positions = matcher.matching(&key.0, part.object(), action).into_iter();
            positions.filter_map(|at| self.policies().get(at)).map(Arc::as_ref).collect()
        };
        let right = Right::of(&of(Action::List), &of(Action::Update));
        let mut answered = answered();
        if answered.len() >= KEPT {
            answered.clear();
        }
        answered.insert(key, right);
        right
    }

    /// The auth collections, other than that of superusers, of which a record may be let into the
    /// console. Which records a model of the operator's own means is for it to know: with one, all
    /// auth collections once there is a line for the console.
    #[must_use]
    pub fn console_accounts<'s>(&self, schema: &'s Schema) -> Vec<&'s Arc<Collection>> {
        let lets_in = |line: &&Arc<Line>| {
            line.allows() && line.object.as_deref() == Some(Part::Console.object())
        };
        let lines: Vec<&Arc<Line>> = self.about_console().iter().filter(lets_in).collect();
        let may_be_meant = |collection: &&Arc<Collection>| {
            lines
                .iter()
                .any(|line| self.matcher.is_some() || self.may_cover(&line.subject, &collection.id))
        };
        let all = schema.collections().iter();
        let others = all.filter(|it| it.is_auth() && it.name != SUPERUSERS);
        others.filter(may_be_meant).collect()
    }

    /// Whether a subject covers records of an auth collection, named by its id.
    fn may_cover(&self, subject: &Subject, id: &str) -> bool {
        let is_of = |subject: &Subject| match subject {
            Subject::Any(own) | Subject::Record(own, _) => **own == *id,
            _ => false,
        };
        match subject {
            Subject::Anyone | Subject::SignedIn => true,
            Subject::Guest => false,
            Subject::Any(_) | Subject::Record(..) => is_of(subject),
            Subject::Role(role) => {
                let mut members =
                    self.roles.pairs().map(|(member, _)| member).filter(|member| is_of(member));
                members.any(|member| self.roles.of([member]).contains(role))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Caller;
    use crate::record::Record;
    use crate::schema::system;
    use crate::value::Value;

    /// Lines written as `EFFECT SUBJECT ACTION OBJECT [RULE]`; roles as `MEMBER ROLE`.
    fn read(policies: &[&str], roles: &[&str]) -> (Schema, Lines) {
        let mut random = |_: usize| "a".repeat(50);
        let all = system::defaults("2026-01-01 00:00:00.000Z", &mut random);
        let schema = Schema::new(all.into_iter().map(Arc::new).collect());
        let record = |name: &str, keys: &[&str], text: &str| {
            let collection = schema.by_name(name).expect("a system collection").clone();
            let mut values = vec![Value::Null; collection.fields.len()];
            for (key, word) in keys.iter().zip(text.split(' ')) {
                values[collection.field_index(key).expect("a field")] = Value::from(word);
            }
            Record { collection, values }
        };
        let keys = ["effect", "subject", "action", "object", "rule"];
        let policies: Vec<Record> =
            policies.iter().map(|text| record("_policies", &keys, text)).collect();
        let roles: Vec<Record> =
            roles.iter().map(|text| record("_roles", &["member", "role"], text)).collect();
        let lines = Lines::read(&schema, &policies, &roles, None);
        (schema, lines)
    }

    fn somebody(schema: &Schema, lines: &Lines) -> Identity {
        let users = schema.by_name("users").expect("users").clone();
        let mut values = vec![Value::Null; users.fields.len()];
        values[users.field_index("id").expect("id")] = Value::from("ann");
        let record = Arc::new(Record { collection: users, values });
        Identity::of(&Caller::Record(record), &lines.roles)
    }

    #[test]
    fn lines_say_yes_or_no() {
        for (policies, expected) in [
            (&["allow users/ann read @console/logs"][..], Some(Right::Read)),
            (&["allow users/bob read @console/logs"], None),
            (&["allow * read @console"], None),
            (&["allow role:chief write @console/logs"], Some(Right::Write)),
            (&["allow * * @console/logs id=1"], None),
            (&["allow * * @console/logs", "deny * * @console/logs id=1"], None),
            (&["allow * * @console/logs", "deny * write @console/logs"], Some(Right::Read)),
        ] {
            let (schema, lines) = read(policies, &["users/ann role:boss", "role:boss role:chief"]);
            let identity = somebody(&schema, &lines);
            assert_eq!(lines.console(&identity, Part::Logs, &schema), expected, "{policies:?}");
        }
    }

    #[test]
    fn accounts_are_those_that_lines_can_mean() {
        for (policy, expected) in [
            ("allow * read @console", true),
            ("allow role:chief read @console", true),
            ("allow users/* read @console", true),
            ("allow role:other read @console", false),
            ("allow @guest read @console", false),
            ("deny * read @console", false),
            ("allow * read @console/logs", false),
            ("allow _superusers/* read @console", false),
        ] {
            let (schema, lines) = read(&[policy], &["users/ann role:boss", "role:boss role:chief"]);
            let names: Vec<&str> =
                lines.console_accounts(&schema).iter().map(|it| it.name.as_str()).collect();
            assert_eq!(names, if expected { vec!["users"] } else { vec![] }, "{policy}");
        }
    }

    /// A model under which the line at a position concerns whom its own words do not.
    #[derive(Debug)]
    struct Odd;

    impl Matcher for Odd {
        fn matching(&self, caller: &str, object: &str, action: Action) -> Vec<usize> {
            match (caller, object, action) {
                ("users/ann", "@console/logs", Action::List | Action::Update) => vec![0],
                ("users/ann", "@console/settings", Action::List) => vec![0],
                ("users/ann", "@console/settings", Action::Update) => vec![0, 1],
                _ => Vec::new(),
            }
        }
    }

    #[test]
    fn a_model_of_the_operators_own_decides_here_too() {
        let policies = ["allow @guest list users", "deny @guest list users"];
        let (schema, mut lines) = read(&policies, &[]);
        lines.matcher = Some(Arc::new(Odd));
        let identity = somebody(&schema, &lines);
        let right = |part| lines.console(&identity, part, &schema);
        for _ in 0..2 {
            assert_eq!(right(Part::Logs), Some(Right::Write));
            assert_eq!(right(Part::Settings), Some(Right::Read));
            assert_eq!(right(Part::Console), None);
        }
    }
}

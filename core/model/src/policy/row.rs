//! Policies and roles as people write them in files: Casbin's lines, before anything is looked up.

use super::subject::Subject;
use crate::json::Json;
use crate::schema::Schema;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Casbin's `p`: a record of `_policies`.
    Policy(PolicyRow),
    /// Casbin's `g`: a record of `_roles`.
    Role(RoleRow),
}

/// The values of a policy, as in its record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct PolicyRow {
    pub subject: String,
    pub object: String,
    pub action: String,
    /// Empty = every row.
    pub rule: String,
    /// None = all.
    pub fields: Vec<String>,
    /// `allow` or `deny`.
    pub effect: String,
    /// Why it exists; not a part of what it says.
    pub note: String,
}

/// The values of a role's line, as in its record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct RoleRow {
    pub member: String,
    pub role: String,
}

impl Row {
    /// The row in the form it is kept in: names of collections as they are written, `allow` where
    /// nothing is said. A name that leads nowhere stays; saving it says what is wrong.
    #[must_use]
    pub fn canonical(self, schema: &Schema) -> Row {
        let named = |text: &str| Subject::canonical(text, schema).unwrap_or_else(|| text.into());
        match self {
            Row::Policy(row) => Row::Policy(PolicyRow {
                subject: named(&row.subject),
                object: schema.by_name(&row.object).map_or(row.object, |found| found.name.clone()),
                effect: if row.effect.is_empty() { "allow".to_owned() } else { row.effect },
                ..row
            }),
            Row::Role(row) => {
                Row::Role(RoleRow { member: named(&row.member), role: named(&row.role) })
            }
        }
    }

    /// Whether it says the same, whatever the notes are.
    #[must_use]
    pub fn says_the_same(&self, other: &Row) -> bool {
        match (self, other) {
            (Row::Policy(one), Row::Policy(other)) => {
                one == &PolicyRow { note: one.note.clone(), ..other.clone() }
            }
            (one, other) => one == other,
        }
    }

    /// The note of a policy; empty where there is none.
    #[must_use]
    pub fn note(&self) -> &str {
        match self {
            Row::Policy(row) => &row.note,
            Row::Role(_) => "",
        }
    }

    /// The row as the members of a record.
    #[must_use]
    pub fn members(&self) -> Vec<(String, Json)> {
        let member = |(name, value): (&str, &str)| (name.to_owned(), Json::from(value));
        match self {
            Row::Policy(row) => {
                let texts = [
                    ("subject", row.subject.as_str()),
                    ("object", &row.object),
                    ("action", &row.action),
                    ("rule", &row.rule),
                    ("effect", &row.effect),
                    ("note", &row.note),
                ];
                let names = row.fields.iter().map(|name| Json::from(name.as_str()));
                let fields = ("fields".to_owned(), Json::List(names.collect()));
                texts.into_iter().map(member).chain([fields]).collect()
            }
            Row::Role(row) => {
                let texts = [("member", row.member.as_str()), ("role", &row.role)];
                texts.into_iter().map(member).collect()
            }
        }
    }

    /// The policy a record is, given as JSON.
    #[must_use]
    pub fn of_policy(record: &Json) -> Row {
        let text = |name: &str| text(record, name);
        let names = record.get("fields").and_then(Json::items).unwrap_or_default();
        Row::Policy(PolicyRow {
            subject: text("subject"),
            object: text("object"),
            action: text("action"),
            rule: text("rule"),
            fields: names.iter().filter_map(|name| name.text().map(str::to_owned)).collect(),
            effect: text("effect"),
            note: text("note"),
        })
    }

    /// The line of a role that a record is, given as JSON.
    #[must_use]
    pub fn of_role(record: &Json) -> Row {
        Row::Role(RoleRow { member: text(record, "member"), role: text(record, "role") })
    }
}

fn text(record: &Json, name: &str) -> String {
    record.get(name).and_then(Json::text).unwrap_or_default().to_owned()
}

//! What a save changes, in words for people.

use super::collection::{Collection, Kind};
use super::field::Field;

/// One thing a save changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about: `collection`, `field`, `index`, `rule` or `option`.
    pub kind: &'static str,
    /// One sentence.
    pub text: String,
    /// Whether stored data is lost.
    pub destructive: bool,
}

/// What saving `new` over `old` changes; what it makes when there is no `old`.
#[must_use]
pub fn summarize(old: Option<&Collection>, new: &Collection) -> Vec<Note> {
    let mut notes = Vec::new();
    let Some(old) = old else {
        let kind = new.type_name();
        note(&mut notes, "collection", format!("Creates the {kind} collection {}.", new.name));
        return notes;
    };
    if old.name != new.name {
        let text = format!(
            "Renames {} to {}. Rules and views that name it stay as they are.",
            old.name, new.name
        );
        note(&mut notes, "collection", text);
    }
    fields(old, new, &mut notes);
    indexes(old, new, &mut notes);
    rules(old, new, &mut notes);
    options(old, new, &mut notes);
    notes
}

fn note(notes: &mut Vec<Note>, kind: &'static str, text: String) {
    notes.push(Note { kind, text, destructive: false });
}

fn fields(old: &Collection, new: &Collection, notes: &mut Vec<Note>) {
    let stored = !old.is_view();
    for field in &new.fields {
        match old.fields.iter().find(|known| known.id == field.id) {
            None => {
                note(notes, "field", format!("Adds {} ({}).", field.name, field.kind.type_name()))
            }
            Some(known) => changed_field(known, field, stored, notes),
        }
    }
    for field in &old.fields {
        if !new.fields.iter().any(|known| known.id == field.id) {
            let loss = if stored { " with everything stored in it" } else { "" };
            let text = format!("Removes {} ({}){loss}.", field.name, field.kind.type_name());
            notes.push(Note { kind: "field", text, destructive: stored });
        }
    }
    let kept = |all: &[Field], others: &[Field]| -> Vec<String> {
        let shared = all.iter().filter(|field| others.iter().any(|other| other.id == field.id));
        shared.map(|field| field.id.clone()).collect()
    };
    if kept(&old.fields, &new.fields) != kept(&new.fields, &old.fields) {
        note(notes, "field", "Changes the order of the fields.".to_owned());
    }
}

fn changed_field(old: &Field, new: &Field, stored: bool, notes: &mut Vec<Note>) {
    if old.name != new.name {
        note(notes, "field", format!("Renames {} to {}; its values stay.", old.name, new.name));
    }
    match (old.kind.is_multiple(), new.kind.is_multiple()) {
        (true, false) => notes.push(Note {
            kind: "field",
            text: format!(
                "{} holds one value instead of many: only the last of each is kept.",
                new.name
            ),
            destructive: stored,
        }),
        (false, true) => {
            note(notes, "field", format!("{} holds many values instead of one.", new.name));
        }
        _ => {}
    }
    let renamed = Field { name: new.name.clone(), ..old.clone() };
    if renamed != *new {
        note(
            notes,
            "field",
            format!("Changes the settings of {}: {}.", new.name, changes(&renamed, new)),
        );
    }
}

/// The changed settings by their names on the wire.
fn changes(old: &Field, new: &Field) -> String {
    let (old, new) = (old.to_json(), new.to_json());
    let members = new.members().unwrap_or_default();
    let changed = members.iter().filter(|(key, value)| old.get(key) != Some(value));
    changed.map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(", ")
}

fn indexes(old: &Collection, new: &Collection, notes: &mut Vec<Note>) {
    // A rename rewrites every text; that is no change of an index.
    let normal = |collection: &Collection| -> Vec<(String, String)> {
        let parsed = collection.indexes.iter().map(|text| match super::index::Index::parse(text) {
            Some(mut index) => {
                index.table.clear();
                (index.name.clone(), index.to_text())
            }
            None => (text.clone(), text.clone()),
        });
        parsed.collect()
    };
    let (before, after) = (normal(old), normal(new));
    for (name, text) in &after {
        match before.iter().find(|(known, _)| known == name) {
            None => note(notes, "index", format!("Adds the index {name}.")),
            Some((_, known)) if known != text => {
                note(notes, "index", format!("Rebuilds the index {name}."));
            }
            Some(_) => {}
        }
    }
    for (name, _) in &before {
        if !after.iter().any(|(known, _)| known == name) {
            note(notes, "index", format!("Removes the index {name}."));
        }
    }
}

fn rules(old: &Collection, new: &Collection, notes: &mut Vec<Note>) {
    let mut pairs = vec![
        ("list", &old.rules.list, &new.rules.list),
        ("view", &old.rules.view, &new.rules.view),
        ("create", &old.rules.create, &new.rules.create),
        ("update", &old.rules.update, &new.rules.update),
        ("delete", &old.rules.delete, &new.rules.delete),
    ];
    if let (Some(old), Some(new)) = (old.auth(), new.auth()) {
        pairs.push(("sign-in", &old.auth_rule, &new.auth_rule));
        pairs.push(("manage", &old.manage_rule, &new.manage_rule));
    }
    for (name, before, after) in pairs.into_iter().filter(|(_, before, after)| before != after) {
        let text = match after.as_deref() {
            None => format!("Closes the {name} rule: superusers only."),
            Some("") => format!("Opens the {name} rule to everyone."),
            Some(_) => format!("Changes the {name} rule."),
        };
        note(notes, "rule", text);
    }
}

fn options(old: &Collection, new: &Collection, notes: &mut Vec<Note>) {
    match (&old.kind, &new.kind) {
        (Kind::View { query: before }, Kind::View { query: after }) if before != after => {
            note(notes, "option", "Changes the query.".to_owned());
        }
        (Kind::Auth(before), Kind::Auth(after)) => {
            let members = |options: &super::AuthOptions| options.to_members(super::Secrets::Keep);
            for ((key, before), (_, after)) in members(before).into_iter().zip(members(after)) {
                if before != after && !["authRule", "manageRule"].contains(&key.as_str()) {
                    let revoked =
                        key.ends_with("Token") && before.get("secret") != after.get("secret");
                    let text = if revoked {
                        format!("Changes the secret of {key}: tokens given so far are void.")
                    } else {
                        format!("Changes {key}.")
                    };
                    note(notes, "option", text);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FieldKind, scaffold};
    use super::*;

    #[test]
    fn losses_are_marked() {
        let mut old = scaffold::base();
        old.name = "posts".to_owned();
        let select = |max_select| FieldKind::Select { values: vec!["a".to_owned()], max_select };
        old.fields.push(Field::new("tags", select(2)));
        old.fields.push(Field::new("gone", FieldKind::Bool));
        old.fields.push(Field::new("was", FieldKind::Bool));
        old.indexes = vec!["create index i1 on posts (tags)".to_owned()];
        let mut new = old.clone();
        new.name = "articles".to_owned();
        new.indexes = vec!["CREATE INDEX `i1` ON `articles` (`tags`)".to_owned()];
        new.rules.list = Some(String::new());
        new.fields.remove(2);
        new.fields[1].kind = select(1);
        new.fields[2].name = "is".to_owned();
        new.fields.push(Field::new("more", FieldKind::GeoPoint));
        let notes = summarize(Some(&old), &new);
        let texts: Vec<(&str, &str, bool)> =
            notes.iter().map(|n| (n.kind, n.text.as_str(), n.destructive)).collect();
        assert_eq!(
            texts,
            [
                (
                    "collection",
                    "Renames posts to articles. Rules and views that name it stay as they are.",
                    false
                ),
                (
                    "field",
                    "tags holds one value instead of many: only the last of each is kept.",
                    true
                ),
                ("field", "Changes the settings of tags: maxSelect.", false),
                ("field", "Renames was to is; its values stay.", false),
                ("field", "Adds more (geoPoint).", false),
                ("field", "Removes gone (bool) with everything stored in it.", true),
                ("rule", "Opens the list rule to everyone.", false),
            ]
        );
        assert_eq!(summarize(Some(&old), &old), []);
        assert_eq!(summarize(None, &new)[0].text, "Creates the base collection articles.");
    }
}

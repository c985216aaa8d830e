//! What differs between an expectation and an explanation, as lines of a diff.

use std::collections::BTreeSet;

use purlin_model::Json;

use super::desk::flat;
use super::expectations::Expectation;

/// Nothing where the expectation holds; `-` is what was expected, `+` what is so.
pub(super) fn differences(expected: &Expectation, explained: Result<Json, String>) -> Vec<String> {
    let explained = match explained {
        Ok(explained) => explained,
        Err(why) => return vec![format!("! {why}")],
    };
    let mut lines = Vec::new();
    let decision = explained.get("decision").and_then(Json::text).unwrap_or_default();
    if decision != expected.decision.text() {
        lines.push(format!("- decision: {}", expected.decision.text()));
        lines.push(format!("+ decision: {decision}"));
    }
    let [readable, unreadable] = ["readable", "unreadable"].map(|list| names(&explained, list));
    if let Some(wanted) = &expected.readable {
        let is_field = |name: &&str| *name != "id";
        let wanted: BTreeSet<&str> = wanted.iter().map(String::as_str).filter(is_field).collect();
        let found: BTreeSet<&str> = readable.into_iter().filter(is_field).collect();
        if wanted != found {
            lines.push(format!("- readable: {}", joined(&wanted)));
            lines.push(format!("+ readable: {}", joined(&found)));
        }
    }
    let wanted: BTreeSet<&str> = expected.unreadable.iter().map(String::as_str).collect();
    let seen: BTreeSet<&str> = wanted.difference(&unreadable).copied().collect();
    if !seen.is_empty() {
        lines.push(format!("- unreadable: {}", joined(&seen)));
    }
    if !lines.is_empty() {
        lines.extend(because(&explained));
    }
    lines
}

/// Why it is decided so: the reason, and the lines.
fn because(explained: &Json) -> Vec<String> {
    let text = |json: &Json, name: &str| {
        json.get(name).and_then(Json::text).unwrap_or_default().to_owned()
    };
    let mut said = vec![format!("# {}", text(explained, "reason"))];
    for line in explained.get("lines").and_then(Json::items).unwrap_or_default() {
        let source = match line.get("id").and_then(Json::text) {
            Some(id) => format!("policy {id}"),
            None => "rule of the collection".to_owned(),
        };
        let (effect, subject, rule) =
            (text(line, "effect"), text(line, "subject"), text(line, "rule"));
        let rule = if rule.is_empty() { "every row".to_owned() } else { flat(&rule) };
        said.push(format!("# {source}: {effect} {subject}, {rule}"));
    }
    said
}

fn names<'j>(explained: &'j Json, list: &str) -> BTreeSet<&'j str> {
    let names = explained.get("fields").and_then(|fields| fields.get(list)).and_then(Json::items);
    names.unwrap_or_default().iter().filter_map(Json::text).collect()
}

fn joined(names: &BTreeSet<&str>) -> String {
    match names.is_empty() {
        true => "nothing".to_owned(),
        false => names.iter().copied().collect::<Vec<_>>().join(", "),
    }
}

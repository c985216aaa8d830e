//! Definitions and what a stock server says against them.

use std::sync::Arc;

use super::check;
use crate::fault::{Fault, Faults};
use crate::json::Json;
use crate::plan;
use crate::schema::{Collection, Kind, Schema, merge, scaffold, system};

mod faulty;

/// The default collections and a view of `users`.
fn schema() -> Schema {
    let mut view = scaffold::view();
    "pbc_1709058526".clone_into(&mut view.id);
    "vv".clone_into(&mut view.name);
    view.kind = Kind::View { query: "select id from users".to_owned() };
    view.fields = vec![scaffold::id_field()];
    let mut all = system::defaults("", &mut |n| "x".repeat(n));
    all.push(view);
    Schema::new(all.into_iter().map(Arc::new).collect())
}

/// What is wrong with a body, one `path code message params` per error, sorted; `UNREADABLE`
/// where nothing can be said.
fn judge(schema: &Schema, old: Option<&str>, body: &str) -> (String, Option<Collection>) {
    let old = old.map(|name| schema.find(name).expect("a stored collection").clone());
    let body = Json::parse(body.as_bytes()).expect(body);
    let mut faults = Faults::default();
    let random = &mut |n: usize| "x".repeat(n);
    let Ok(new) = merge(schema, old.as_deref(), &body, random, &mut faults) else {
        return ("UNREADABLE".to_owned(), None);
    };
    if faults.is_empty() {
        faults = check(old.as_deref(), &new, schema, &plan::check_rule);
    }
    let mut lines = Vec::new();
    flatten(&faults, "", &mut lines);
    lines.sort();
    (lines.join(" | "), Some(new))
}

fn flatten(faults: &Faults, path: &str, lines: &mut Vec<String>) {
    for (key, fault) in &faults.0 {
        match fault {
            Fault::Group(group) => flatten(group, &format!("{path}{key}."), lines),
            Fault::Item { code, message, params } => {
                // The wording of these is the engine's own.
                let free = ["validation_invalid_regex", "validation_invalid_autogenerate_pattern"];
                let free = free.contains(&code.as_ref()) || code.ends_with("_pattern_value");
                let message = if free { "*" } else { message };
                let mut line = format!("{path}{key} {code} {message}");
                for (name, value) in params {
                    line += &format!(" {name}={}", value.to_text());
                }
                lines.push(line);
            }
        }
    }
}

#[test]
fn fields_are_judged_as_observed() {
    let schema = schema();
    let accepted = faulty::SOUND.iter().map(|body| (*body, ""));
    let wrong = faulty::FIELDS.iter().copied().chain(accepted).filter_map(|(body, expected)| {
        let body = body.replacen('{', r#"{"name":"tmpx","#, 1);
        let (found, _) = judge(&schema, None, &body);
        (found != expected).then(|| format!("{body}\n  found {found}\n  not   {expected}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

//! An explanation as JSON.

use std::sync::Arc;

use purlin_model::plan::{self, Output, Scope, Terms};
use purlin_model::policy::{Line, LineRule, Subject};
use purlin_model::query::ListRequest;
use purlin_model::{Action, Json};

use super::super::Records;
use super::super::permit::management;
use super::Matter;
use super::verdict::{Outcome, Verdict};
use crate::error::Answer;
use crate::store::api_error;

/// What stands for the id of a record that is not given.
const ANY_RECORD: &str = "RECORD_ID";

pub(super) fn json(
    records: &Records,
    matter: &Matter<'_>,
    verdict: &Verdict,
    record: Option<&str>,
) -> Answer<Json> {
    let lines = verdict.lines.iter().map(|(line, holds)| line_json(matter, line, *holds));
    let [readable, unreadable, conditional] = verdict
        .fields
        .each_ref()
        .map(|names| Json::List(names.iter().map(|name| Json::from(name.as_str())).collect()));
    let mut fields = vec![("readable", readable), ("unreadable", unreadable)];
    if verdict.fields[2].iter().any(|_| true) {
        fields.push(("conditional", conditional));
    }
    let decision = match verdict.outcome {
        Outcome::Allow => "allow",
        Outcome::Deny => "deny",
        Outcome::Conditional => "conditional",
    };
    Ok(object(vec![
        ("decision", decision.into()),
        ("reason", Json::Text(reason(matter, verdict))),
        ("lines", Json::List(lines.collect())),
        ("fields", object(fields)),
        (
            "filter",
            verdict.scope.as_deref().map_or(Json::Null, |it| Json::Text(filter(matter, it))),
        ),
        ("statement", statement(records, matter, verdict, record)?),
    ]))
}

fn object(members: Vec<(&str, Json)>) -> Json {
    Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn line_json(matter: &Matter<'_>, line: &Line, holds: Option<bool>) -> Json {
    let schema = &matter.ask.snapshot.schema;
    let texts =
        |texts: &[String]| Json::List(texts.iter().map(|text| Json::from(text.as_str())).collect());
    let source = if line.id.is_some() { "policy" } else { "collection" };
    object(vec![
        ("id", line.id.as_deref().map_or(Json::Null, Json::from)),
        ("source", source.into()),
        ("subject", Json::Text(line.subject.text(schema))),
        ("via", texts(&way(matter, &line.subject))),
        ("effect", line.effect.text().into()),
        ("rule", line.rule.text().into()),
        ("bound", Json::Text(bound(matter, &line.rule))),
        ("fields", texts(&line.fields)),
        ("holds", holds.map_or(Json::Null, Json::Bool)),
    ])
}

/// How the caller comes to be whom the line speaks of.
fn way(matter: &Matter<'_>, subject: &Subject) -> Vec<String> {
    let snapshot = matter.ask.snapshot;
    let identity = snapshot.identity(matter.ask.facts.caller);
    let itself = &identity.subjects[0];
    let mut way = match subject {
        Subject::Role(role) => {
            let own = identity.subjects.iter().filter(|it| !matches!(it, Subject::Role(_)));
            let own: Vec<Subject> = own.cloned().collect();
            snapshot.lines.roles.way(&own, role).unwrap_or_default()
        }
        other => vec![other.clone()],
    };
    if way.first() != Some(itself) {
        way.insert(0, itself.clone());
    }
    way.iter().map(|subject| subject.text(&snapshot.schema)).collect()
}

fn bound(matter: &Matter<'_>, rule: &LineRule) -> String {
    match rule {
        LineRule::Where(_, expr) => plan::bound(
            &matter.ask.snapshot.schema,
            &matter.ask.facts,
            &matter.served.collection,
            expr,
        ),
        rule => rule.text().to_owned(),
    }
}

/// The combined condition; denies stand behind `!( … )`, which explanations alone write.
fn filter(matter: &Matter<'_>, scope: &Scope) -> String {
    let text = |expr: &Arc<_>| {
        let (schema, collection) = (&matter.ask.snapshot.schema, &matter.served.collection);
        plan::bound(schema, &matter.ask.facts, collection, expr)
    };
    match scope.rows() {
        None => String::new(),
        Some(Terms::Never) => "1 = 0".to_owned(),
        Some(Terms::Rule(rule)) => text(rule),
        Some(Terms::Lines { allow, deny }) => {
            let allow: Vec<String> = allow.iter().map(text).collect();
            let allow = match allow.as_slice() {
                [one] if deny.is_empty() => Some(one.clone()),
                [] => None,
                several => Some(format!("({})", several.join(") || ("))),
            };
            let allow = allow.map(|text| match deny.is_empty() || !text.contains(") || (") {
                true => text,
                false => format!("({text})"),
            });
            let deny = deny.iter().map(|rule| format!("!({})", text(rule)));
            allow.into_iter().chain(deny).collect::<Vec<_>>().join(" && ")
        }
    }
}

fn reason(matter: &Matter<'_>, verdict: &Verdict) -> String {
    let action = matter.action.text();
    let name = &matter.served.collection.name;
    if matter.ask.facts.caller.is_superuser() {
        return "Superusers may do everything.".to_owned();
    }
    if !verdict.denied.is_empty() {
        let names = verdict.denied.join(", ");
        return format!("No line lets this caller write the submitted fields {names}.");
    }
    let holding = |allows: bool| {
        let mut lines = verdict.lines.iter();
        lines.find(|(line, holds)| {
            line.allows() == allows && *holds != Some(false) && (allows || line.fields.is_empty())
        })
    };
    let called = |line: &Line| match line.id {
        Some(_) => format!("the policy for {}", line.subject.text(&matter.ask.snapshot.schema)),
        None => format!("the {action} rule of {name}"),
    };
    // What holds whatever the record says more than what may hold.
    let everywhere =
        verdict.lines.iter().find(|(line, _)| line.allows() && line.rule == LineRule::Every);
    match verdict.outcome {
        Outcome::Conditional => {
            format!("Whether this caller may {action} a record of {name} depends on the record.")
        }
        Outcome::Allow => match everywhere.or_else(|| holding(true)) {
            Some((line, _)) => format!("Allowed by {}.", called(line)),
            None => "Allowed.".to_owned(),
        },
        Outcome::Deny => match (&verdict.scope, holding(false)) {
            (None, _) => format!("No line lets this caller {action} records of {name}."),
            (_, Some((line, _))) => format!("Denied by {}.", called(line)),
            _ => "Lines speak of this caller, but none of those that allow holds for the record."
                .to_owned(),
        },
    }
}

/// What the database would be asked; null where nothing is.
fn statement(
    records: &Records,
    matter: &Matter<'_>,
    verdict: &Verdict,
    record: Option<&str>,
) -> Answer<Json> {
    let Some(scope) = verdict.scope.as_deref() else { return Ok(Json::Null) };
    if matter.action == Action::Create {
        return Ok(Json::Null);
    }
    let (ask, collection) = (&matter.ask, &matter.served.collection);
    let (schema, facts) = (&ask.snapshot.schema, &ask.facts);
    let output = Output::Json(scope.shape().clone());
    let select = match (matter.action, record) {
        (Action::List, None) => {
            let request = ListRequest::parse(ask.facts.query);
            request
                .and_then(|request| plan::list(schema, facts, collection, scope, &request, output))
        }
        (_, id) => plan::view(schema, facts, collection, scope, id.unwrap_or(ANY_RECORD), output),
    };
    let Ok(mut select) = select else { return Ok(Json::Null) };
    let manage = management(ask, matter.served);
    if let Ok(masks) = plan::masks(schema, facts, collection, scope, manage.as_deref()) {
        select.masks = masks;
    }
    let store = records.datasources.of(collection).map_err(api_error)?;
    let asked = store.asked(&select);
    Ok(object(vec![
        ("engine", store.capabilities().engine.name().to_lowercase().into()),
        ("text", Json::Text(asked.text)),
        ("params", Json::List(asked.parameters)),
    ]))
}

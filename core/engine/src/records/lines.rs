//! What saving a policy or a role takes besides what every record takes (authorization.md 1).

use purlin_model::draft::Draft;
use purlin_model::plan::{self, Write};
use purlin_model::policy::{Roles, Subject, check};
use purlin_model::schema::system;
use purlin_model::{Collection, Faults, Schema, Value, date};

use super::{Ask, Records};
use crate::catalog::{holds_lines, marking};
use crate::error::Answer;
use crate::store::{Access, api_error};

/// Brings a line into the form it is kept in: names of collections as they are written, `allow`
/// where nothing is said, no fields as an empty array.
pub(super) fn canonical(schema: &Schema, draft: &mut Draft) {
    if !holds_lines(&draft.record.collection) {
        return;
    }
    for name in ["subject", "member", "role"] {
        if let Some(text) = Subject::canonical(draft.record.text(name), schema) {
            draft.set(name, Value::Text(text));
        }
    }
    if draft.record.collection.name != system::POLICIES {
        return;
    }
    if let Some(collection) = schema.by_name(draft.record.text("object")) {
        draft.set("object", Value::from(collection.name.as_str()));
    }
    if draft.record.text("effect").is_empty() {
        draft.set("effect", Value::from("allow"));
    }
    let blank = |value: &Value| match value {
        Value::Null => true,
        Value::Json(text) => matches!(text.as_str(), "null" | "\"\"" | ""),
        _ => false,
    };
    if draft.record.get("fields").is_some_and(blank) {
        draft.set("fields", Value::Json("[]".to_owned()));
    }
}

/// What is wrong with a line, besides what is wrong with the values of its fields.
pub(super) async fn check_line(
    access: &dyn Access,
    ask: &Ask<'_>,
    draft: &Draft,
) -> Answer<Faults> {
    let (schema, record) = (&ask.snapshot.schema, &draft.record);
    let collection = &record.collection;
    if !holds_lines(collection) {
        return Ok(Faults::default());
    }
    if collection.name == system::POLICIES {
        return Ok(check::policy(schema, record));
    }
    let mut faults = check::role(schema, record);
    let named = |name: &str| Subject::parse(record.text(name), schema);
    if let (Ok(Subject::Role(member)), Ok(Subject::Role(role))) = (named("member"), named("role")) {
        // Those of a batch are not in the snapshot yet.
        let page = access.select(&plan::all(collection)).await.map_err(api_error)?;
        let stored = page.records.iter().map(|found| &found.record);
        let others = stored.filter(|other| other.id() != record.id()).filter_map(|other| {
            let member = Subject::parse(other.text("member"), schema).ok()?;
            match Subject::parse(other.text("role"), schema) {
                Ok(Subject::Role(role)) => Some((member, role)),
                _ => None,
            }
        });
        if Roles::new(others).closes_circle(&member, &role) {
            faults.add("role", check::circle());
        }
    }
    Ok(faults)
}

impl Records {
    /// A write, with what has to go with it in the same transaction. Where there are none, it comes
    /// after it ([`Records::mark_alone`]).
    pub(super) fn accompanied(
        &self,
        collection: &Collection,
        write: Write,
        ask: &Ask<'_>,
    ) -> Answer<Vec<Write>> {
        let together =
            holds_lines(collection) && self.store(collection)?.capabilities().transactions.is_ok();
        let mark = together.then(|| marking(&date::format(ask.facts.now)));
        Ok([write].into_iter().chain(mark).collect())
    }

    /// Tells other nodes of changed lines where the database could not do so with the change itself:
    /// should this process be killed in between, they hear of it with the next change.
    pub(super) async fn mark_alone(&self, ask: &Ask<'_>) -> Answer<()> {
        let store = self.datasources.main();
        if store.capabilities().transactions.is_ok() {
            return Ok(());
        }
        let mark = marking(&date::format(ask.facts.now));
        store.write(vec![mark]).await.map(drop).map_err(api_error)
    }
}

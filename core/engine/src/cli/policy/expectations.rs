//! `purlin policy test`: a table of expectations, held against what is decided.
//!
//! ```toml
//! [[expect]]
//! subject = "role:editor"
//! collection = "posts"
//! action = ["list", "view"]
//! decision = "conditional"
//! ```

use std::fs;
use std::path::Path;

use purlin_model::{Action, Json};
use serde::Deserialize;
use toml::Spanned;

use super::Failed;
use super::desk::{Desk, say, why};
use super::difference::differences;
use crate::records::Wish;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    expect: Vec<Spanned<Expectation>>,
}

/// What is expected to be decided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expectation {
    /// `@guest`, `@auth`, `role:NAME`, `COLLECTION/ID` or `COLLECTION/*`.
    subject: String,
    /// The collection a stand-in for `role:NAME` or `@auth` is a record of.
    #[serde(rename = "as")]
    like: Option<String>,
    collection: String,
    action: Actions,
    /// The id of a stored record.
    record: Option<String>,
    /// What is submitted.
    data: Option<toml::Table>,
    query: Option<toml::Table>,
    headers: Option<toml::Table>,
    pub(super) decision: Decision,
    /// The fields the action reaches, all of them; `id` may be left out.
    pub(super) readable: Option<Vec<String>>,
    /// Fields it does not reach, among others.
    #[serde(default)]
    pub(super) unreadable: Vec<String>,
    /// Why it is expected; shown with a difference.
    note: Option<String>,
}

/// One action, or several of which the same is expected.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Actions {
    One(String),
    Several(Vec<String>),
}

/// The words of explanations.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Decision {
    Allow,
    Deny,
    Conditional,
}

impl Decision {
    pub(super) fn text(self) -> &'static str {
        match self {
            Decision::Allow => "allow",
            Decision::Deny => "deny",
            Decision::Conditional => "conditional",
        }
    }
}

/// Expectations with the lines they begin on, from 1.
pub(super) type Table = Vec<(usize, Expectation)>;

/// The expectations of a file; one without any could not fail, and is refused.
pub(super) fn read(file: &Path) -> Result<Table, Failed> {
    let name = file.display();
    let text = fs::read_to_string(file);
    let text = text.map_err(|error| Failed(format!("cannot read {name}: {error}")))?;
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    let parsed = toml::from_str(&text).map_err(|error: toml::de::Error| {
        let place = error.span().map(|span| format!(":{}", line(span.start))).unwrap_or_default();
        Failed(format!("{name}{place}: {}", error.message()))
    });
    let File { expect } = parsed?;
    let mut table = Vec::with_capacity(expect.len());
    for item in expect {
        let at = line(item.span().start);
        let item = item.into_inner();
        if let Some(action) = item.actions().iter().find(|it| Action::parse(it).is_none()) {
            return Err(Failed(format!("{name}:{at}: there is no action \"{action}\"")));
        }
        table.push((at, item));
    }
    match table.is_empty() {
        true => Err(Failed(format!("{name}: there is no [[expect]] in it"))),
        false => Ok(table),
    }
}

/// Holds the expectations against the installation and prints what differs.
pub(super) async fn check(desk: &Desk, file: &Path, table: Table) -> Result<(), Failed> {
    let (mut checked, mut differing) = (0, 0);
    for (line, expected) in &table {
        for action in expected.actions() {
            checked += 1;
            let found = differences(expected, decided(desk, expected, action).await);
            if found.is_empty() {
                continue;
            }
            differing += 1;
            say(&format!("{}:{line}: {}", file.display(), expected.title(action)));
            found.iter().for_each(|line| say(&format!("  {line}")));
        }
    }
    match (checked, differing) {
        (1, 0) => say("1 expectation holds."),
        (_, 0) => say(&format!("{checked} expectations hold.")),
        (_, _) => {
            return Err(Failed(format!("{differing} of {checked} expectations do not hold")));
        }
    }
    Ok(())
}

/// The explanation, or why there is none.
async fn decided(desk: &Desk, expected: &Expectation, action: &str) -> Result<Json, String> {
    let wish = Wish::read(&expected.wish(action)?).map_err(|error| why(&error))?;
    let (records, snapshot) = (&desk.app.records, &desk.snapshot);
    let like = expected.like.as_deref();
    let explained = records.explain_for(snapshot, &expected.subject, like, wish, desk.now).await;
    explained.map_err(|error| why(&error))
}

impl Expectation {
    fn actions(&self) -> Vec<&str> {
        match &self.action {
            Actions::One(action) => vec![action],
            Actions::Several(actions) => actions.iter().map(String::as_str).collect(),
        }
    }

    /// What is asked, as the body of an explanation's request.
    fn wish(&self, action: &str) -> Result<Json, String> {
        let mut members = vec![
            ("collection".to_owned(), Json::from(self.collection.as_str())),
            ("action".to_owned(), Json::from(action)),
        ];
        if let Some(record) = &self.record {
            members.push(("record".to_owned(), Json::from(record.as_str())));
        }
        let tables = [("data", &self.data), ("query", &self.query), ("headers", &self.headers)];
        for (name, table) in tables {
            if let Some(table) = table {
                let bytes = serde_json::to_vec(table).map_err(|error| error.to_string())?;
                let json = Json::parse(&bytes).map_err(|error| error.to_string())?;
                members.push((name.to_owned(), json));
            }
        }
        Ok(Json::Object(members))
    }

    fn title(&self, action: &str) -> String {
        let mut title = format!("{} {action} {}", self.subject, self.collection);
        if let Some(record) = &self.record {
            title += &format!("/{record}");
        }
        if let Some(note) = &self.note {
            title += &format!(" ({note})");
        }
        title
    }
}

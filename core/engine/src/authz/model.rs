//! The operator's own Casbin model: read and tried at start.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use casbin::{DefaultModel, Model as _};
use purlin_model::policy::{Lines, Matcher};
use purlin_model::schema::system;
use purlin_model::{Record, Schema, Value};

use super::adapter::LineAdapter;
use super::matcher::{CasbinMatcher, Failure, enforcer};

/// A Casbin model that decides which lines match.
#[derive(Clone)]
pub struct Model(pub(super) DefaultModel);

/// Why a model is refused; one sentence.
#[derive(Debug, thiserror::Error)]
#[error("authorization.model: {} {why}", .path.display())]
pub struct Unfit {
    path: PathBuf,
    why: String,
}

/// Definitions as they have to be: their key, which begins with that of its section, the section's
/// name in the file, the value.
const DEFINITIONS: [(&str, &str, &str); 4] = [
    ("r", "[request_definition]", "sub, obj, act"),
    ("p", "[policy_definition]", "sub, obj, act, rule, fields, eft"),
    ("g", "[role_definition]", "_, _"),
    ("e", "[policy_effect]", "some(where (p.eft == allow)) && !some(where (p.eft == deny))"),
];

/// What a model is tried on: callers, and lines of every kind.
const REQUESTS: [[&str; 3]; 3] =
    [["users/trial", "users", "update"], ["@guest", "users", "list"], ["users/a", "_mfas", "view"]];
const TRIAL: [[&str; 6]; 6] = [
    ["*", "*", "*", "", "", "allow"],
    ["@guest", "users", "list", "", "", "deny"],
    ["@auth", "users", "read", "id != ''", "", "allow"],
    ["role:trial", "users", "write", "", r#"["name"]"#, "allow"],
    ["users/trial", "users", "update", "", r#"["name","email"]"#, "deny"],
    ["users/*", "_mfas", "view", "", "", "allow"],
];

impl Model {
    /// Reads and tries the model in a file.
    ///
    /// # Errors
    /// One sentence that says why it cannot decide.
    pub async fn read(path: &Path) -> Result<Self, Unfit> {
        let unfit = |why| Unfit { path: path.to_owned(), why };
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| unfit(format!("cannot be read: {error}")))?;
        Model::parse(&text).await.map_err(unfit)
    }

    /// A model of its text.
    pub(super) async fn parse(text: &str) -> Result<Self, String> {
        let model = DefaultModel::from_str(text).await;
        let model =
            model.map_err(|error| format!("is not a Casbin model: {}", Failure::of(&error).why))?;
        match misfit(&model) {
            Some(why) => Err(why),
            None => attempt(&model).map(|()| Model(model)),
        }
    }

    /// What decides by this model about the lines of one moment.
    #[must_use]
    pub fn matcher(&self, schema: &Schema, lines: &Lines) -> Arc<dyn Matcher> {
        Arc::new(CasbinMatcher::new(self.0.clone(), schema, lines))
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Model")
    }
}

/// What is not defined as it has to be.
fn misfit(model: &DefaultModel) -> Option<String> {
    let sections = model.get_model();
    let close = |text: &str| text.replace(char::is_whitespace, "");
    for (key, name, wanted) in DEFINITIONS {
        let found = sections.get(key).and_then(|section| section.get(key));
        // Casbin keeps `p.eft` as `p_eft`.
        if found.is_none_or(|found| close(&found.value).replace("p_eft", "p.eft") != close(wanted))
        {
            return Some(format!("must have `{key} = {wanted}` in {name}"));
        }
    }
    if !sections.contains_key("m") {
        return Some("has no `m` in [matchers]".to_owned());
    }
    let mut keys = sections.values().flat_map(|section| section.keys());
    let unasked = keys.find(|key| !matches!(key.as_str(), "r" | "p" | "g" | "g2" | "e" | "m"))?;
    Some(format!("defines `{unasked}`, which nothing asks"))
}

/// Tries the model on callers and lines of every kind.
fn attempt(model: &DefaultModel) -> Result<(), String> {
    let (schema, lines) = trial();
    let adapter = LineAdapter::new(&schema, &lines).without_policies();
    enforcer(model.clone(), adapter).map_err(|failure| failure.why)?;
    let ask = |model: &DefaultModel| -> Vec<Failure> {
        let matcher = CasbinMatcher::new(model.clone(), &schema, &lines);
        let all = REQUESTS.iter().flat_map(|request| (0..TRIAL.len()).map(move |at| (request, at)));
        all.filter_map(|(request, at)| matcher.matches(at, *request).err()).collect()
    };
    // Operators skip what they need not know, and with it names that are not there.
    let unknown = ask(&eager(model)).into_iter().find(|failure| failure.unknown);
    match unknown.or_else(|| ask(model).into_iter().next()) {
        Some(Failure { why, .. }) => Err(format!("has a matcher that fails: {why}")),
        None => Ok(()),
    }
}

fn trial() -> (Schema, Lines) {
    let collections = system::defaults("", &mut |length| "x".repeat(length));
    let schema = Schema::new(collections.into_iter().map(Arc::new).collect());
    let policies = schema.by_name(system::POLICIES).map(|collection| {
        let names = ["subject", "object", "action", "rule", "fields", "effect"];
        TRIAL.map(|texts| {
            let mut record = Record::blank(collection);
            for (name, text) in names.into_iter().zip(texts) {
                let json = name == "fields" && !text.is_empty();
                let text = text.to_owned();
                record.set(name, if json { Value::Json(text) } else { Value::Text(text) });
            }
            record
        })
    });
    let lines =
        Lines::read(&schema, policies.as_ref().map_or(&[], |all| all.as_slice()), &[], None);
    (schema, lines)
}

/// The model with a matcher that works out both sides of every `&&` and `||`.
fn eager(model: &DefaultModel) -> DefaultModel {
    let mut model = model.clone();
    let matchers = model.get_mut_model().get_mut("m");
    if let Some(matcher) = matchers.and_then(|matchers| matchers.get_mut("m")) {
        let parts = matcher.value.split('"').enumerate().map(|(at, part)| match at % 2 {
            0 => part.replace("&&", "&").replace("||", "|"),
            _ => part.to_owned(),
        });
        matcher.value = parts.collect::<Vec<_>>().join("\"");
    }
    model
}

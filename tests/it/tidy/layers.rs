//! The rows of the engine: a module names modules of lower rows only.

use super::{
    paths::{self, NamedPath},
    source::SourceFile,
};

const ENGINE: &str = "core/engine/src/";

/// From the ground up. A module that is not here has no place yet: give it one.
#[rustfmt::skip] // one row, one line
const ROWS: &[(&[&str], &str)] = &[
    (&["error", "config", "clock", "random", "query_string", "telemetry"], "ground"),
    (&["store", "cache", "events", "mail", "hooks", "passwords", "redis"], "the outside, and seams"),
    (&["catalog", "authz", "changes"], "what is true, who may"),
    (&["records", "auth", "realtime", "files", "backup", "limits", "logs", "moving", "nodes"], "what the product does"),
    (&["app"], "wiring, once"),
    (&["http", "graphql", "plugin"], "how callers reach us"),
    (&["cli"], "start-up and commands"),
];

/// Steps inside one row that are allowed, from, to, and why.
#[rustfmt::skip] // one edge, one line
const EDGES: &[(&str, &str, &str)] = &[
    ("telemetry", "config", "it writes as configured"),
    ("authz", "catalog", "a decision is made against the collections as they are"),
    ("moving", "records", "it tells the account of the set-up from a real one"),
    ("realtime", "records", "what is delivered is a record, shown as records are"),
    ("nodes", "realtime", "what is submitted to another node is carried out where the client is"),
    ("nodes", "auth", "a node forgets whose account another one changed"),
    ("auth", "records", "who signs in is a record, answered as records are"),
    ("cache", "store", "it reads what it does not hold"),
    ("cache", "events", "it is told what this node wrote"),
];

/// Paths of this engine file that lead upward or sideways.
pub(super) fn upward(file: &SourceFile) -> Vec<String> {
    let Some(module) = Module::of(&file.path).filter(|_| !file.is_test()) else {
        return Vec::new();
    };
    let Some(row) = row(module.name) else {
        return vec![format!(
            "{}:1: `{}` has no row in tests/it/tidy/layers.rs",
            file.path, module.name
        )];
    };
    let mut failures = Vec::new();
    for path in paths::named(&file.text) {
        let Some(target) = module.engine_module(&path).filter(|target| *target != module.name)
        else {
            continue;
        };
        let edge = EDGES.iter().any(|(from, to, _)| *from == module.name && *to == target);
        if self::row(target).is_some_and(|target| target >= row) && !edge {
            let (line, from) = (path.line, module.name);
            let rule = "a module names modules of lower rows only";
            failures.push(format!("{}:{line}: `{from}` names `{target}`: {rule}", file.path));
        }
    }
    failures
}

fn row(module: &str) -> Option<usize> {
    ROWS.iter().position(|(modules, _)| modules.contains(&module))
}

/// Where a file stands: its top module, and how many `super` lead to the crate.
struct Module<'a> {
    name: &'a str,
    depth: usize,
}

impl<'a> Module<'a> {
    /// Of an engine file other than the crate's root, which declares and shows everybody.
    fn of(path: &'a str) -> Option<Self> {
        let inner = path.strip_prefix(ENGINE)?.strip_suffix(".rs")?;
        let inner = inner.strip_suffix("/mod").unwrap_or(inner);
        let name = inner.split('/').next().filter(|name| *name != "lib")?;
        Some(Self { name, depth: inner.split('/').count() })
    }

    /// The top module a path leads to, when it is one of the engine's.
    fn engine_module<'p>(&self, path: &'p NamedPath) -> Option<&'p str> {
        let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
        let rest = match segments.as_slice() {
            ["crate", rest @ ..] => rest,
            all => {
                let own = usize::from(all.first() == Some(&"self"));
                let up = all[own..].iter().take_while(|word| **word == "super").count();
                if up < self.depth {
                    return None;
                }
                &all[own + up..]
            }
        };
        rest.first().copied().filter(|name| row(name).is_some())
    }
}

#[test]
fn upward_and_sideways_steps_are_found() {
    for (path, text, broken) in [
        ("records/list.rs", "use crate::store::Store;", 0),
        ("records/list.rs", "use crate::http::answer;", 1),
        ("records/list.rs", "use crate::{store, auth::Token, http};", 2),
        ("records.rs", "fn f() { super::auth::check() }", 1),
        ("records/list.rs", "use super::auth;", 0),
        ("records/list.rs", "use super::super::auth;", 1),
        ("records/mod.rs", "use super::auth;", 1),
        ("records/list.rs", "use crate::records::auth;", 0),
        ("authz.rs", "use crate::catalog::Snapshot;", 0),
        ("catalog.rs", "use crate::authz::Scope;", 1),
        ("store/mod.rs", "#[cfg(test)] mod tests { use crate::app; }", 0),
        ("lib.rs", "pub use crate::http::serve;", 0),
        ("novelty.rs", "", 1),
    ] {
        let file = SourceFile { path: format!("{ENGINE}{path}"), text: text.into() };
        assert_eq!(upward(&file).len(), broken, "{path}: {text}");
    }
}

//! The tables: what may stand where. A new rule is one line here.

use super::{
    paths::{self, NamedPath},
    source::SourceFile,
};

const LONGEST_FILE: usize = 500;
const LIMITED: [&str; 7] = [".rs", ".js", ".mjs", ".css", ".html", ".sh", ".py"];
const LIMITED_NAMES: [&str; 2] = ["tests/run", ".ci/run"];

const EMPTY_NAMES: [&str; 14] = [
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "manager",
    "managers",
    "misc",
    "base",
    "data",
    "info",
    "processor",
    "context",
    "stuff",
];

const EMPTY_ENDINGS: [&str; 6] = ["Manager", "Helper", "Helpers", "Util", "Utils", "Processor"];

/// Something a path can name.
enum Thing {
    /// An outside crate: `rusqlite::…` or `use rusqlite`.
    Crate(&'static str),
    /// These words in a row, anywhere in a path: `serde_json::Value`, `Timestamp::now`.
    Path(&'static str),
    /// One word or macro: `await`, `todo!`.
    Word(&'static str),
}

/// `thing` is not named by files that begin with one of `within`, but for those in `homes`.
struct Home {
    thing: Thing,
    within: &'static [&'static str],
    homes: &'static [&'static str],
    rule: &'static str,
}

const OURS: &[&str] = &["core/", "admin-ui/", "plugins/", "sdk/"];
const NOT_SDK: &[&str] = &["core/", "admin-ui/", "plugins/"];
const MODEL: &[&str] = &["core/model/"];
const SERVICES: &[&str] = &[
    "core/engine/src/records",
    "core/engine/src/auth",
    "core/engine/src/catalog",
    "core/engine/src/authz",
    "core/engine/src/realtime",
];

/// Lines decide scopes. Besides authz: lists of internal tables, which only superusers reach, and the
/// tests of plans.
const SCOPES: &[&str] = &[
    "core/model/src/policy/",
    "core/engine/src/authz/",
    "core/engine/src/catalog/list.rs",
    "core/engine/src/logs/read.rs",
    "core/model/src/plan/",
];
const GATE: &str = "scopes are made by authz only: the one gate";
const STORE: &[&str] = &["core/engine/src/store/"];
const WEB: &[&str] = &[
    "core/engine/src/http",
    "core/engine/src/graphql",
    "core/engine/src/plugin",
    "core/engine/src/app",
    "core/engine/src/cli",
    "admin-ui/",
    "plugins/",
];
const TEMPLATES: &[&str] = &["admin-ui/", "core/engine/src/mail"];
const AUTHZ: &[&str] = &["core/engine/src/authz"];
const REDIS: &[&str] = &["core/engine/src/redis"];
const TELEMETRY: &[&str] = &["core/engine/src/telemetry"];
const CONFIG: &[&str] = &["core/engine/src/config"];
const CLOCK: &[&str] = &["core/engine/src/clock"];

const DATABASES: &str = "a database is spoken to under store/ only";
const PURE: &str = "the model is pure: no I/O, clock, async, database or HTTP";
const TIME: &str = "the wall clock is read in clock only, so that tests can set it";
const UNFINISHED: &str = "what is not finished is not committed";

#[rustfmt::skip] // one rule, one line
const HOMES: &[Home] = &[
    Home { thing: Thing::Crate("rusqlite"), within: OURS, homes: STORE, rule: DATABASES },
    Home { thing: Thing::Crate("sqlx"), within: OURS, homes: STORE, rule: DATABASES },
    Home { thing: Thing::Crate("mongodb"), within: OURS, homes: STORE, rule: DATABASES },
    Home { thing: Thing::Crate("bson"), within: OURS, homes: STORE, rule: DATABASES },
    Home { thing: Thing::Crate("redis"), within: OURS, homes: REDIS, rule: "redis is spoken to in redis/ only" },
    Home { thing: Thing::Crate("axum"), within: OURS, homes: WEB, rule: "axum is for those who answer requests, and who starts them" },
    Home { thing: Thing::Crate("tera"), within: OURS, homes: TEMPLATES, rule: "templates are rendered in admin-ui and mail only" },
    Home { thing: Thing::Crate("casbin"), within: OURS, homes: AUTHZ, rule: "casbin is known to authz only" },
    Home { thing: Thing::Crate("opentelemetry"), within: OURS, homes: TELEMETRY, rule: "opentelemetry is known to telemetry only" },
    Home { thing: Thing::Path("std::env"), within: NOT_SDK, homes: CONFIG, rule: "the environment is read in config/ only" },
    Home { thing: Thing::Path("SystemTime::now"), within: NOT_SDK, homes: CLOCK, rule: TIME },
    Home { thing: Thing::Path("Timestamp::now"), within: NOT_SDK, homes: CLOCK, rule: TIME },
    Home { thing: Thing::Path("Zoned::now"), within: NOT_SDK, homes: CLOCK, rule: TIME },
    Home { thing: Thing::Path("serde_json::Value"), within: SERVICES, homes: &[], rule: "services speak Value and Record, never raw JSON" },
    Home { thing: Thing::Path("Scope::everything"), within: NOT_SDK, homes: SCOPES, rule: GATE },
    Home { thing: Thing::Path("Scope::every_row"), within: NOT_SDK, homes: SCOPES, rule: GATE },
    Home { thing: Thing::Word("async"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Word("await"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Crate("tokio"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Path("std::fs"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Word("TcpStream"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Word("TcpListener"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Word("UdpSocket"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Word("ToSocketAddrs"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Path("std::thread"), within: MODEL, homes: &[], rule: PURE },
    Home { thing: Thing::Word("todo!"), within: OURS, homes: &[], rule: UNFINISHED },
    Home { thing: Thing::Word("unimplemented!"), within: OURS, homes: &[], rule: UNFINISHED },
    Home { thing: Thing::Word("dbg!"), within: OURS, homes: &[], rule: UNFINISHED },
];

/// Things named outside their homes.
pub(super) fn out_of_home(file: &SourceFile) -> Vec<String> {
    if file.is_test() {
        return Vec::new();
    }
    let under = |prefixes: &[&str]| prefixes.iter().any(|prefix| file.path.starts_with(prefix));
    let rules: Vec<_> =
        HOMES.iter().filter(|home| under(home.within) && !under(home.homes)).collect();
    let mut failures = Vec::new();
    for path in paths::named(&file.text) {
        for home in rules.iter().filter(|home| names(&path, &home.thing)) {
            let written = path.segments.join("::");
            failures.push(format!("{}:{}: `{written}`: {}", file.path, path.line, home.rule));
        }
    }
    failures
}

fn names(path: &NamedPath, thing: &Thing) -> bool {
    let has = |word: &str| path.segments.iter().any(|segment| segment == word);
    match thing {
        Thing::Crate(name) => {
            path.segments[0] == *name && (path.imported || path.segments.len() > 1)
        }
        Thing::Word(word) => has(word),
        Thing::Path(row) => {
            let row: Vec<&str> = row.split("::").collect();
            path.segments.windows(row.len()).any(|window| window == row)
        }
    }
}

/// A file longer than a reader keeps in mind.
pub(super) fn too_long(file: &SourceFile) -> Option<String> {
    let limited = LIMITED.iter().any(|ending| file.path.ends_with(ending))
        || LIMITED_NAMES.contains(&file.path.as_str());
    let lines = file.text.lines().count();
    (limited && lines > LONGEST_FILE).then(|| {
        format!("{}:{lines}: a file stops at {LONGEST_FILE} lines; split it by topic", file.path)
    })
}

/// Addresses in an npm lock file: whoever installs uses the registry of the own machine.
pub(super) fn registry_hosts(file: &SourceFile) -> Vec<String> {
    if !file.path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let rule = "lock files name no registry; set omit-lockfile-registry-resolved for npm";
    let lines = file.text.lines().zip(1..).filter(|(text, _)| text.contains("\"resolved\""));
    lines.map(|(_, line)| format!("{}:{line}: {rule}", file.path)).collect()
}

/// Modules and types whose names would fit anything.
pub(super) fn empty_names(file: &SourceFile) -> Vec<String> {
    if !file.path.ends_with(".rs") && !file.path.ends_with("js") {
        return Vec::new();
    }
    let mut failures = Vec::new();
    for part in file.path.split(['/', '.']).filter(|part| EMPTY_NAMES.contains(part)) {
        failures.push(format!("{}:1: `{part}` says nothing; name what it is about", file.path));
    }
    if file.path.ends_with(".rs") {
        let tokens = super::tokens::shipped(&file.text);
        for pair in tokens.windows(2) {
            let (kind, name) = (pair[0].text.as_str(), pair[1].text.as_str());
            let is_type = ["struct", "enum", "trait", "type"].contains(&kind);
            let inline = kind == "mod" && EMPTY_NAMES.contains(&name);
            if inline || (is_type && EMPTY_ENDINGS.iter().any(|ending| name.ends_with(ending))) {
                let line = pair[1].line;
                failures.push(format!("{}:{line}: `{name}` says nothing; name it", file.path));
            }
        }
    }
    failures
}

#[cfg(test)]
fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.into(), text: text.into() }
}

#[test]
fn homes_are_kept() {
    for (path, text, broken) in [
        ("core/engine/src/store/sqlite/read.rs", "use rusqlite::Connection;", 0),
        ("core/engine/src/records.rs", "use rusqlite::Connection;", 1),
        ("core/engine/src/records.rs", "fn f() { rusqlite::open() }", 1),
        ("core/engine/src/records.rs", "let redis = 1; // use redis", 0),
        ("core/engine/src/records/tests.rs", "use rusqlite::Connection;", 0),
        ("core/engine/src/records.rs", "use serde_json::{self, Value};", 1),
        ("core/engine/src/http/body.rs", "use serde_json::Value;", 0),
        ("core/engine/src/auth/token.rs", "let t = jiff::Timestamp::now();", 1),
        ("core/engine/src/clock.rs", "let t = jiff::Timestamp::now();", 0),
        ("core/engine/src/cli.rs", "use std::{env, fs};", 1),
        ("core/model/src/value.rs", "pub async fn f() { g().await }", 2),
        (
            "core/model/src/value.rs",
            "//! async\nuse std::{fs::File, net::{Ipv4Addr, TcpStream}};",
            2,
        ),
        ("sdk/src/lib.rs", "fn f() { todo!() }", 1),
    ] {
        assert_eq!(out_of_home(&file(path, text)).len(), broken, "{path}: {text}");
    }
}

#[test]
fn a_failure_names_the_place_and_the_rule() {
    let failures = out_of_home(&file("core/model/src/a.rs", "\n\nfn f() { dbg!(1); }"));
    assert_eq!(failures, ["core/model/src/a.rs:3: `dbg!`: what is not finished is not committed"]);
}

#[test]
fn long_files_hosts_and_empty_names_are_found() {
    assert!(too_long(&file("a.rs", &"x\n".repeat(501))).is_some());
    assert!(too_long(&file("a.rs", &"x\n".repeat(500))).is_none());
    assert!(too_long(&file("Cargo.lock", &"x\n".repeat(501))).is_none());
    let lock = file("tests/js/package-lock.json", "{\n\"resolved\": \"https://a.b/c\"}");
    assert_eq!(registry_hosts(&lock).len(), 1);
    assert_eq!(empty_names(&file("core/engine/src/utils.rs", "")).len(), 1);
    assert_eq!(empty_names(&file("core/engine/src/a.rs", "struct ThingManager;")).len(), 1);
    assert_eq!(empty_names(&file("core/engine/src/database.rs", "struct Managers;")).len(), 0);
}

//! What examples name is there, also in those that cannot be run as they stand because they need
//! other machines.

use std::collections::BTreeMap;
use std::process::Command;

use crate::tidy::source::{self, SourceFile};

/// A command of ours and the flags it is given.
#[derive(Debug, PartialEq)]
struct Named {
    command: Vec<String>,
    flags: Vec<String>,
}

/// The command of a line, if it is given flags.
fn command(line: &str) -> Option<Named> {
    let mut words = line.split_whitespace().map(|word| word.trim_start_matches('`'));
    words.find(|word| *word == "purlin" || word.ends_with("bin/purlin"))?;
    let mut named = Named { command: Vec::new(), flags: Vec::new() };
    for word in words.take_while(|word| !["|", "#", "&&"].contains(word)) {
        let plain = word.trim_matches(['`', '[', ']', ',', '.']);
        let is_name = plain.chars().all(|letter| letter.is_ascii_lowercase());
        if let Some(flag) = plain.strip_prefix("--") {
            named.flags.push(format!("--{}", flag.split('=').next().unwrap_or_default()));
        } else if is_name && named.flags.is_empty() {
            named.command.push(plain.to_owned());
        }
        if word.ends_with('`') {
            break;
        }
    }
    (!named.flags.is_empty()).then_some(named)
}

/// Our variables in a text, but those that a compose file fills in itself: `${…}`.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("PURLIN_").filter(|(at, _)| !text[..*at].ends_with("${")).map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.find(|letter: char| letter != '_' && !letter.is_ascii_uppercase());
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// What stands before the port in `purlin1:8090`.
fn nodes(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| letter.is_whitespace() || ";\"'".contains(letter));
    words.filter_map(|word| word.strip_suffix(":8090")).filter(|name| name.starts_with("purlin"))
}

fn help(command: &[String]) -> String {
    let output = Command::new(purlin_tests::binary()).args(command).arg("--help").output();
    String::from_utf8(output.expect("the binary runs").stdout).expect("text")
}

fn files(wanted: impl Fn(&str) -> bool) -> Vec<SourceFile> {
    source::all().into_iter().filter(|file| wanted(&file.path)).collect()
}

#[test]
fn flags_of_examples_are_those_of_the_binary() {
    let mut helps = BTreeMap::new();
    let mut failures = Vec::new();
    for file in files(|path| path.ends_with(".md") || path.starts_with("deploy/")) {
        for (line, number) in file.text.lines().zip(1..) {
            let Some(Named { command, flags }) = command(line) else { continue };
            let help = helps.entry(command.clone()).or_insert_with(|| help(&command));
            let known = |flag: &String| help.split([' ', '\n', ',']).any(|word| word == flag);
            let unknown: Vec<_> = flags.iter().filter(|flag| !known(flag)).collect();
            if !unknown.is_empty() {
                failures.push(format!("{}:{number}: {command:?} has no {unknown:?}", file.path));
            }
        }
    }
    assert!(helps.len() > 5, "hardly any example is found: {:?}", helps.keys());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn variables_of_examples_are_read() {
    let [reader] = &files(|path| path == "core/engine/src/config/load.rs")[..] else {
        panic!("the one reader of the environment is elsewhere");
    };
    let guides = ["docs/configuration.md", "docs/nodes.md"];
    let examples = files(|path| path.starts_with("deploy/") || guides.contains(&path));
    let mut found = 0;
    for file in &examples {
        for name in variables(&file.text) {
            assert!(reader.text.contains(&format!("\"{name}\"")), "{}: {name}", file.path);
            found += 1;
        }
    }
    assert!(found > 5, "only {found} variables are found");
}

#[test]
fn balancers_send_to_the_nodes_there_are() {
    let [compose] = &files(|path| path == "deploy/compose/compose.yaml")[..] else {
        panic!("no compose file");
    };
    for path in ["deploy/compose/Caddyfile", "docs/nodes.md"] {
        let file = &files(|other| other == path)[0];
        assert_eq!(nodes(&file.text).count(), 2, "{path}");
        for name in nodes(&file.text) {
            assert!(compose.text.contains(&format!("\n  {name}:")), "{path}: {name}");
        }
    }
}

#[test]
fn what_is_named_is_found() {
    let named = |line| command(line).map(|named| (named.command.join(" "), named.flags.join(" ")));
    let some = |command: &str, flags: &str| Some((command.to_owned(), flags.to_owned()));
    assert_eq!(named("ExecStart=/bin/purlin serve --dir /x"), some("serve", "--dir"));
    assert_eq!(
        named("| `purlin policy list [--object O]` | --no"),
        some("policy list", "--object")
    );
    assert_eq!(named("`purlin serve` takes `--http`"), None);
    let text = "ENV PURLIN_DIR=/x ${PURLIN_PORT:-1}\n[env: PURLIN_LOG]";
    assert_eq!(variables(text).collect::<Vec<_>>(), ["PURLIN_DIR", "PURLIN_LOG"]);
    assert_eq!(nodes("server purlin1:8090; redis:6379").collect::<Vec<_>>(), ["purlin1"]);
}

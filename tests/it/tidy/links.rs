//! Links between our own documents.

use super::source::SourceFile;

/// Relative links of a Markdown file whose target does not exist, and in the two documents at
/// the front also every `docs/…` that is only mentioned.
pub(super) fn broken(file: &SourceFile, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut failures = Vec::new();
    for (line, text) in prose(&file.text) {
        let mut targets: Vec<String> = links(text)
            .map(|link| resolve(folder, link))
            .filter(|target| !exists(target))
            .collect();
        if ["README.md", "ARCHITECTURE.md"].contains(&file.path.as_str()) {
            targets.extend(mentions(text).filter(|mention| !exists(mention)).map(Into::into));
        }
        targets.sort();
        targets.dedup();
        for target in targets {
            failures.push(format!("{}:{line}: {target} does not exist", file.path));
        }
    }
    failures
}

/// The lines outside of fenced code, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().zip(1..).filter_map(move |(text, line)| {
        let fence = text.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((line, text))
    })
}

/// Targets of `[…](target)` that lead into the repository, without their anchors.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ', '#']).next()?;
        let outside = target.contains("://") || target.starts_with("mailto:");
        (!target.is_empty() && !outside).then_some(target)
    })
}

fn mentions(line: &str) -> impl Iterator<Item = &str> {
    line.split([' ', '`', '(', ')', '[', ']', '|', ',', ';'])
        .filter(|word| word.starts_with("docs/") && word.ends_with(".md"))
}

fn resolve(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> =
        if link.starts_with('/') { vec![] } else { folder.split('/').collect() };
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

#[test]
fn broken_links_are_found() {
    let there = |target: &str| ["docs/a.md", "README.md", "docs"].contains(&target);
    for (path, text, expected) in [
        ("README.md", "[a](docs/a.md#x) [b](https://x.y/z) [c](#here)", vec![]),
        ("README.md", "see\n[a](docs/b.md)", vec!["README.md:2: docs/b.md does not exist"]),
        ("README.md", "see `docs/c.md`.", vec!["README.md:1: docs/c.md does not exist"]),
        ("docs/a.md", "[r](../README.md) [d](/docs)", vec![]),
        ("docs/a.md", "[r](README.md)", vec!["docs/a.md:1: docs/README.md does not exist"]),
        ("docs/a.md", "```sh\n[r](README.md)\n```", vec![]),
    ] {
        let file = SourceFile { path: path.into(), text: text.into() };
        assert_eq!(broken(&file, there), expected, "{path}: {text}");
    }
}

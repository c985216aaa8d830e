//! The paths a source file names: `a::b::c` in expressions, and every leaf of its `use` trees.

use super::tokens::{self, Token};

/// A path as it is written, one word each; a macro's last word ends in `!`.
#[derive(Debug, PartialEq)]
pub(super) struct NamedPath {
    pub(super) line: usize,
    pub(super) segments: Vec<String>,
    /// It stands in a `use` declaration, so even a single word names a crate or module.
    pub(super) imported: bool,
}

/// Every path in the code that ships, single words included.
pub(super) fn named(source: &str) -> Vec<NamedPath> {
    let tokens = tokens::shipped(source);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = &tokens[at];
        if token.text == "use" && tokens.get(at + 1).is_some_and(|next| next.text != "<") {
            at = use_tree(&tokens, at + 1, &[], &mut found);
        } else if token.is_word() {
            at = expression(&tokens, at, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

fn expression(tokens: &[Token], start: usize, found: &mut Vec<NamedPath>) -> usize {
    let mut segments = vec![tokens[start].text.clone()];
    let mut at = start + 1;
    while is(tokens, at, "::") && tokens.get(at + 1).is_some_and(Token::is_word) {
        segments.push(tokens[at + 1].text.clone());
        at += 2;
    }
    if is(tokens, at, "!") && !is(tokens, at + 1, "=") {
        segments.last_mut().expect("a first segment").push('!');
    }
    found.push(NamedPath { line: tokens[start].line, segments, imported: false });
    at
}

/// Reads one use tree below `prefix` and returns where it ends.
fn use_tree(
    tokens: &[Token],
    start: usize,
    prefix: &[String],
    found: &mut Vec<NamedPath>,
) -> usize {
    let mut segments = prefix.to_vec();
    let mut at = start + usize::from(is(tokens, start, "::"));
    let line = tokens.get(at).map_or(0, |token| token.line);
    while let Some(token) = tokens.get(at) {
        if token.text == "{" {
            return use_group(tokens, at + 1, &segments, found);
        }
        if token.is_word() || token.text == "*" {
            segments.push(token.text.clone());
            at += 1;
        }
        if !is(tokens, at, "::") {
            break;
        }
        at += 1;
    }
    if is(tokens, at, "as") {
        at += 2;
    }
    found.push(NamedPath { line, segments, imported: true });
    at
}

fn use_group(
    tokens: &[Token],
    start: usize,
    prefix: &[String],
    found: &mut Vec<NamedPath>,
) -> usize {
    let mut at = start;
    while at < tokens.len() && !is(tokens, at, "}") {
        at = use_tree(tokens, at, prefix, found);
        at += usize::from(is(tokens, at, ","));
    }
    at + 1
}

fn is(tokens: &[Token], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.text == text)
}

#[test]
fn use_trees_and_expressions_are_spelled_out() {
    let source = "use crate::{store::{self, Store as S}, clock};\nuse tera;\n\
                  fn f() { a::b::<C>(d); ::e::g!(1); h != i }";
    let all: Vec<_> = named(source)
        .into_iter()
        .filter(|path| path.imported || path.segments.len() > 1)
        .map(|path| format!("{} {}", path.line, path.segments.join("::")))
        .collect();
    let expected = [
        "1 crate::store::self",
        "1 crate::store::Store",
        "1 crate::clock",
        "2 tera",
        "3 a::b",
        "3 e::g!",
    ];
    assert_eq!(all, expected);
}

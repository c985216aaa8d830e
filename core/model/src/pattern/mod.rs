//! Patterns of text fields: RE2's dialect, unanchored, and texts made from them.

mod generate;
mod translate;

use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use regex::{Regex, RegexBuilder};

pub use generate::{Random, check_generator, generate};

/// How many compiled patterns are kept. Schemas have fewer; the bound is for those that change.
const KEPT: usize = 512;

/// Compiled patterns by text: compiling takes far longer than matching.
static COMPILED: LazyLock<RwLock<HashMap<String, Regex>>> = LazyLock::new(RwLock::default);

/// The compiled pattern.
///
/// # Errors
/// What is wrong with it, as a phrase.
pub fn compile(pattern: &str) -> Result<Regex, String> {
    let known = COMPILED.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = known.get(pattern) {
        return Ok(regex.clone());
    }
    drop(known);
    let built = RegexBuilder::new(&translate::translate(pattern)).octal(true).build();
    let regex = built.map_err(|error| reason(&error.to_string()))?;
    let mut known = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(pattern.to_owned(), regex.clone());
    Ok(regex)
}

/// Whether the pattern matches somewhere in the text; one that does not compile never does.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    compile(pattern).is_ok_and(|regex| regex.is_match(text))
}

/// The last line of an error that draws the pattern.
fn reason(error: &str) -> String {
    let last = error.lines().last().unwrap_or(error);
    format!("error parsing regexp: {}", last.trim_start_matches("error: "))
}

#[cfg(test)]
mod tests {
    use super::{compile, matches};

    #[test]
    fn patterns_mean_what_re2_says() {
        for (pattern, yes, no) in [
            ("[a&&b]", vec!["a", "&", "b"], vec!["c"]),
            ("[[a]", vec!["[", "a"], vec!["b"]),
            ("a{", vec!["a{"], vec!["a"]),
            ("^a{,2}$", vec!["a{,2}"], vec!["a", "aa"]),
            ("a{1", vec!["a{1"], vec!["a"]),
            ("^a{2}$", vec!["aa"], vec!["a"]),
            (r"\d", vec!["5"], vec!["٣"]),
            (r"\D", vec!["٣"], vec!["5"]),
            (r"\w", vec!["a"], vec!["é"]),
            (r"[\w-]+$", vec!["-", "a-"], vec!["é"]),
            (r"\bé\b", vec![], vec!["é"]),
            (r"\s", vec![" "], vec!["\u{a0}", "\u{b}"]),
            (r"\<a", vec!["<a"], vec!["a"]),
            (r"a\/b", vec!["a/b"], vec![]),
            (r"\Qa.b\E", vec!["a.b"], vec!["axb"]),
            (r"^\Q[\E$", vec!["["], vec![]),
            ("[[:alpha:]]", vec!["a"], vec!["é", ":"]),
            ("[]a]", vec!["]", "a"], vec!["b"]),
            ("[^]]", vec!["a"], vec!["]"]),
            (r"^\101$", vec!["A"], vec![]),
            (r"\p{Greek}", vec!["α"], vec!["a"]),
            ("[a~~b]", vec!["~"], vec!["c"]),
            ("^.$", vec!["é"], vec!["\n"]),
            ("(?P<x>a)", vec!["a"], vec![]),
        ] {
            yes.iter().for_each(|text| assert!(matches(pattern, text), "{pattern} on {text}"));
            no.iter().for_each(|text| assert!(!matches(pattern, text), "{pattern} on {text}"));
        }
    }

    #[test]
    fn what_is_no_pattern_says_why() {
        for pattern in ["[a-z", "(a", r"\C", "(?=a)", "*a"] {
            let reason = compile(pattern).expect_err(pattern);
            assert!(reason.starts_with("error parsing regexp: "), "{reason}");
        }
    }
}

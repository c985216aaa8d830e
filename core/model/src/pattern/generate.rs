//! Random texts that match a pattern: ids, keys and whatever a field autogenerates.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::translate::translate;

/// A source of chance: a number below the given one, every one as likely. The caller decides how
/// hard it is to guess.
pub type Random<'a> = dyn FnMut(u32) -> u32 + 'a;

/// How often an unbounded repetition repeats at most beyond what it must.
const UNBOUNDED: u32 = 5;

/// No text gets longer, whatever a pattern's repetitions multiply to.
const LONGEST: usize = 16_384;

/// What `.` and other classes without an end draw from.
const ALPHANUMERIC: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Whether texts can be made from the pattern: everything but anchors and boundaries.
///
/// # Errors
/// What is wrong with it, as a phrase.
pub fn check_generator(pattern: &str) -> Result<(), String> {
    let hir = parse(pattern)?;
    if !hir.properties().look_set().is_empty() {
        return Err("unsupported pattern operator: an anchor or boundary".to_owned());
    }
    Ok(())
}

/// A random text that matches the pattern; `""` for a pattern that does not parse.
#[must_use]
pub fn generate(pattern: &str, random: &mut Random<'_>) -> String {
    let mut out = String::new();
    if let Ok(hir) = parse(pattern) {
        write(&hir, random, &mut out);
    }
    out
}

fn parse(pattern: &str) -> Result<Hir, String> {
    let mut parser = ParserBuilder::new().octal(true).build();
    parser.parse(&translate(pattern)).map_err(|error| super::reason(&error.to_string()))
}

fn write(hir: &Hir, random: &mut Random<'_>, out: &mut String) {
    if out.len() >= LONGEST {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.extend(pick(class, random)),
        HirKind::Capture(capture) => write(&capture.sub, random, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, random, out)),
        HirKind::Alternation(parts) => {
            let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
            if let Some(part) = parts.get(random(count) as usize) {
                write(part, random, out);
            }
        }
        HirKind::Repetition(repeated) => {
            let most = repeated.max.unwrap_or(repeated.min.saturating_add(UNBOUNDED));
            let spare = most.saturating_sub(repeated.min);
            let extra = if spare == 0 { 0 } else { random(spare.saturating_add(1)) };
            for _ in 0..repeated.min.saturating_add(extra) {
                if out.len() >= LONGEST {
                    return;
                }
                write(&repeated.sub, random, out);
            }
        }
    }
}

/// A character of the class, every one as likely. Of a class that leaves out only some characters
/// an ASCII letter or digit, if it has any.
fn pick(class: &Class, random: &mut Random<'_>) -> Option<char> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => {
            class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
        Class::Bytes(class) => {
            class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
        }
    };
    let has = |c: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&c));
    if has(0x10_FFFF) {
        let plain: Vec<u8> =
            ALPHANUMERIC.iter().copied().filter(|byte| has(u32::from(*byte))).collect();
        if !plain.is_empty() {
            let count = u32::try_from(plain.len()).unwrap_or(1);
            return plain.get(random(count) as usize).copied().map(char::from);
        }
    }
    let count = ranges.iter().map(|(first, last)| last - first + 1).sum::<u32>();
    let mut nth = if count == 0 { return None } else { random(count) };
    for (first, last) in ranges {
        let size = last - first + 1;
        if nth < size {
            // A range may span the surrogates, which are no characters.
            return char::from_u32(first + nth).or(Some('\u{fffd}'));
        }
        nth -= size;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::matches;

    /// A small generator of numbers, the same for each run.
    fn random() -> impl FnMut(u32) -> u32 {
        let mut state = 42_u64;
        move |below| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            u32::try_from((state >> 33) % u64::from(below.max(1))).unwrap_or_default()
        }
    }

    #[test]
    fn generated_texts_match_their_pattern() {
        let mut random = random();
        for pattern in [
            "[a-z0-9]{15}",
            r"\d{3}",
            r"\w{3}",
            "a|b|c",
            "(ab|cd){2}",
            "[^a]{3}",
            ".{3}",
            "a+",
            "a*",
            "a?",
            "a{2,}",
            "[a-c-]{4}",
            r"x\.y",
            "[[:alpha:]]{3}",
            r"\pL",
            "(?i)ab",
            "é{2}",
            r"[\d_]{5}",
            r"\s",
            "a{0}",
            r"\D{3}",
            "(?:ab)+?",
            r"\Qa.b\E",
            "[é-ü]{3}",
            "[a-zA-Z0-9]{50}",
        ] {
            assert_eq!(check_generator(pattern), Ok(()), "{pattern}");
            for _ in 0..50 {
                let text = generate(pattern, &mut random);
                assert!(matches(&format!("^(?:{pattern})$"), &text), "{pattern}: {text}");
            }
        }
    }

    #[test]
    fn every_choice_is_taken() {
        let mut random = random();
        let seen: std::collections::HashSet<String> =
            (0..200).map(|_| generate("[a-c]|x|[0-1]", &mut random)).collect();
        assert_eq!(seen.len(), 6);
    }

    #[test]
    fn what_cannot_be_generated_is_refused_and_length_is_bounded() {
        for pattern in ["^ab$", r"\bab\b", "[a-z", "(a"] {
            assert!(check_generator(pattern).is_err(), "{pattern}");
        }
        let long = generate("((a{100}){100}){100}", &mut random());
        assert!(long.len() <= LONGEST + 1, "{}", long.len());
    }
}

//! LIKE as regular expressions over texts in lower case: that is ASCII only on both sides, as the
//! dialect folds.

use mongodb::bson::{Bson, doc};

use super::expr::{all, any, cond, map, op, switch, text, two, with};

/// The regular expression of a pattern known beforehand, for texts in lower case; `None` where no
/// text matches.
pub(super) fn of_bound(pattern: &str) -> Option<String> {
    let mut runs = vec![String::new()];
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let literal = match letter {
            '%' => {
                runs.push(String::new());
                continue;
            }
            '_' => {
                runs.last_mut()?.push('.');
                continue;
            }
            '\\' => letters.next()?,
            letter => letter,
        };
        push_literal(runs.last_mut()?, literal.to_ascii_lowercase());
    }
    let last = runs.pop()?;
    let mut out = String::from("(?s)\\A");
    let Some((first, middle)) = runs.split_first() else {
        return Some(out + last.as_str() + "\\z");
    };
    out.push_str(first);
    // The first place each run fits is as good as any: nothing is tried again.
    for run in middle.iter().filter(|run| !run.is_empty()) {
        out.push_str("(?>.*?");
        out.push_str(run);
        out.push(')');
    }
    if !last.is_empty() {
        out.push_str(".*");
        out.push_str(&last);
        out.push_str("\\z");
    }
    Some(out)
}

fn push_literal(out: &mut String, letter: char) {
    if letter.is_ascii_control() {
        out.push_str(&format!("\\x{{{:x}}}", u32::from(letter)));
        return;
    }
    if letter.is_ascii() && !letter.is_ascii_alphanumeric() {
        out.push('\\');
    }
    out.push(letter);
}

/// Whether a text contains what a pattern says that stands in a record; neither is null.
pub(super) fn contains(value: Bson, pattern: Bson) -> Bson {
    with(op("$toLower", value), "haystack", |value| {
        with(op("$toLower", pattern), "needle", |pattern| {
            let special = op("$regexMatch", doc! { "input": pattern.clone(), "regex": r"[%_\\]" });
            let plain = two("$gte", two("$indexOfBytes", value.clone(), pattern.clone()), 0);
            cond(special, matches(value, pattern), plain)
        })
    })
}

/// Longer regular expressions are an error to the server; no text matches them.
const LONGEST: i32 = 8_000;

/// Whether a text contains what a pattern with `%`, `_` or `\` in it says.
fn matches(value: Bson, pattern: Bson) -> Bson {
    // The steps of a pattern: a special letter, an escaped one, or a run without any.
    let steps = doc! { "input": pattern.clone(), "regex": r"(?s)%|_|\\.|\\|[^%_\\]+" };
    let step = Bson::String("$$step.match".to_owned());
    let quoted = |value: Bson| {
        let zero = doc! { "input": value, "find": "\0", "replacement": "\\E\\x{0}\\Q" };
        op("$concat", vec![text("\\Q"), op("$replaceAll", zero), text("\\E")])
    };
    let escaped = op("$substrBytes", vec![step.clone(), Bson::Int32(1), Bson::Int32(-1)]);
    let part = switch(
        vec![
            (two("$eq", step.clone(), "%"), text(".*")),
            (two("$eq", step.clone(), "_"), text(".")),
            // Ends in the middle of an escape, for the pattern goes on with `%`.
            (two("$eq", step.clone(), "\\"), text("%\\z")),
            (two("$eq", two("$indexOfBytes", step.clone(), "\\"), 0), quoted(escaped)),
        ],
        quoted(step),
    );
    let parts = map(op("$regexFindAll", steps), "step", part);
    let joined = doc! {
        "input": parts,
        "initialValue": "(?s)",
        "in": two("$concat", "$$value", "$$this"),
    };
    let found = op("$regexMatch", doc! { "input": value, "regex": op("$reduce", joined) });
    let short = two("$lte", op("$strLenBytes", pattern), LONGEST);
    all([short, any([found])])
}

//! Finds the placeholders of a filter template, at compile time or at run time.
//!
//! ```ebnf
//! template    = { placeholder | quoted | comment | any other character but "{" } ;
//! placeholder = "{:" , name , "}" ;
//! name        = ( letter | digit | "_" ) , { letter | digit | "_" } ;
//! ```
//!
//! A placeholder between quotes is refused: its escaped value would bring its own quotes, end the
//! text early, and the rest of the value would be read as filter.

/// What comes next in a template.
pub(crate) enum Step {
    /// `{:name}` at `start..end`.
    Placeholder { start: usize, end: usize },
    /// No further placeholder.
    End,
    /// The template is wrong.
    Mistake(&'static str),
}

/// Looks for the next placeholder at or after `at`, which must lie outside of quotes.
pub(crate) const fn step(text: &[u8], mut at: usize) -> Step {
    while at < text.len() {
        match text[at] {
            b'{' => return placeholder(text, at),
            quote @ (b'"' | b'\'') => match quoted_end(text, at, quote) {
                Ok(end) => at = end,
                Err(mistake) => return Step::Mistake(mistake),
            },
            b'/' if at + 1 < text.len() && text[at + 1] == b'/' => {
                while at < text.len() && text[at] != b'\n' {
                    at += 1;
                }
            }
            _ => at += 1,
        }
    }
    Step::End
}

const fn placeholder(text: &[u8], start: usize) -> Step {
    match name_end(text, start) {
        Some(end) => Step::Placeholder { start, end },
        None => Step::Mistake("`{` must begin a placeholder such as {:name}"),
    }
}

/// Behind the `}` of a placeholder that begins at `start`, if one does.
const fn name_end(text: &[u8], start: usize) -> Option<usize> {
    if start + 1 >= text.len() || text[start] != b'{' || text[start + 1] != b':' {
        return None;
    }
    let mut at = start + 2;
    while at < text.len() && (text[at].is_ascii_alphanumeric() || text[at] == b'_') {
        at += 1;
    }
    if at > start + 2 && at < text.len() && text[at] == b'}' { Some(at + 1) } else { None }
}

/// Behind the quote that closes the text which begins at `start`.
const fn quoted_end(text: &[u8], start: usize, quote: u8) -> Result<usize, &'static str> {
    let mut at = start + 1;
    while at < text.len() {
        if text[at] == quote {
            return Ok(at + 1);
        }
        if name_end(text, at).is_some() {
            return Err("a placeholder stands between quotes; it brings its own");
        }
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    Err("a quoted text is not closed")
}

/// Fails the build unless the placeholders of `template` are exactly `names`.
///
/// # Panics
/// Only ever runs in constants, where a panic is a compile error.
#[doc(hidden)]
pub const fn check(template: &str, names: &[&str]) {
    let text = template.as_bytes();
    let mut at = 0;
    loop {
        match step(text, at) {
            Step::End => break,
            Step::Mistake(mistake) => panic!("{}", mistake),
            Step::Placeholder { start, end } => {
                if !is_one_of(text, start + 2, end - 1, names) {
                    panic!("a placeholder of the filter has no value");
                }
                at = end;
            }
        }
    }
    let mut index = 0;
    while index < names.len() {
        if !is_used(text, names[index].as_bytes()) {
            panic!("a value of the filter has no placeholder");
        }
        index += 1;
    }
}

const fn is_one_of(text: &[u8], start: usize, end: usize, names: &[&str]) -> bool {
    let mut index = 0;
    while index < names.len() {
        if equals(text, start, end, names[index].as_bytes()) {
            return true;
        }
        index += 1;
    }
    false
}

const fn is_used(text: &[u8], name: &[u8]) -> bool {
    let mut at = 0;
    while let Step::Placeholder { start, end } = step(text, at) {
        if equals(text, start + 2, end - 1, name) {
            return true;
        }
        at = end;
    }
    false
}

const fn equals(text: &[u8], start: usize, end: usize, name: &[u8]) -> bool {
    if end - start != name.len() {
        return false;
    }
    let mut offset = 0;
    while offset < name.len() {
        if text[start + offset] != name[offset] {
            return false;
        }
        offset += 1;
    }
    true
}

//! Patterns of `~` (http-api.md 2.3): `%` any run, `_` any character, `\` escapes.

/// The finished pattern for a bound right side: as given where it has an unescaped `%`, else the
/// text with every special character escaped, between two `%`.
#[must_use]
pub fn finish(text: &str) -> String {
    if has_wildcard(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('%');
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if !matches!(char, '\\' | '%' | '_') {
            out.push(char);
            continue;
        }
        out.push('\\');
        match chars.next_if(|next| char == '\\' && matches!(next, '\\' | '%' | '_')) {
            Some(escaped) => out.push(escaped),
            None => out.push(char),
        }
    }
    out.push('%');
    out
}

fn has_wildcard(text: &str) -> bool {
    let mut escaped = false;
    for char in text.chars() {
        match char {
            '%' if !escaped => return true,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    false
}

/// Whether a text is like a pattern; ASCII letters match in either case.
#[must_use]
pub fn matches(text: &str, pattern: &str) -> bool {
    let (mut text, mut pattern) = (text.chars(), pattern.chars());
    // Where to go on when a later character does not match: after the last `%`, one further.
    let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
    loop {
        let mut step = pattern.clone();
        let token = step.next();
        if token == Some('%') {
            retry = Some((text.clone(), step.clone()));
            pattern = step;
            continue;
        }
        let wanted = match token {
            Some('\\') => step.next(),
            other => other,
        };
        let found = text.next();
        let fits = match (found, wanted) {
            (None, None) if token.is_none() => return true,
            (None, _) => return false,
            (Some(found), Some(wanted)) => {
                token == Some('_') || found.eq_ignore_ascii_case(&wanted)
            }
            (Some(_), None) => false,
        };
        if fits {
            pattern = step;
            continue;
        }
        let Some((from, after)) = &mut retry else { return false };
        if from.next().is_none() {
            return false;
        }
        (text, pattern) = (from.clone(), after.clone());
    }
}

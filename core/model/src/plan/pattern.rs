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

/// The pattern of texts that begin with this one.
#[must_use]
pub fn beginning(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for char in text.chars() {
        if matches!(char, '\\' | '%' | '_') {
            out.push('\\');
        }
        out.push(char);
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

//! RE2's spelling of a pattern to that of the engine used here: Perl classes and word boundaries
//! are ASCII, brackets know no set operations, stray braces stand for themselves.

/// The pattern in the engine's spelling.
pub(super) fn translate(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut rest = pattern;
    // How many characters into a bracket; 0 = outside.
    let mut inside = 0;
    while let Some(c) = rest.chars().next() {
        let step = match (c, inside) {
            ('\\', _) => escape(rest, inside > 0, &mut out),
            ('[', 0) => {
                inside = 1;
                open_bracket(rest, &mut out)
            }
            ('[', _) => posix_class(rest, &mut out).unwrap_or_else(|| literal('[', &mut out)),
            (']', 1..) => {
                inside = 0;
                out.push(c);
                1
            }
            ('&' | '~', 1..) => literal(c, &mut out),
            ('{', 0) if !is_repetition(rest) => literal('{', &mut out),
            (c, _) => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(step..).unwrap_or_default();
    }
    out
}

/// Writes a character that stands for itself; how many bytes it took.
fn literal(c: char, out: &mut String) -> usize {
    out.push('\\');
    out.push(c);
    1
}

/// Writes the opening of a bracket with `^` and a first `]`, which is literal there.
fn open_bracket(rest: &str, out: &mut String) -> usize {
    let mut length = 1;
    if rest[length..].starts_with('^') {
        length += 1;
    }
    out.push_str(&rest[..length]);
    if rest[length..].starts_with(']') {
        out.push_str("\\]");
        length += 1;
    }
    length
}

/// Writes a class like `[:alpha:]`, if one begins here.
fn posix_class(rest: &str, out: &mut String) -> Option<usize> {
    let length = rest.strip_prefix("[:")?.find(":]")? + 4;
    out.push_str(&rest[..length]);
    Some(length)
}

/// Whether `{n}`, `{n,}` or `{n,m}` begins here.
fn is_repetition(rest: &str) -> bool {
    let Some((counts, _)) = rest[1..].split_once('}') else { return false };
    let (least, most) = counts.split_once(',').unwrap_or((counts, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

/// Writes what an escape stands for; how many bytes of the pattern it took.
fn escape(rest: &str, inside: bool, out: &mut String) -> usize {
    let Some(c) = rest[1..].chars().next() else {
        out.push('\\');
        return 1;
    };
    let ascii = match c {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => r"[\t\n\f\r ]",
        'S' => r"[^\t\n\f\r ]",
        'b' if !inside => r"(?-u:\b)",
        '<' => "<",
        '>' => ">",
        'Q' if !inside => {
            let quoted = &rest[2..];
            let end = quoted.find("\\E").unwrap_or(quoted.len());
            out.push_str(&regex::escape(&quoted[..end]));
            return (end + 4).min(rest.len());
        }
        'p' | 'P' | 'x' if rest[2..].starts_with('{') => {
            let length = rest.find('}').map_or(rest.len(), |end| end + 1);
            out.push_str(&rest[..length]);
            return length;
        }
        c => {
            out.push('\\');
            out.push(c);
            return 1 + c.len_utf8();
        }
    };
    out.push_str(ascii);
    2
}

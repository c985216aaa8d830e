//! Character references: the numeric ones, and the names texts commonly use.

use std::borrow::Cow;

/// Names and what they stand for. Others stay as they are written.
const NAMED: [(&str, &str); 46] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("hellip", "…"),
    ("mdash", "—"),
    ("ndash", "–"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("bull", "•"),
    ("middot", "·"),
    ("deg", "°"),
    ("euro", "€"),
    ("pound", "£"),
    ("yen", "¥"),
    ("cent", "¢"),
    ("sect", "§"),
    ("para", "¶"),
    ("times", "×"),
    ("divide", "÷"),
    ("plusmn", "±"),
    ("frac12", "½"),
    ("szlig", "ß"),
    ("auml", "ä"),
    ("ouml", "ö"),
    ("uuml", "ü"),
    ("Auml", "Ä"),
    ("Ouml", "Ö"),
    ("Uuml", "Ü"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("agrave", "à"),
    ("ccedil", "ç"),
    ("ntilde", "ñ"),
    ("aring", "å"),
];

/// Names that count without the semicolon too.
const BARE: [&str; 5] = ["amp", "lt", "gt", "quot", "nbsp"];

/// The text with its character references replaced.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = numeric(rest, &mut out).or_else(|| named(rest, &mut out));
        let length = length.unwrap_or_else(|| {
            out.push('&');
            1
        });
        rest = &rest[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// `&#65;` or `&#x41;`; how many bytes it took.
fn numeric(text: &str, out: &mut String) -> Option<usize> {
    let number = text.strip_prefix("&#")?;
    let (digits, radix, prefix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 3),
        None => (number, 10, 2),
    };
    let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if length == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..length], radix).ok().filter(|code| *code != 0);
    out.push(code.and_then(char::from_u32).unwrap_or('\u{fffd}'));
    Some(prefix + length + usize::from(digits[length..].starts_with(';')))
}

/// `&name;`; how many bytes it took.
fn named(text: &str, out: &mut String) -> Option<usize> {
    let name = &text[1..];
    let length = name.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let closed = name[length..].starts_with(';');
    let whole = &name[..length];
    let bare = || BARE.iter().copied().find(|bare| whole.starts_with(bare)).filter(|_| !closed);
    let found = if closed { Some(whole) } else { bare() }?;
    let (_, stands_for) = NAMED.iter().find(|(name, _)| *name == found)?;
    out.push_str(stands_for);
    Some(1 + found.len() + usize::from(closed))
}

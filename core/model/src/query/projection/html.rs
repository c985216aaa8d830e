//! The text of HTML: tags dropped, blocks set apart, white space made single. Lenient as browsers
//! are: whatever is no tag is text.

mod entity;

use entity::decode;

/// Elements whose content is dropped with them.
const DROPPED: [&str; 16] = [
    "head", "style", "script", "iframe", "applet", "object", "svg", "picture", "dialog",
    "template", "button", "form", "textarea", "select", "option", "noembed",
];

/// Elements whose content is text up to their end tag, whatever it looks like.
const RAW: [&str; 5] = ["style", "script", "iframe", "textarea", "noembed"];

/// Elements that stand in a line of text; all others set their content apart.
const INLINE: [&str; 24] = [
    "a", "abbr", "acronym", "b", "bdo", "big", "br", "cite", "code", "em", "embed", "i", "img",
    "input", "label", "q", "small", "span", "strike", "strong", "sub", "sup", "time", "body",
];

/// The text of an HTML fragment, with single spaces between words and blocks.
pub(super) fn plain_text(html: &str) -> String {
    let mut out = Text::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push(&decode(&rest[..at]));
        rest = &rest[at..];
        let Some(tag) = Tag::read(rest) else {
            out.push("<");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        if DROPPED.contains(&tag.name.as_str()) && tag.opens {
            rest = after_element(&tag.name, rest);
        } else if !tag.name.is_empty() && !INLINE.contains(&tag.name.as_str()) {
            out.space();
        }
    }
    out.push(&decode(rest));
    out.0
}

/// Text in which white space is single.
#[derive(Default)]
struct Text(String);

impl Text {
    fn push(&mut self, text: &str) {
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\u{c}' | '\r') {
                self.space()
            } else {
                self.0.push(c)
            }
        }
    }

    fn space(&mut self) {
        if !self.0.is_empty() && !self.0.ends_with(' ') {
            self.0.push(' ');
        }
    }
}

/// A tag, a comment or a declaration.
struct Tag {
    /// In lower case; empty for what is no element.
    name: String,
    /// Not an end tag.
    opens: bool,
    /// Bytes from `<` to after `>`.
    length: usize,
}

impl Tag {
    /// The tag a text that begins with `<` begins with. One that never ends takes all there is.
    fn read(text: &str) -> Option<Tag> {
        let nameless = |length| Some(Tag { name: String::new(), opens: false, length });
        if let Some(comment) = text.strip_prefix("<!--") {
            return nameless(comment.find("-->").map_or(text.len(), |end| end + 7));
        }
        let opens = !text.starts_with("</");
        let start = if opens { 1 } else { 2 };
        let name = &text[start..];
        let plain_end = || text.find('>').map_or(text.len(), |end| end + 1);
        if name.starts_with(['!', '?']) || (!opens && !name.starts_with(is_letter)) {
            return nameless(plain_end());
        }
        if !name.starts_with(is_letter) {
            return None;
        }
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
        let name = &name[..name.find(ends).unwrap_or(name.len())];
        let length = tag_end(text, start + name.len());
        Some(Tag { name: name.to_ascii_lowercase(), opens, length })
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
}

/// Where a tag has ended, `>` in quoted attributes not being its end.
fn tag_end(text: &str, from: usize) -> usize {
    let mut quote = None;
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    text.len()
}

/// What follows the end tag of an element just opened; nothing where it never ends.
fn after_element<'a>(name: &str, content: &'a str) -> &'a str {
    let raw = RAW.contains(&name);
    let mut depth = 1_usize;
    let mut rest = content;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let tag = Tag::read(rest).filter(|tag| tag.name == name && !(raw && tag.opens));
        let Some(tag) = tag else {
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.length..];
        depth = if tag.opens { depth + 1 } else { depth - 1 };
        if depth == 0 {
            return rest;
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn markup_goes_and_blocks_stay_apart() {
        for (html, expected) in [
            ("a<p>b</p>c", "a b c"),
            ("a<br>b", "ab"),
            ("a<span>b</span>c<em>d</em>", "abcd"),
            ("<head><title>T</title></head>x", "x"),
            ("<style>a{}</style>b", "b"),
            ("a<iframe>q</iframe>b", "ab"),
            ("<button>B</button>c", "c"),
            ("a<input value=1>b<img alt='x>y'>c<embed>d", "abcd"),
            ("<select><option>1</option></select>z", "z"),
            ("<textarea><p></textarea>w", "w"),
            ("<!-- <p> -->d<!doctype html>e", "de"),
            ("a</p>b", "a b"),
            ("a < b", "a < b"),
            ("a<b", "a"),
            ("1 < 2 > 3", "1 < 2 > 3"),
            ("<>x", "<>x"),
            ("</>x", "x"),
            ("a&nbsp;b", "a\u{a0}b"),
            ("&copy;&#65;&#x42;&unknown;&amp", "©AB&unknown;&"),
            ("<a href=\"x>y\">z</a>", "z"),
            ("<h1>a</h1>b", "a b"),
            ("<svg><text>q</text></svg>r", "r"),
            ("<form>1<form>2</form>3</form>r", "r"),
            ("<table><tr><td>a</td></tr></table>b", "a b"),
            ("<SCRIPT>if (a<b) q</SCRIPT>r", "r"),
            ("<script>q", ""),
            ("x<hr>y", "x y"),
            ("<custom>r</custom>s", "r s"),
            ("\t a \n\n b\u{a0} c", "a b\u{a0} c"),
            ("a <span>b</span> c", "a b c"),
            ("é<p>ü</p>", "é ü"),
            ("<p", ""),
            ("<!--", ""),
            ("&lt;b&gt; &#0; &#x110000; &", "<b> \u{fffd} \u{fffd} &"),
        ] {
            assert_eq!(plain_text(html).trim_end_matches(' '), expected, "{html}");
        }
    }
}

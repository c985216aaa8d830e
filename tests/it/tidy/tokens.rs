//! Rust source as words and punctuation, without comments, literals and `#[cfg(test)]` items.

/// A word, `::`, or one other character, with the line it stands on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) text: String,
}

impl Token {
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
    }
}

/// The tokens of code that ships.
pub(super) fn shipped(source: &str) -> Vec<Token> {
    without_tests(&scan(source))
}

fn scan(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        let end = token_end(&chars, at);
        let text: String = chars[at..end].iter().collect();
        let first = chars[at];
        let word = first.is_alphabetic() || first == '_';
        let literal = text.len() > 1 && text.ends_with(['"', '#', '\'']);
        if (word && !literal) || text == "::" || (end == at + 1 && !first.is_whitespace()) {
            tokens.push(Token { line, text });
        }
        line += chars[at..end].iter().filter(|c| **c == '\n').count();
        at = end;
    }
    tokens
}

/// Where the token, comment, literal or space that starts at `at` ends.
fn token_end(chars: &[char], at: usize) -> usize {
    let rest = &chars[at..];
    let len = match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => block_comment(rest),
        [':', ':', ..] => 2,
        ['"', ..] => quoted(rest, 1),
        ['b' | 'c', '"', ..] => quoted(rest, 2),
        ['r', '"' | '#', ..] => raw(rest, 1),
        ['b' | 'c', 'r', '"' | '#', ..] => raw(rest, 2),
        ['\'', '\\', ..] => {
            3 + rest[3.min(rest.len())..].iter().take_while(|c| **c != '\'').count() + 1
        }
        ['\'', _, '\'', ..] => 3,
        [first, ..] if first.is_alphanumeric() || *first == '_' => word(rest),
        _ => 1,
    };
    at + len.min(rest.len()).max(1)
}

fn word(rest: &[char]) -> usize {
    rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count()
}

fn quoted(rest: &[char], start: usize) -> usize {
    let mut at = start;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// `r"…"`, `r#"…"#`; a raw identifier such as `r#type` is a word.
fn raw(rest: &[char], start: usize) -> usize {
    let hashes = rest[start..].iter().take_while(|c| **c == '#').count();
    if rest.get(start + hashes) != Some(&'"') {
        return start + hashes + word(&rest[start + hashes..]);
    }
    let mut end = vec!['"'];
    end.resize(hashes + 1, '#');
    let body = start + hashes + 1;
    let close = rest[body..].windows(end.len()).position(|window| window == end);
    close.map_or(rest.len(), |close| body + close + end.len())
}

fn block_comment(rest: &[char]) -> usize {
    let (mut at, mut depth) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (at, depth) = (at + 2, depth + 1),
            ['*', '/', ..] if depth == 1 => return at + 2,
            ['*', '/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
    }
    at
}

fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        if rest.iter().map(|token| token.text.as_str()).take(MARK.len()).eq(MARK) {
            at += MARK.len() + item_len(&rest[MARK.len()..]);
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    kept
}

/// How many tokens the item has: up to its closing brace, or to its `;`.
fn item_len(rest: &[Token]) -> usize {
    let mut depth = 0;
    for (at, token) in rest.iter().enumerate() {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return at + 1,
            "}" => depth -= 1,
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[test]
fn comments_literals_and_tests_are_left_out() {
    let source = r###"
        // axum::one  /* still a comment
        /* axum::two /* nested */ axum::three */
        let a = "axum::four \" axum"; let b = r#"axum::"five""#; let c = b"axum"; let d = 'x';
        let e = '\''; fn f<'a>(g: &'a str) {}
        #[cfg(test)]
        mod tests { use axum::six; fn t() { { axum::seven() } } }
        #[cfg(test)] mod tests;
        r#type.end
    "###;
    let words: Vec<_> =
        shipped(source).into_iter().filter(Token::is_word).map(|t| t.text).collect();
    let expected = "let a let b let c let d let e fn f a g a str r#type end";
    assert_eq!(words.join(" "), expected);
}

#[test]
fn lines_are_counted_through_literals_and_comments() {
    let tokens = shipped("/* a\n b */ one\n\"x\ny\" two");
    let lines: Vec<_> = tokens.iter().map(|token| (token.line, token.text.as_str())).collect();
    assert_eq!(lines, [(2, "one"), (4, "two")]);
}

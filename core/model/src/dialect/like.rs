//! `~` and `:lower` in memory: case is folded for ASCII letters only.

/// Whether a text matches a pattern: `%` any run, `_` one character, `\` takes the next character
/// literally (a pattern that ends in `\` matches nothing).
#[must_use]
pub fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let Some(pattern) = tokens(pattern) else { return false };
    let (mut at, mut token) = (0, 0);
    // Where to go on when the last run has to take one character more.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match pattern.get(token) {
            Some(Token::Run) => {
                retry = Some((at, token));
                token += 1;
                continue;
            }
            Some(one) if text.get(at).is_some_and(|c| one.takes(*c)) => {
                at += 1;
                token += 1;
                continue;
            }
            None if at == text.len() => return true,
            _ => {}
        }
        match retry {
            Some((from, run)) if from < text.len() => {
                retry = Some((from + 1, run));
                at = from + 1;
                token = run + 1;
            }
            _ => return false,
        }
    }
}

enum Token {
    Run,
    One,
    Char(char),
}

impl Token {
    fn takes(&self, c: char) -> bool {
        match self {
            Token::Run => false,
            Token::One => true,
            Token::Char(own) => own.eq_ignore_ascii_case(&c),
        }
    }
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '%' => Token::Run,
            '_' => Token::One,
            '\\' => Token::Char(chars.next()?),
            c => Token::Char(c),
        });
    }
    Some(tokens)
}

/// The text with ASCII letters in lower case, all others as they are.
#[must_use]
pub fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

//! The WHERE of an index text as the filter of a partial index: comparisons of a field with a
//! constant, joined by AND.

use mongodb::bson::{Bson, Document, doc};
use purlin_model::schema::{Collection, Field, FieldKind};

use super::index::{compared, named};

/// The filter of a condition.
///
/// # Errors
/// What cannot be said, as a sentence.
pub(super) fn filter(collection: &Collection, condition: &str) -> Result<Document, String> {
    let cannot = || {
        format!(
            "conditions of indexes of MongoDB compare fields with constants, joined by AND: {condition}"
        )
    };
    let tokens = tokens(condition).ok_or_else(cannot)?;
    let mut filters = Vec::new();
    for part in
        tokens.split(|token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case("and")))
    {
        filters.push(comparison(collection, part).ok_or_else(cannot)?);
    }
    match filters.len() {
        1 => Ok(filters.swap_remove(0)),
        _ => Ok(doc! { "$and": filters }),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A name or keyword.
    Word(String),
    Number(f64),
    Text(String),
    Sign(&'static str),
}

const SIGNS: [&str; 10] = ["<>", "!=", "<=", ">=", "==", "=", "<", ">", "(", ")"];

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign))
        {
            (Token::Sign(sign), sign.len())
        } else if matches!(first, '\'' | '"' | '`' | '[') {
            let close = if first == '[' { ']' } else { first };
            let end = rest[1..].find(close)? + 1;
            let inner = rest[1..end].to_owned();
            // A doubled quote stands for itself; constants with quotes are not worth it.
            if rest[end + 1..].starts_with(close) {
                return None;
            }
            (if first == '\'' { Token::Text(inner) } else { Token::Word(inner) }, end + 1)
        } else {
            let inside = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
            let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
            if end == 0 {
                return None;
            }
            let word = &rest[..end];
            let token = word.parse().map_or_else(|_| Token::Word(word.to_owned()), Token::Number);
            (token, end)
        };
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    tokens.retain(|token| !matches!(token, Token::Sign("(" | ")")));
    Some(tokens)
}

fn comparison(collection: &Collection, tokens: &[Token]) -> Option<Document> {
    let [Token::Word(name), rest @ ..] = tokens else { return None };
    let field = named(collection, name)?;
    if field.kind.is_multiple()
        || matches!(field.kind, FieldKind::Json { .. } | FieldKind::GeoPoint)
    {
        return None;
    }
    match rest {
        // Nothing of Purlin's own is null but json.
        [Token::Word(is), Token::Word(not), Token::Word(null)]
            if [(is, "is"), (not, "not"), (null, "null")]
                .iter()
                .all(|(word, wanted)| word.eq_ignore_ascii_case(wanted)) =>
        {
            Some(compared(field, "$exists", Bson::Boolean(true)))
        }
        [Token::Sign(sign), value] => signed(field, sign, constant(field, value)?),
        _ => None,
    }
}

fn signed(field: &Field, sign: &str, value: Bson) -> Option<Document> {
    let word = match sign {
        "=" | "==" => "$eq",
        "<" => "$lt",
        "<=" => "$lte",
        ">" => "$gt",
        ">=" => "$gte",
        // Not the empty text is more than the empty text.
        _ if value == Bson::String(String::new()) => "$gt",
        _ => match value {
            Bson::Boolean(truth) => return Some(compared(field, "$eq", Bson::Boolean(!truth))),
            value => {
                let sides = [("$lt", value.clone()), ("$gt", value)];
                let sides = sides.map(|(word, value)| compared(field, word, value));
                return Some(doc! { "$or": sides.to_vec() });
            }
        },
    };
    Some(compared(field, word, value))
}

fn constant(field: &Field, token: &Token) -> Option<Bson> {
    let truth = |token: &Token| match token {
        Token::Number(number) => Some(*number == 1.0),
        Token::Word(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Token::Word(word) if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    };
    match (&field.kind, token) {
        (FieldKind::Bool, token) => truth(token).map(Bson::Boolean),
        (FieldKind::Number { .. }, Token::Number(number)) => Some(Bson::Double(*number)),
        (FieldKind::Number { .. }, _) | (_, Token::Number(_)) => None,
        (_, Token::Text(text)) => Some(Bson::String(text.clone())),
        // SQLite takes `""` for a text where no column is called so.
        (_, Token::Word(word)) if word.is_empty() => Some(Bson::String(String::new())),
        _ => None,
    }
}

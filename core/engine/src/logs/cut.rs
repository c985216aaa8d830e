//! Lines that would be too long (http-api.md 6.3).

use purlin_model::Json;

use super::Line;

/// The longest message, in bytes.
const MAX_MESSAGE: usize = 8000;
/// The largest facts where the settings say nothing else, in bytes of JSON.
const MAX_FACTS: usize = 16 << 10;
/// What marks facts that were cut.
const MARK: &str = "__pb_truncated__";

/// Cuts a line to what the log keeps: the message at its end, facts over the limit (bytes of JSON;
/// 0 = the default) by shortening their texts, which is then marked.
pub fn cut(line: &mut Line, limit: u64) {
    shorten(&mut line.message, MAX_MESSAGE);
    let limit = match usize::try_from(limit) {
        Ok(0) => MAX_FACTS,
        Ok(limit) => limit,
        Err(_) => usize::MAX,
    };
    let texts: usize = line.facts.iter().filter_map(|(_, fact)| fact.text()).map(str::len).sum();
    // What escapes and keys add is measured only where it can matter.
    if texts < limit / 4 || Json::Object(line.facts.clone()).to_text().len() <= limit {
        return;
    }
    let share = limit / (2 * line.facts.len().max(1));
    for (_, fact) in &mut line.facts {
        if let Json::Text(text) = fact {
            shorten(text, share);
        }
    }
    line.facts.push((MARK.to_owned(), Json::Bool(true)));
}

/// Cuts a text to at most so many bytes, between characters.
fn shorten(text: &mut String, most: usize) {
    if text.len() > most {
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str, url: &str) -> Line {
        let facts =
            vec![("url".to_owned(), Json::from(url)), ("status".to_owned(), Json::Number(200.0))];
        Line { level: 0, message: message.to_owned(), facts }
    }

    #[test]
    fn short_lines_stay_as_they_are() {
        let mut short = line("GET /", "/api/x");
        cut(&mut short, 0);
        assert_eq!((short.message.as_str(), short.facts.len()), ("GET /", 2));
    }

    #[test]
    fn long_ones_are_cut_between_characters_and_marked() {
        let mut long = line(&"ü".repeat(5000), &"ü".repeat(20_000));
        cut(&mut long, 0);
        assert_eq!(long.message.len(), 8000);
        assert!(Json::Object(long.facts.clone()).to_text().len() <= MAX_FACTS);
        assert_eq!(long.facts.last(), Some(&(MARK.to_owned(), Json::Bool(true))));
        let mut own = line("x", &"a".repeat(500));
        cut(&mut own, 100);
        assert!(Json::Object(own.facts).to_text().len() <= 100);
    }
}

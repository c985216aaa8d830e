//! Numbers as SQLite reads and prints them.

/// The text of a number field's value where it is used as text (`~`, `:lower`): whole numbers that
/// fit 64 bits print as integers, the others with up to 15 digits and always a point.
#[must_use]
pub fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 9.223_372_036_854_775e18 {
        #[allow(clippy::cast_possible_truncation)]
        let whole = number as i64;
        return whole.to_string();
    }
    general(number, 15, true)
}

/// A number with so many significant digits, trailing zeros cut, an exponent below 1e-4 and from
/// 10^digits on: `%.{digits}g` of SQLite, which rounds halves away from zero. With `point`, `.0`
/// stands where there would be no point.
#[must_use]
pub fn general(number: f64, digits: usize, point: bool) -> String {
    let number = off_the_half(number, digits);
    let scientific = format!("{number:.*e}", digits.saturating_sub(1));
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let limit = i32::try_from(digits).unwrap_or(i32::MAX);
    let (body, tail) = if (-4..limit).contains(&exponent) {
        let decimals = usize::try_from(limit - 1 - exponent).unwrap_or_default();
        (format!("{number:.decimals$}"), String::new())
    } else {
        let sign = if exponent < 0 { '-' } else { '+' };
        (mantissa.to_owned(), format!("e{sign}{:02}", exponent.abs()))
    };
    let body = match body.contains('.') {
        true => body.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => body,
    };
    let zero = if point && !body.contains('.') { ".0" } else { "" };
    format!("{body}{zero}{tail}")
}

/// The number, or where it lies half way between two of so many digits the next one away from zero:
/// formatting takes halves to the even neighbour.
fn off_the_half(number: f64, digits: usize) -> f64 {
    const MORE: usize = 24;
    let long = format!("{number:.*e}", digits.saturating_sub(1) + MORE);
    let rest = long.split_once('e').map_or("", |(mantissa, _)| &mantissa[mantissa.len() - MORE..]);
    let half = rest.strip_prefix('5').is_some_and(|rest| rest.bytes().all(|digit| digit == b'0'));
    match half {
        true if number > 0.0 => number.next_up(),
        true => number.next_down(),
        false => number,
    }
}

/// The number a whole text spells: white space around it, a sign, a fraction and an exponent are
/// allowed; a lone point or exponent is not.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let trimmed = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\u{b}');
    let numeric = |byte: u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    if trimmed.is_empty() || !trimmed.bytes().all(numeric) {
        return None;
    }
    trimmed.parse().ok()
}

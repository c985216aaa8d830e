//! Modifiers of `strftime` taken apart, for databases that have to spell out what they do
//! (`purlin_model::date::strftime` has the meaning).

use purlin_model::dialect::decimal;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// Names of steps, the largest count, and seconds of one for the fraction of a count.
const STEPS: [(&str, f64, f64); 6] = [
    ("second", 4.6427e14, 1.0),
    ("minute", 7.7379e12, 60.0),
    ("hour", 1.2897e11, 3600.0),
    ("day", 5_373_485.0, 86400.0),
    ("month", 176_546.0, 2_592_000.0),
    ("year", 14_713.0, 31_536_000.0),
];

/// One thing done to a moment, which is milliseconds from the Julian day zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Only first: a number counts seconds since 1970 unless it is a Julian day.
    Auto,
    /// Only first: the time was given as a number, a Julian day.
    JulianDay,
    /// Only first: the time was given as a number, seconds since 1970.
    UnixEpoch,
    /// Nothing but that the moment must be one there is.
    Check,
    /// So many days back as the last count of months ran over the end of its month.
    Floor,
    /// The last count of months ran over nothing; the moment must be one there is.
    Ceiling,
    /// The last count of months ran over nothing.
    Settle,
    /// On to the next day of that number, Sunday being 0.
    Weekday(i64),
    /// Midnight.
    StartOfDay,
    /// Midnight of the first of the month.
    StartOfMonth,
    /// Midnight of the first of the year.
    StartOfYear,
    /// So many months on; days past the end of the month run into the next.
    Months(i64),
    /// So many milliseconds on.
    Millis(i64),
}

/// What modifiers do, and whether fractions of seconds are asked for; `None` where one is none.
pub(crate) fn steps(modifiers: &[String]) -> Option<(Vec<Step>, bool)> {
    let (mut steps, mut subsecond) = (Vec::new(), false);
    for (position, text) in modifiers.iter().enumerate() {
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "auto" if position == 0 => steps.push(Step::Auto),
            "julianday" if position == 0 => steps.push(Step::JulianDay),
            "unixepoch" if position == 0 => steps.push(Step::UnixEpoch),
            "localtime" | "utc" => steps.push(Step::Check),
            "subsec" | "subsecond" => subsecond = true,
            "ceiling" => steps.push(Step::Ceiling),
            "floor" => steps.push(Step::Floor),
            "start of day" => steps.push(Step::StartOfDay),
            "start of month" => steps.push(Step::StartOfMonth),
            "start of year" => steps.push(Step::StartOfYear),
            _ => match lower.split_once(' ') {
                Some(("weekday", day)) => steps.push(weekday(day)?),
                _ => shift(&lower, &mut steps)?,
            },
        }
    }
    Some((steps, subsecond))
}

fn weekday(day: &str) -> Option<Step> {
    let day = decimal(day.trim_matches(is_space)).filter(|day| (0.0..7.0).contains(day))?;
    #[allow(clippy::cast_possible_truncation)]
    let whole = day as i64;
    (day.fract() == 0.0).then_some(Step::Weekday(whole))
}

/// A signed count of steps, a signed clock time, or a signed date.
fn shift(text: &str, steps: &mut Vec<Step>) -> Option<()> {
    if !text.starts_with(|first: char| matches!(first, '+' | '-' | '0'..='9')) {
        return None;
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let unsigned = text.trim_start_matches(['+', '-']);
    if text.len() > unsigned.len() + 1 {
        return None;
    }
    if text.len() > unsigned.len()
        && let Some(length) = date_length(unsigned)
    {
        let year = digits(unsigned, 0, length)?;
        let month = digits(unsigned, length + 1, 2).filter(|month| *month < 12)?;
        let day = digits(unsigned, length + 4, 2).filter(|day| *day < 31)?;
        steps.push(Step::Months(sign * (year * 12 + month)));
        steps.push(Step::Millis(sign * day * DAY));
        let rest = &unsigned[length + 6..];
        if !rest.is_empty() {
            steps.push(Step::Millis(sign * clock(rest.strip_prefix(is_space)?)?));
        }
        return Some(());
    }
    let end = text[1..].find(|c: char| c == ':' || is_space(c)).map_or(text.len(), |at| at + 1);
    if text[end..].starts_with(':') {
        steps.push(Step::Millis(sign * clock(unsigned)?));
        return Some(());
    }
    let count = decimal(&text[..end])?;
    let name = text[end..].trim_start_matches(is_space);
    let name = name.strip_suffix('s').unwrap_or(name);
    let (_, limit, seconds) = STEPS.iter().find(|(step, _, _)| *step == name)?;
    if count <= -limit || count >= *limit {
        return None;
    }
    #[allow(clippy::cast_possible_truncation)]
    let whole = count.trunc() as i64;
    let months = match name {
        "month" => Some(whole),
        "year" => Some(whole * 12),
        _ => None,
    };
    steps.push(months.map_or(Step::Settle, Step::Months));
    let rest = if months.is_some() { count.fract() } else { count };
    #[allow(clippy::cast_possible_truncation)]
    let millis = (rest * 1000.0 * seconds + if count < 0.0 { -0.5 } else { 0.5 }) as i64;
    steps.push(Step::Millis(millis));
    Some(())
}

/// Milliseconds since midnight of `HH:MM[:SS[.SSS]]` with a zone.
fn clock(text: &str) -> Option<i64> {
    let part = |from: usize, most: i64| digits(text, from, 2).filter(|it| *it <= most);
    let (hour, minute) = (part(0, 24)?, part(3, 59)?);
    if text.as_bytes().get(2) != Some(&b':') {
        return None;
    }
    let mut millis = (hour * 60 + minute) * 60_000;
    let mut rest = &text[5..];
    if let Some(seconds) = rest.strip_prefix(':') {
        millis += digits(seconds, 0, 2).filter(|it| *it <= 59)? * 1000;
        rest = &seconds[2..];
        if let Some(fraction) = rest.strip_prefix('.').filter(|it| digits(it, 0, 1).is_some()) {
            let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
            let part: f64 = format!("0.{}", &fraction[..length]).parse().ok()?;
            #[allow(clippy::cast_possible_truncation)]
            let milli = (part.min(0.999) * 1000.0 + 0.5) as i64;
            millis += milli;
            rest = &fraction[length..];
        }
    }
    Some((millis - zone(rest)?).rem_euclid(DAY))
}

/// Milliseconds east of UTC of what may follow a time.
fn zone(text: &str) -> Option<i64> {
    let text = text.trim_matches(is_space);
    if text.is_empty() || text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let hours = digits(text, 1, 2).filter(|hours| *hours <= 14)?;
    let minutes = digits(text, 4, 2).filter(|minutes| *minutes <= 59)?;
    let whole = text.len() == 6 && text.as_bytes()[3] == b':';
    whole.then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// How many digits the year of `YYYY-MM-DD` has, if the text begins so.
fn date_length(text: &str) -> Option<usize> {
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    [4, 5]
        .into_iter()
        .find(|length| digits(text, 0, *length).is_some() && dash(*length) && dash(*length + 3))
}

/// The number of exactly these digits.
fn digits(text: &str, from: usize, count: usize) -> Option<i64> {
    let digits = text.get(from..from + count)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

#[cfg(test)]
mod tests {
    use super::Step::*;
    use super::*;

    #[test]
    fn modifiers_become_steps() {
        for (text, expected) in [
            ("+1 month", Some(vec![Months(1), Millis(0)])),
            ("-2 days", Some(vec![Settle, Millis(-2 * DAY)])),
            ("1.5 hours", Some(vec![Settle, Millis(5_400_000)])),
            ("+01:30", Some(vec![Millis(5_400_000)])),
            ("-0001-01-02", Some(vec![Months(-13), Millis(-2 * DAY)])),
            ("weekday 0", Some(vec![Weekday(0)])),
            ("Start of Month", Some(vec![StartOfMonth])),
            ("utc", Some(vec![Check])),
            ("bogus", None),
            ("+1 fortnight", None),
            ("weekday 7", None),
        ] {
            let found = steps(&[text.to_owned()]).map(|(steps, _)| steps);
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(steps(&["utc".into(), "auto".into()]), None);
        assert_eq!(steps(&["auto".into(), "subsec".into()]), Some((vec![Auto], true)));
    }
}

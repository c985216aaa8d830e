//! SQLite's modifiers of a time, read into the steps they stand for.

use super::super::DAY_MILLIS as DAY;
use super::moment::{clock_and_zone, digits, is_space};

/// What a part of a modifier does to a time. Each fails on a time that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Decides what a number given as a time counts: a Julian day, or seconds since 1970 where it
    /// cannot be one (`auto`).
    Auto,
    /// A number given as a time counts days; it fails on other times.
    JulianDay,
    /// A number given as a time counts seconds since 1970; it fails on other times.
    UnixEpoch,
    /// Nothing, but the time has to be one (`utc`, `localtime`).
    Check,
    /// Seconds show fractions from here on.
    Subsecond,
    /// Keeps a day beyond the end of its month where it ran to.
    Ceiling,
    /// Forgets by how many days the last step of months ran beyond the end of one.
    Settle,
    /// Takes back the days by which the last step of months ran beyond the end of one.
    Floor,
    /// On to the next day of that number, Sunday being 0, or not at all.
    Weekday(i64),
    /// Midnight of the day.
    StartOfDay,
    /// Midnight of the month's first day.
    StartOfMonth,
    /// Midnight of the year's first day.
    StartOfYear,
    /// So many months on; a day beyond the end of its month runs into the next.
    Months(i64),
    /// So many milliseconds on.
    Millis(i64),
}

/// Names of counts, the largest count, and seconds of one for the fraction of a count.
const COUNTS: [(&str, f64, f64); 6] = [
    ("second", 4.6427e14, 1.0),
    ("minute", 7.7379e12, 60.0),
    ("hour", 1.2897e11, 3600.0),
    ("day", 5_373_485.0, 86400.0),
    ("month", 176_546.0, 2_592_000.0),
    ("year", 14_713.0, 31_536_000.0),
];

/// What modifiers do, one after the other; `None` where one of them is none.
#[must_use]
pub fn steps(modifiers: &[String]) -> Option<Vec<Step>> {
    let mut all = Vec::new();
    for (position, text) in modifiers.iter().enumerate() {
        all.extend(steps_of(text, position)?);
    }
    Some(all)
}

/// The steps of the modifier at a position.
fn steps_of(text: &str, position: usize) -> Option<Vec<Step>> {
    let lower = text.to_ascii_lowercase();
    let one = match lower.as_str() {
        "auto" if position == 0 => Step::Auto,
        "julianday" if position == 0 => Step::JulianDay,
        "unixepoch" if position == 0 => Step::UnixEpoch,
        "localtime" | "utc" => Step::Check,
        "subsec" | "subsecond" => Step::Subsecond,
        "ceiling" => Step::Ceiling,
        "floor" => Step::Floor,
        _ => match lower.split_once(' ') {
            Some(("weekday", day)) => weekday(day.trim_matches(is_space))?,
            Some(("start", "of day")) => Step::StartOfDay,
            Some(("start", "of month")) => Step::StartOfMonth,
            Some(("start", "of year")) => Step::StartOfYear,
            Some(("start", _)) => return None,
            _ => return shift(&lower),
        },
    };
    Some(vec![one])
}

fn weekday(day: &str) -> Option<Step> {
    let wanted = crate::dialect::decimal(day).filter(|day| (0.0..7.0).contains(day))?;
    #[allow(clippy::cast_possible_truncation)]
    (wanted.fract() == 0.0).then_some(Step::Weekday(wanted as i64))
}

/// A signed count, a signed clock time, or a signed date.
fn shift(text: &str) -> Option<Vec<Step>> {
    if !text.starts_with(|first: char| matches!(first, '+' | '-' | '0'..='9')) {
        return None;
    }
    let negative = text.starts_with('-');
    let unsigned = text.trim_start_matches(['+', '-']);
    if text.len() > unsigned.len() + 1 {
        return None;
    }
    let signed = text.len() > unsigned.len();
    if let Some(length) = date_length(unsigned).filter(|_| signed) {
        return date(unsigned, length, negative);
    }
    let end = text[1..].find(|c: char| c == ':' || is_space(c)).map_or(text.len(), |at| at + 1);
    if text[end..].starts_with(':') {
        return clock(unsigned, negative).map(|step| vec![step]);
    }
    let count = crate::dialect::decimal(&text[..end])?;
    counted(count, text[end..].trim_start_matches(is_space))
}

fn counted(count: f64, name: &str) -> Option<Vec<Step>> {
    let name = name.strip_suffix('s').unwrap_or(name);
    let (_, limit, seconds) = COUNTS.iter().find(|(known, _, _)| *known == name)?;
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
    let rest = if months.is_some() { count.fract() } else { count };
    #[allow(clippy::cast_possible_truncation)]
    let millis = (rest * 1000.0 * seconds + if count < 0.0 { -0.5 } else { 0.5 }) as i64;
    Some(vec![months.map_or(Step::Settle, Step::Months), Step::Millis(millis)])
}

fn clock(clock: &str, negative: bool) -> Option<Step> {
    let millis = clock_and_zone(clock)?.rem_euclid(DAY);
    Some(Step::Millis(if negative { -millis } else { millis }))
}

/// `±YYYY-MM-DD`, then maybe a space and a clock time.
fn date(text: &str, year_length: usize, negative: bool) -> Option<Vec<Step>> {
    let year = digits(text, 0, year_length)?;
    let month = digits(text, year_length + 1, 2).filter(|month| *month < 12)?;
    let day = digits(text, year_length + 4, 2).filter(|day| *day < 31)?;
    let sign = if negative { -1 } else { 1 };
    let mut steps = vec![Step::Months(sign * (year * 12 + month)), Step::Millis(sign * day * DAY)];
    let rest = &text[year_length + 6..];
    if !rest.is_empty() {
        steps.push(clock(rest.strip_prefix(is_space)?, negative)?);
    }
    Some(steps)
}

/// How many digits the year of `YYYY-MM-DD` has, if the text begins so.
fn date_length(text: &str) -> Option<usize> {
    let fits = |length: &usize| {
        let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        digits(text, 0, *length).is_some() && dash(*length) && dash(*length + 3)
    };
    [4, 5].into_iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::Step::*;
    use super::*;

    #[test]
    fn modifiers_become_steps() {
        for (text, expected) in [
            ("+1 month", Some(vec![Months(1), Millis(0)])),
            ("-1.5 years", Some(vec![Months(-12), Millis(-15_768_000_000)])),
            ("-2 days", Some(vec![Settle, Millis(-2 * DAY)])),
            ("1.5 hours", Some(vec![Settle, Millis(5_400_000)])),
            ("+01:30", Some(vec![Millis(5_400_000)])),
            ("-01:30:00.5", Some(vec![Millis(-5_400_500)])),
            ("-0001-01-02", Some(vec![Months(-13), Millis(-2 * DAY)])),
            ("+0000-00-01 12:00", Some(vec![Months(0), Millis(DAY), Millis(DAY / 2)])),
            ("weekday 0", Some(vec![Weekday(0)])),
            ("Start of Month", Some(vec![StartOfMonth])),
            ("utc", Some(vec![Check])),
            ("bogus", None),
            ("start of week", None),
            ("+1 fortnight", None),
            ("weekday 7", None),
            ("+-1 day", None),
            ("+24:60", None),
        ] {
            assert_eq!(steps(&[text.to_owned()]), expected, "{text}");
        }
        assert_eq!(steps(&["utc".into(), "auto".into()]), None);
        assert_eq!(steps(&["auto".into(), "subsec".into()]), Some(vec![Auto, Subsecond]));
    }
}

//! A time value as SQLite reads it.

use super::super::civil::{Civil, month_length};
use super::DAY;

/// Milliseconds from the Julian day zero, noon of 24 November 4714 BC, to 1970.
pub(super) const EPOCH: i64 = 210_866_760_000_000;

/// The last millisecond of year 9999, from the Julian day zero.
const LAST: i64 = 464_269_060_799_999;

/// A moment that modifiers change. What is derived from it is computed when it is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    /// Milliseconds from the Julian day zero; none for a number that is no Julian day.
    julian: Option<i64>,
    /// The number given as a time, until something decides what it counts.
    pub(super) raw: Option<f64>,
    /// By how many days the last step ran over the end of a month.
    pub(super) over: i64,
    /// Fractions of seconds were asked for.
    pub(super) subsecond: bool,
}

impl Moment {
    pub(super) fn of_julian(julian: i64) -> Self {
        Moment { julian: Some(julian), raw: None, over: 0, subsecond: false }
    }

    /// A number: a Julian day unless a modifier says otherwise.
    pub(super) fn of_number(number: f64) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        let julian = (number * DAY as f64 + 0.5) as i64;
        let in_range = (0.0..5_373_484.5).contains(&number);
        let julian = in_range.then_some(julian);
        Moment { julian, raw: Some(number), over: 0, subsecond: false }
    }

    /// A date, a time, both, `now`, or a number.
    pub(super) fn of_text(text: &str, now: i64) -> Option<Self> {
        if let Some(moment) = date_and_time(text) {
            return Some(moment);
        }
        if let Some(millis) = clock_and_zone(text) {
            let base = Civil { year: 2000, month: 1, day: 1, millis: 0 };
            return Some(Moment::of_julian(base.to_millis() + EPOCH + millis));
        }
        if text.eq_ignore_ascii_case("now") {
            return Some(Moment::of_julian(now + EPOCH));
        }
        if ["subsec", "subsecond"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
            let moment = Moment::of_julian(now + EPOCH);
            return Some(Moment { subsecond: true, ..moment });
        }
        crate::dialect::decimal(text).map(Moment::of_number)
    }

    /// Milliseconds from the Julian day zero, if that is a moment SQLite knows.
    pub(super) fn julian(&self) -> Option<i64> {
        self.julian.filter(|julian| (0..=LAST).contains(julian))
    }

    pub(super) fn civil(&self) -> Option<Civil> {
        self.julian().map(|julian| Civil::of_millis(julian - EPOCH))
    }

    pub(super) fn set_julian(&mut self, julian: i64) {
        self.julian = Some(julian);
        self.raw = None;
    }

    /// Moves to a date whose day may lie beyond the end of its month.
    pub(super) fn set_civil(&mut self, civil: Civil) -> Option<()> {
        if !(-4713..=9999).contains(&civil.year) {
            return None;
        }
        self.over = (civil.day - month_length(civil.year, civil.month)).max(0);
        self.set_julian(civil.to_millis() + EPOCH);
        Some(())
    }

    pub(super) fn add_millis(&mut self, millis: i64) -> Option<()> {
        let julian = self.julian?.checked_add(millis)?;
        self.set_julian(julian);
        Some(())
    }
}

/// `YYYY-MM-DD`, a minus allowed, with a time after spaces or `T`.
fn date_and_time(text: &str) -> Option<Moment> {
    let (sign, unsigned) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let year = sign * digits(unsigned, 0, 4)?;
    let month = digits(unsigned, 5, 2).filter(|month| (1..=12).contains(month))?;
    let day = digits(unsigned, 8, 2).filter(|day| (1..=31).contains(day))?;
    let dashes = unsigned.as_bytes();
    if dashes.get(4) != Some(&b'-') || dashes.get(7) != Some(&b'-') {
        return None;
    }
    let rest = unsigned.get(10..)?.trim_start_matches(|c: char| is_space(c) || c == 'T');
    let time = if rest.is_empty() { 0 } else { clock_and_zone(rest)? };
    let mut moment = Moment::of_julian(0);
    moment.set_civil(Civil { year, month, day, millis: 0 })?;
    moment.julian = moment.julian.map(|julian| julian + time);
    Some(moment)
}

/// Milliseconds since midnight UTC of `HH:MM`, `HH:MM:SS`, `HH:MM:SS.SSS`, with `Z` or an offset.
pub(super) fn clock_and_zone(text: &str) -> Option<i64> {
    let (millis, rest) = clock(text)?;
    Some(millis - zone(rest)?)
}

/// Milliseconds since midnight, and what follows the time.
fn clock(text: &str) -> Option<(i64, &str)> {
    let hour = digits(text, 0, 2).filter(|hour| *hour <= 24)?;
    let minute = digits(text, 3, 2).filter(|minute| *minute <= 59)?;
    if text.as_bytes().get(2) != Some(&b':') {
        return None;
    }
    let minutes = (hour * 60 + minute) * 60_000;
    let Some(rest) = text.get(5..)?.strip_prefix(':') else { return Some((minutes, &text[5..])) };
    let second = digits(rest, 0, 2).filter(|second| *second <= 59)?;
    let rest = &rest[2..];
    let fraction = rest.strip_prefix('.').filter(|rest| digits(rest, 0, 1).is_some());
    let Some(fraction) = fraction else { return Some((minutes + second * 1000, rest)) };
    let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
    let part: f64 = format!("0.{}", &fraction[..length]).parse().ok()?;
    #[allow(clippy::cast_possible_truncation)]
    let milli = (part.min(0.999) * 1000.0 + 0.5) as i64;
    Some((minutes + second * 1000 + milli, &fraction[length..]))
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

/// The number of exactly these digits.
pub(super) fn digits(text: &str, from: usize, count: usize) -> Option<i64> {
    let digits = text.get(from..from + count)?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

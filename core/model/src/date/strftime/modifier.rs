//! What SQLite's modifiers do to a time.

use super::DAY;
use super::moment::{EPOCH, Moment, clock_and_zone, digits, is_space};

/// Names of steps, the largest count, and seconds of one for the fraction of a count.
const STEPS: [(&str, f64, f64); 6] = [
    ("second", 4.6427e14, 1.0),
    ("minute", 7.7379e12, 60.0),
    ("hour", 1.2897e11, 3600.0),
    ("day", 5_373_485.0, 86400.0),
    ("month", 176_546.0, 2_592_000.0),
    ("year", 14_713.0, 31_536_000.0),
];

impl Moment {
    /// Applies the modifier at a position; `None` where it is none or does not apply.
    pub(super) fn modify(&mut self, text: &str, position: usize) -> Option<()> {
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "auto" if position == 0 => self.decide(true),
            "julianday" if position == 0 => match (self.raw, self.julian()) {
                (Some(_), Some(julian)) => {
                    self.set_julian(julian);
                    Some(())
                }
                _ => None,
            },
            "unixepoch" if position == 0 => self.decide(false),
            "localtime" | "utc" => self.julian().map(drop),
            "subsec" | "subsecond" => {
                self.subsecond = true;
                Some(())
            }
            "ceiling" => {
                self.over = 0;
                self.julian().map(drop)
            }
            "floor" => {
                let over = std::mem::take(&mut self.over);
                self.add_millis(-over * DAY)
            }
            _ => match lower.split_once(' ') {
                Some(("weekday", day)) => self.weekday(day.trim_matches(is_space)),
                Some(("start", of)) => self.start(of),
                _ => self.shift(&lower),
            },
        }
    }

    /// Decides what a number given as time counts: seconds since 1970; with `auto` only where it
    /// is no Julian day.
    fn decide(&mut self, auto: bool) -> Option<()> {
        let Some(raw) = self.raw else { return auto.then_some(()) };
        if auto && self.julian().is_some() {
            self.raw = None;
            return Some(());
        }
        #[allow(clippy::cast_precision_loss)]
        let julian = raw * 1000.0 + EPOCH as f64;
        if !(0.0..464_269_060_800_000.0).contains(&julian) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)]
        self.set_julian((julian + 0.5) as i64);
        Some(())
    }

    /// On to the next day of that number, Sunday being 0, or not at all.
    fn weekday(&mut self, day: &str) -> Option<()> {
        let wanted = crate::dialect::decimal(day).filter(|day| (0.0..7.0).contains(day))?;
        if wanted.fract() != 0.0 {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)]
        let wanted = wanted as i64;
        let today = ((self.julian()? + 129_600_000) / DAY) % 7;
        self.add_millis((wanted - today).rem_euclid(7) * DAY)
    }

    fn start(&mut self, of: &str) -> Option<()> {
        let mut civil = self.civil()?;
        civil.millis = 0;
        match of {
            "of day" => {}
            "of month" => civil.day = 1,
            "of year" => (civil.month, civil.day) = (1, 1),
            _ => return None,
        }
        self.set_civil(civil)
    }

    /// A signed count of steps, a signed clock time, or a signed date.
    fn shift(&mut self, text: &str) -> Option<()> {
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
            return self.shift_date(unsigned, length, negative);
        }
        let end = text[1..].find(|c: char| c == ':' || is_space(c)).map_or(text.len(), |at| at + 1);
        if text[end..].starts_with(':') {
            return self.shift_clock(unsigned, negative);
        }
        let count = crate::dialect::decimal(&text[..end])?;
        self.shift_steps(count, text[end..].trim_start_matches(is_space))
    }

    fn shift_steps(&mut self, count: f64, name: &str) -> Option<()> {
        let name = name.strip_suffix('s').unwrap_or(name);
        let (_, limit, seconds) = STEPS.iter().find(|(step, _, _)| *step == name)?;
        if count <= -limit || count >= *limit {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)]
        let whole = count.trunc() as i64;
        self.over = 0;
        let rest = match name {
            "month" => {
                self.add_months(whole)?;
                count.fract()
            }
            "year" => {
                self.add_months(whole * 12)?;
                count.fract()
            }
            _ => count,
        };
        #[allow(clippy::cast_possible_truncation)]
        let millis = (rest * 1000.0 * seconds + if count < 0.0 { -0.5 } else { 0.5 }) as i64;
        self.add_millis(millis)
    }

    fn add_months(&mut self, count: i64) -> Option<()> {
        let mut civil = self.civil()?;
        let months = civil.year * 12 + civil.month - 1 + count;
        (civil.year, civil.month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        self.set_civil(civil)
    }

    fn shift_clock(&mut self, clock: &str, negative: bool) -> Option<()> {
        let millis = clock_and_zone(clock)?.rem_euclid(DAY);
        self.add_millis(if negative { -millis } else { millis })
    }

    /// `±YYYY-MM-DD`, then maybe a space and a clock time.
    fn shift_date(&mut self, text: &str, year_length: usize, negative: bool) -> Option<()> {
        let year = digits(text, 0, year_length)?;
        let month = digits(text, year_length + 1, 2).filter(|month| *month < 12)?;
        let day = digits(text, year_length + 4, 2).filter(|day| *day < 31)?;
        let (months, days) = (year * 12 + month, day * DAY);
        self.add_months(if negative { -months } else { months })?;
        self.add_millis(if negative { -days } else { days })?;
        let rest = &text[year_length + 6..];
        if rest.is_empty() {
            return Some(());
        }
        let clock = rest.strip_prefix(is_space)?;
        self.shift_clock(clock, negative)
    }
}

/// How many digits the year of `YYYY-MM-DD` has, if the text begins so.
fn date_length(text: &str) -> Option<usize> {
    let fits = |length: &usize| {
        let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
        digits(text, 0, *length).is_some() && dash(*length) && dash(*length + 3)
    };
    [4, 5].into_iter().find(fits)
}

//! The spellings of dates clients may send (http-api.md 1.5).

use super::civil::{Civil, month_length};

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Milliseconds since 1970 of a date in one of the accepted forms.
pub(super) fn millis(text: &str) -> Option<i64> {
    let layouts = [iso, rfc_1123, rfc_850, rfc_822, unix, day_month_year];
    layouts.iter().find_map(|layout| {
        let mut scan = Scan { rest: text };
        layout(&mut scan).filter(|_| scan.rest.is_empty())
    })
}

/// `2024-01-02`, with a time after `T` or a space, with a zone.
fn iso(scan: &mut Scan<'_>) -> Option<i64> {
    let year = scan.digits(4)?;
    scan.literal("-")?;
    let month = scan.digits(2)?;
    scan.literal("-")?;
    let day = scan.digits(2)?;
    if scan.rest.is_empty() {
        return moment(year, month, day, 0);
    }
    let spaced = scan.literal(" ").is_some();
    if !spaced {
        scan.literal("T")?;
    }
    let time = scan.clock(true)?;
    let at = moment(year, month, day, time)?;
    if scan.rest.is_empty() || scan.literal("Z").is_some() {
        return Some(at);
    }
    let apart = spaced && scan.literal(" ").is_some();
    let colon = scan.rest.as_bytes().get(3) == Some(&b':');
    let offset = scan.offset(colon)?;
    if apart && !colon && scan.literal(" ").is_some() {
        scan.abbreviation()?;
    }
    Some(at - offset)
}

/// `Tue, 02 Jan 2024 03:04:05 GMT`.
fn rfc_1123(scan: &mut Scan<'_>) -> Option<i64> {
    scan.weekday(true)?;
    scan.literal(", ")?;
    let (day, month, year) = scan.date(" ", 4)?;
    scan.literal(" ")?;
    let time = scan.clock(true)?;
    scan.literal(" ")?;
    Some(moment(year, month, day, time)? - scan.zone()?)
}

/// `Tuesday, 02-Jan-24 03:04:05 UTC`.
fn rfc_850(scan: &mut Scan<'_>) -> Option<i64> {
    scan.weekday(false)?;
    scan.literal(", ")?;
    let (day, month, year) = scan.date("-", 2)?;
    scan.literal(" ")?;
    let time = scan.clock(true)?;
    scan.literal(" ")?;
    scan.abbreviation()?;
    moment(year, month, day, time)
}

/// `02 Jan 24 03:04 +0200`.
fn rfc_822(scan: &mut Scan<'_>) -> Option<i64> {
    let (day, month, year) = scan.date(" ", 2)?;
    scan.literal(" ")?;
    let time = scan.clock(false)?;
    scan.literal(" ")?;
    Some(moment(year, month, day, time)? - scan.zone()?)
}

/// `Tue Jan  2 03:04:05 2024`, with a zone before the year or without.
fn unix(scan: &mut Scan<'_>) -> Option<i64> {
    scan.weekday(true)?;
    scan.literal(" ")?;
    let month = scan.month()?;
    scan.literal(" ")?;
    let _padding = scan.literal(" ");
    let day = scan.one_or_two_digits()?;
    scan.literal(" ")?;
    let time = scan.clock(true)?;
    scan.literal(" ")?;
    let zone = if scan.rest.len() > 4 {
        let zone = scan.zone()?;
        scan.literal(" ")?;
        zone
    } else {
        0
    };
    let year = scan.digits(4)?;
    Some(moment(year, month, day, time)? - zone)
}

/// `02 Jan 2024`.
fn day_month_year(scan: &mut Scan<'_>) -> Option<i64> {
    let (day, month, year) = scan.date(" ", 4)?;
    moment(year, month, day, 0)
}

fn moment(year: i64, month: i64, day: i64, millis: i64) -> Option<i64> {
    let real = (1..=12).contains(&month) && (1..=month_length(year, month)).contains(&day);
    real.then(|| Civil { year, month, day, millis }.to_millis())
}

/// What is left to read.
struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    fn literal(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn take(&mut self, count: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let digits = self.rest.get(..count)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.rest = &self.rest[count..];
        digits.parse().ok()
    }

    fn one_or_two_digits(&mut self) -> Option<i64> {
        self.digits(2).or_else(|| self.digits(1))
    }

    /// `DD Mon YYYY` or `DD-Mon-YY`: day, month, year.
    fn date(&mut self, between: &str, year_digits: usize) -> Option<(i64, i64, i64)> {
        let day = self.digits(2)?;
        self.literal(between)?;
        let month = self.month()?;
        self.literal(between)?;
        let year = self.digits(year_digits)?;
        let year = match year_digits {
            2 if year >= 69 => year + 1900,
            2 => year + 2000,
            _ => year,
        };
        Some((day, month, year))
    }

    /// Milliseconds since midnight of `HH:MM` or of `HH:MM:SS` with a fraction of any length.
    fn clock(&mut self, seconds: bool) -> Option<i64> {
        let hour = self.one_or_two_digits()?;
        self.literal(":")?;
        let minute = self.digits(2)?;
        let (mut second, mut milli) = (0, 0);
        if seconds {
            self.literal(":")?;
            second = self.digits(2)?;
            milli = self.fraction()?;
        }
        let real = hour < 24 && minute < 60 && second < 60;
        real.then_some(((hour * 60 + minute) * 60 + second) * 1000 + milli)
    }

    /// Milliseconds of a fraction, if there is one; further digits are cut off.
    fn fraction(&mut self) -> Option<i64> {
        if !self.rest.starts_with(['.', ',']) {
            return Some(0);
        }
        let digits = self.rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        let taken = &self.take(digits + 1)?[1..];
        format!("{:0<3.3}", taken).parse().ok().filter(|_| digits > 0)
    }

    fn month(&mut self) -> Option<i64> {
        let name = self.take(3)?;
        let index = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
        i64::try_from(index + 1).ok()
    }

    /// A day of the week, which need not be the right one.
    fn weekday(&mut self, short: bool) -> Option<()> {
        let fits = |day: &&&str| {
            let name = if short { &day[..3] } else { day };
            self.rest.get(..name.len()).is_some_and(|text| text.eq_ignore_ascii_case(name))
        };
        let day = WEEKDAYS.iter().find(fits)?;
        self.take(if short { 3 } else { day.len() }).map(drop)
    }

    /// Milliseconds east of UTC of `+0200` or of an abbreviation, which counts as UTC.
    fn zone(&mut self) -> Option<i64> {
        if self.rest.starts_with(['+', '-']) {
            return self.offset(false);
        }
        self.abbreviation().map(|()| 0)
    }

    /// Milliseconds east of UTC of `+02:00` or `+0200`.
    fn offset(&mut self, colon: bool) -> Option<i64> {
        let sign = match self.take(1)? {
            "+" => 1,
            "-" => -1,
            _ => return None,
        };
        let hours = self.digits(2)?;
        if colon {
            self.literal(":")?;
        }
        let minutes = self.digits(2)?;
        (hours <= 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
    }

    /// Three to five capital letters.
    fn abbreviation(&mut self) -> Option<()> {
        let letters = self.rest.bytes().take_while(u8::is_ascii_uppercase).count();
        self.take(letters).filter(|_| (3..=5).contains(&letters)).map(drop)
    }
}

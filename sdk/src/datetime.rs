//! Dates as they stand in records: `2026-01-02 03:04:05.678Z`, always UTC.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant with milliseconds, in the text form that records and filters use.
///
/// Converts from and to [`SystemTime`]. An unset date field is the empty text `""`, which is no
/// instant: read such fields as `Option<DateTime>` with [`optional`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    /// Milliseconds since 1970-01-01 UTC, within the years 0 to 9999.
    unix_millis: i64,
}

const DAY: i64 = 86_400_000;
const MIN: i64 = -62_167_219_200_000; // 0000-01-01 00:00:00.000
const MAX: i64 = 253_402_300_799_999; // 9999-12-31 23:59:59.999

impl DateTime {
    /// The current time of this computer.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// From milliseconds since 1970-01-01 UTC; years outside 0 to 9999 are cut to them.
    pub fn from_unix_millis(millis: i64) -> Self {
        Self { unix_millis: millis.clamp(MIN, MAX) }
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub fn unix_millis(self) -> i64 {
        self.unix_millis
    }
}

impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(match time.duration_since(UNIX_EPOCH) {
            Ok(after) => millis(after),
            Err(before) => -millis(before.duration()),
        })
    }
}

impl From<DateTime> for SystemTime {
    fn from(date: DateTime) -> Self {
        let span = Duration::from_millis(date.unix_millis.unsigned_abs());
        if date.unix_millis < 0 { UNIX_EPOCH - span } else { UNIX_EPOCH + span }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.unix_millis.div_euclid(DAY));
        let millis = self.unix_millis.rem_euclid(DAY);
        let (hour, minute) = (millis / 3_600_000, millis / 60_000 % 60);
        let (second, millis) = (millis / 1000 % 60, millis % 1000);
        write!(f, "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

/// The text is not a date of the form `2026-01-02 03:04:05.678Z`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form 2026-01-02 03:04:05.678Z: {0:?}")]
pub struct DateTimeError(String);

impl FromStr for DateTime {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| DateTimeError(text.chars().take(40).collect()))
    }
}

/// The server's form, and the same with `T` between date and time.
fn parse(text: &str) -> Option<DateTime> {
    const SHAPE: &[u8] = b"0000-00-00 00:00:00.000Z";
    let bytes = text.as_bytes();
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        b' ' => matches!(byte, b' ' | b'T'),
        _ => byte == shape,
    };
    if bytes.len() != SHAPE.len() || !bytes.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let part = |at: usize, len: usize| text.get(at..at + len)?.parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(5, 2)?, part(8, 2)?);
    let (hour, minute, second, millis) = (part(11, 2)?, part(14, 2)?, part(17, 2)?, part(20, 3)?);
    let days = days(year, month, day);
    // A day that does not exist comes back as another one.
    if civil(days) != (year, month, day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let time = ((hour * 60 + minute) * 60 + second) * 1000 + millis;
    Some(DateTime { unix_millis: days * DAY + time })
}

/// Days since 1970-01-01 of a day of the proleptic Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last one of a year (the
/// days-from-civil calculation of Howard Hinnant's "chrono-compatible date algorithms").
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// The year, month and day of a count of days since 1970-01-01; the inverse of [`days`].
fn civil(since_epoch: i64) -> (i64, i64, i64) {
    let since_march = since_epoch + 719_468;
    let era = since_march.div_euclid(146_097);
    let of_era = since_march.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// For date fields that may be unset: `#[serde(with = "purlin_sdk::datetime::optional")]` on an
/// `Option<DateTime>` reads and writes `None` as `""`.
pub mod optional {
    use super::{DateTime, Deserialize, Deserializer, Serializer, de};

    /// Writes `None` as `""`.
    pub fn serialize<S: Serializer>(
        date: &Option<DateTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => serializer.collect_str(date),
            None => serializer.serialize_str(""),
        }
    }

    /// Reads `""` and `null` as `None`.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime>, D::Error> {
        match Option::<String>::deserialize(deserializer)?.unwrap_or_default().as_str() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_instants_in_both_directions() {
        for (millis, text) in [
            (0, "1970-01-01 00:00:00.000Z"),
            (-1, "1969-12-31 23:59:59.999Z"),
            (951_782_400_000, "2000-02-29 00:00:00.000Z"),
            (1_700_000_000_123, "2023-11-14 22:13:20.123Z"),
            (4_107_542_399_999, "2100-02-28 23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01 00:00:00.000Z"),
            (MIN, "0000-01-01 00:00:00.000Z"),
            (MAX, "9999-12-31 23:59:59.999Z"),
        ] {
            let date = DateTime::from_unix_millis(millis);
            assert_eq!(date.to_string(), text);
            assert_eq!(text.parse(), Ok(date));
            assert_eq!(DateTime::from(SystemTime::from(date)), date);
        }
    }

    #[test]
    fn every_day_of_eight_centuries_has_its_own_name() {
        for day in -146_097..146_097 {
            let (year, month, of_month) = civil(day);
            assert_eq!(days(year, month, of_month), day);
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2023-11-14",
            "2023-02-29 00:00:00.000Z",
            "2023-13-01 00:00:00.000Z",
            "2023-00-01 00:00:00.000Z",
            "2023-01-01 24:00:00.000Z",
            "2023-01-01 00:00:00.000+",
            "+023-01-01 00:00:00.000Z",
            "2023-01-01 00:00:00.00éZ",
        ] {
            assert!(text.parse::<DateTime>().is_err(), "{text}");
        }
    }
}

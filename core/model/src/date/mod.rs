//! Dates: what clients may send, and the canonical text everything is kept and compared as
//! (http-api.md 1.5, 8.5): `2024-05-06 07:08:09.123Z`, UTC, milliseconds, fixed width.

use jiff::Timestamp;

mod civil;
mod layout;
mod strftime;

pub use strftime::{Step, steps, strftime};

use civil::{Civil, DAY};

/// The canonical text of an instant; what is finer than a millisecond is cut off.
#[must_use]
pub fn format(instant: Timestamp) -> String {
    canonical(millis(instant))
}

/// Milliseconds since 1970 of an instant, rounded down.
#[must_use]
pub fn millis(instant: Timestamp) -> i64 {
    i64::try_from(instant.as_nanosecond().div_euclid(1_000_000)).unwrap_or_default()
}

/// The canonical text of milliseconds since 1970. Years before 0 or after 9999, which no field
/// holds, lose the fixed width.
#[must_use]
pub fn canonical(millis: i64) -> String {
    let at = Civil::of_millis(millis);
    let (hour, minute) = (at.millis / 3_600_000, at.millis / 60_000 % 60);
    let (second, milli) = (at.millis / 1000 % 60, at.millis % 1000);
    let (year, month, day) = (at.year, at.month, at.day);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

/// The canonical text of a date in any accepted form; `None` for what is no date, for the zero
/// date (1 January of year 1, midnight) and outside the years 0 to 9999: fields hold `""` then.
#[must_use]
pub fn parse(text: &str) -> Option<String> {
    if is_canonical(text) {
        return Some(text.to_owned());
    }
    let millis = layout::millis(text)?;
    let zero = Civil { year: 1, month: 1, day: 1, millis: 0 }.to_millis();
    let year = Civil::of_millis(millis).year;
    (millis != zero && (0..=9999).contains(&year)).then(|| canonical(millis))
}

/// Milliseconds since 1970 of a date in any accepted form.
#[must_use]
pub fn to_millis(text: &str) -> Option<i64> {
    layout::millis(text)
}

/// Whether a text is a date in canonical form already, other than the zero date.
fn is_canonical(text: &str) -> bool {
    let shape = b"0000-00-00 00:00:00.000Z";
    let bytes = text.as_bytes();
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        shape => byte == shape,
    };
    bytes.len() == shape.len()
        && bytes.iter().zip(shape).all(fits)
        && layout::millis(text).is_some()
        && text != "0001-01-01 00:00:00.000Z"
}

/// A canonical text as validation messages and parameters show a bound: with `T` as RFC 3339
/// (`2024-01-01T00:00:00Z`), else as `2024-01-01 00:00:00 +0000 UTC`; both without trailing zeros
/// of the fraction.
#[must_use]
pub fn threshold(canonical: &str) -> (String, String) {
    let bare = canonical.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    let bare = if bare.len() < 19 { canonical.get(..19).unwrap_or(canonical) } else { bare };
    (format!("{}Z", bare.replacen(' ', "T", 1)), format!("{bare} +0000 UTC"))
}

/// Milliseconds of a day.
const DAY_MILLIS: i64 = DAY;

#[cfg(test)]
mod tests;

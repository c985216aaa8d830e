//! SQLite's date formatter for stores that have none and for conditions decided in memory
//! (http-api.md 2.5). Local time is UTC.

use super::DAY_MILLIS as DAY;
use super::civil::{Civil, days};
use crate::dialect::general;
use crate::value::Value;

mod modifier;
mod moment;
mod step;

pub use modifier::{Step, steps};

use moment::{EPOCH, Moment};

/// The text SQLite's `strftime(format, time, modifiers…)` yields; `None` (null) where the time, a
/// modifier or the format is invalid. No time is the time now, in milliseconds since 1970.
///
/// Where SQLite has quirks this is plain: hour 24 is midnight of the next day, a number that is no
/// Julian day is invalid for `utc` and `localtime` too, months are not counted outside SQLite's
/// range of years.
#[must_use]
pub fn strftime(
    format: &str,
    time: Option<&Value>,
    modifiers: &[String],
    now: i64,
) -> Option<String> {
    let mut moment = match time {
        None => Moment::of_julian(now + EPOCH),
        Some(Value::Number(number)) => Moment::of_number(*number),
        Some(Value::Bool(truth)) => Moment::of_number(f64::from(u8::from(*truth))),
        Some(Value::Text(text)) => Moment::of_text(text, now)?,
        Some(Value::Null | Value::Json(_) | Value::List(_) | Value::Point { .. }) => return None,
    };
    steps(modifiers)?.into_iter().try_for_each(|step| moment.take(step))?;
    let julian = moment.julian()?;
    let at = Civil::of_millis(julian - EPOCH);
    let mut out = String::new();
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '%' => out.push_str(&part(letters.next()?, at, julian, moment.subsecond)?),
            letter => out.push(letter),
        }
    }
    Some(out)
}

/// What one letter after `%` stands for.
fn part(letter: char, at: Civil, julian: i64, subsecond: bool) -> Option<String> {
    let (hour, minute, second) =
        (at.millis / 3_600_000, at.millis / 60_000 % 60, at.millis / 1000 % 60);
    let hour_12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let day_of_year = days(at.year, at.month, at.day) - days(at.year, 1, 1);
    // Monday is 0.
    let weekday = (julian + DAY / 2).div_euclid(DAY).rem_euclid(7);
    Some(match letter {
        'd' => format!("{:02}", at.day),
        'e' => format!("{:2}", at.day),
        'f' => format!("{second:02}.{:03}", at.millis % 1000),
        'F' => format!("{}-{:02}-{:02}", year(at.year), at.month, at.day),
        'G' => year(iso_week(at, weekday).0),
        'g' => format!("{:02}", iso_week(at, weekday).0 % 100),
        'V' => format!("{:02}", iso_week(at, weekday).1),
        'H' => format!("{hour:02}"),
        'k' => format!("{hour:2}"),
        'I' => format!("{hour_12:02}"),
        'l' => format!("{hour_12:2}"),
        'j' => format!("{:03}", day_of_year + 1),
        #[allow(clippy::cast_precision_loss)]
        'J' => general(julian as f64 / DAY as f64, 16, false),
        'm' => format!("{:02}", at.month),
        'M' => format!("{minute:02}"),
        'p' => if hour >= 12 { "PM" } else { "AM" }.to_owned(),
        'P' => if hour >= 12 { "pm" } else { "am" }.to_owned(),
        'R' => format!("{hour:02}:{minute:02}"),
        #[allow(clippy::cast_precision_loss)]
        's' if subsecond => format!("{:.3}", (julian - EPOCH) as f64 / 1000.0),
        's' => (julian / 1000 - EPOCH / 1000).to_string(),
        'S' => format!("{second:02}"),
        'T' => format!("{hour:02}:{minute:02}:{second:02}"),
        'u' => (weekday + 1).to_string(),
        'w' => ((weekday + 1) % 7).to_string(),
        'U' => format!("{:02}", (day_of_year - (weekday + 1) % 7 + 7) / 7),
        'W' => format!("{:02}", (day_of_year - weekday + 7) / 7),
        'Y' => year(at.year),
        '%' => "%".to_owned(),
        _ => return None,
    })
}

fn year(year: i64) -> String {
    format!("{year:04}")
}

/// Year and number of the ISO week: the one its Thursday falls in.
fn iso_week(at: Civil, weekday: i64) -> (i64, i64) {
    let thursday = Civil::of_millis((days(at.year, at.month, at.day) + 3 - weekday) * DAY);
    let of_year = days(thursday.year, thursday.month, thursday.day) - days(thursday.year, 1, 1);
    (thursday.year, of_year / 7 + 1)
}

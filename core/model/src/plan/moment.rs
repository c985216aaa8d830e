//! Macros: what `@now` and its kin stand for (http-api.md 2.4).

use jiff::civil::{Date, Time};
use jiff::tz::Offset;
use jiff::{Span, Timestamp};

use crate::date;
use crate::value::Value;

/// The value of a macro, exact in case; `None` for every other name.
pub(super) fn value(name: &str, now: Timestamp) -> Option<Value> {
    let name = name.strip_prefix('@')?;
    let at = Offset::UTC.to_datetime(now);
    let today = at.date();
    let days = |days: i64| at.checked_add(Span::new().days(days)).unwrap_or(at);
    let number = |number: i16| Some(Value::Number(f64::from(number)));
    let first = |date: Date| date.to_datetime(Time::midnight());
    let last = |date: Date| date.at(23, 59, 59, 999_000_000);
    let moment = match name {
        "now" => at,
        "yesterday" => days(-1),
        "tomorrow" => days(1),
        "todayStart" => first(today),
        "todayEnd" => last(today),
        "monthStart" => first(today.first_of_month()),
        "monthEnd" => last(today.last_of_month()),
        "yearStart" => first(today.first_of_year()),
        "yearEnd" => last(today.last_of_year()),
        "second" => return number(at.second().into()),
        "minute" => return number(at.minute().into()),
        "hour" => return number(at.hour().into()),
        "day" => return number(at.day().into()),
        "month" => return number(at.month().into()),
        "weekday" => return number(at.weekday().to_sunday_zero_offset().into()),
        "year" => return number(at.year()),
        _ => return None,
    };
    let instant = Offset::UTC.to_timestamp(moment).unwrap_or(now);
    Some(Value::Text(date::format(instant)))
}

//! The proleptic Gregorian calendar in milliseconds since 1970.

/// Milliseconds of a day.
pub(super) const DAY: i64 = 86_400_000;

/// A moment on the calendar. A day of month beyond the month's end runs into the next month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
    /// Milliseconds since midnight.
    pub(super) millis: i64,
}

impl Civil {
    pub(super) fn of_millis(millis: i64) -> Civil {
        let (year, month, day) = date_of(millis.div_euclid(DAY));
        Civil { year, month, day, millis: millis.rem_euclid(DAY) }
    }

    pub(super) fn to_millis(self) -> i64 {
        days(self.year, self.month, self.day) * DAY + self.millis
    }
}

/// Days since 1970-01-01: years counted from March, so that leap days end them.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leaps + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Year, month and day of days since 1970-01-01.
fn date_of(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = year + era * 400;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

/// How many days a month has.
pub(super) fn month_length(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

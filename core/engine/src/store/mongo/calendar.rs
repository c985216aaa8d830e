//! The proleptic Gregorian calendar as expressions, in doubles that are whole.

use mongodb::bson::{Bson, doc};

use super::expr::{cond, op, or, switch, text, two, with};
use super::moment::{DAY, EPOCH};

/// The whole part of a quotient.
pub(super) fn floor_div(number: Bson, by: f64) -> Bson {
    op("$floor", two("$divide", number, by))
}

/// The rest of a division of what is not negative.
pub(super) fn modulo(number: Bson, by: f64) -> Bson {
    two("$mod", number, by)
}

/// Years before this one are none of SQLite's; counted from here nothing is negative.
const FIRST: f64 = -8000.0;

/// The number of the Julian day that begins at noon of a date.
pub(super) fn days_of(year: Bson, month: Bson, day: Bson) -> Bson {
    let early = two("$lte", month.clone(), 2.0);
    // Years counted from March, so that leap days end them.
    let year = op("$subtract", vec![two("$subtract", year, FIRST), cond(early.clone(), 1.0, 0.0)]);
    let month = two("$add", month, cond(early, 9.0, -3.0));
    with(year, "marchyear", |year| {
        let of_month = floor_div(two("$add", two("$multiply", month, 153.0), 2.0), 5.0);
        op(
            "$add",
            vec![
                two("$multiply", year.clone(), 365.0),
                floor_div(year.clone(), 4.0),
                two("$multiply", floor_div(year.clone(), 100.0), -1.0),
                floor_div(year, 400.0),
                of_month,
                day,
                Bson::Double(BEFORE),
            ],
        )
    })
}

/// The Julian day before 1 March of the first year: 1 March of year 0 is day 1721120, and each 400
/// years have 146097 days.
const BEFORE: f64 = 1_721_120.0 - 146_097.0 * 20.0 - 1.0;

/// Year, month and day of milliseconds since the Julian day zero, as a document of `y`, `m`, `d`.
pub(super) fn civil(julian: &Bson) -> Bson {
    let number = floor_div(two("$add", julian.clone(), DAY / 2.0), DAY);
    with(two("$subtract", number, BEFORE + 1.0), "since", |since| {
        let of_era = modulo(since.clone(), 146_097.0);
        let years_of_era = with(of_era.clone(), "ofera", |of_era| {
            let leaps = op(
                "$add",
                vec![
                    of_era.clone(),
                    two("$multiply", floor_div(of_era.clone(), 1_460.0), -1.0),
                    floor_div(of_era.clone(), 36_524.0),
                    two("$multiply", floor_div(of_era, 146_096.0), -1.0),
                ],
            );
            floor_div(leaps, 365.0)
        });
        with(years_of_era, "years", |years| {
            let before = op(
                "$add",
                vec![
                    two("$multiply", years.clone(), 365.0),
                    floor_div(years.clone(), 4.0),
                    two("$multiply", floor_div(years.clone(), 100.0), -1.0),
                ],
            );
            with(two("$subtract", of_era, before), "ofyear", |of_year| {
                let month =
                    floor_div(two("$add", two("$multiply", of_year.clone(), 5.0), 2.0), 153.0);
                with(month, "marchmonth", |month| {
                    let first =
                        floor_div(two("$add", two("$multiply", month.clone(), 153.0), 2.0), 5.0);
                    let late = two("$gte", month.clone(), 10.0);
                    let eras = two("$multiply", floor_div(since, 146_097.0), 400.0);
                    let year = op(
                        "$add",
                        vec![years, eras, cond(late.clone(), 1.0, 0.0), Bson::Double(FIRST)],
                    );
                    doc! {
                        "y": year,
                        "m": two("$add", month, cond(late, -9.0, 3.0)),
                        "d": two("$add", two("$subtract", of_year, first), 1.0),
                    }
                    .into()
                })
            })
        })
    })
}

/// The texts of a format's parts, over the names [`within`] gives; `None` where the format is not
/// valid.
pub(super) fn format_parts(format: &str, subsecond: bool) -> Option<Vec<Bson>> {
    let mut parts = vec![text("")];
    let mut letters = format.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            plain.push(letter);
            continue;
        }
        if !plain.is_empty() {
            parts.push(text(std::mem::take(&mut plain)));
        }
        parts.push(part(letters.next()?, subsecond)?);
    }
    parts.push(text(plain));
    Some(parts)
}

/// Gives names to what parts of a format are made of: `julian` is in scope.
pub(super) fn within(written: Bson) -> Bson {
    let julian = Bson::from("$$julian");
    let noon = two("$add", julian.clone(), DAY / 2.0);
    let day = floor_div(noon.clone(), DAY);
    let first = days_of("$$date.y".into(), Bson::Double(1.0), Bson::Double(1.0));
    let inner = doc! {
        "vars": {
            "clock": modulo(noon, DAY),
            "ofyear": two("$subtract", "$$day", first),
            "weekday": modulo("$$day".into(), 7.0),
        },
        "in": written,
    };
    op("$let", doc! { "vars": { "date": civil(&julian), "day": day }, "in": { "$let": inner } })
}

/// A whole number with zeros, or something else, before it.
fn padded(number: Bson, width: usize, fill: &str) -> Bson {
    with(op("$toString", op("$toLong", number)), "digits", |digits| {
        let missing = two(
            "$subtract",
            Bson::Int32(i32::try_from(width).unwrap_or(0)),
            op("$strLenBytes", digits.clone()),
        );
        let missing = two("$max", missing, 0);
        let fill = op("$substrBytes", vec![text(fill.repeat(width)), Bson::Int32(0), missing]);
        two("$concat", fill, digits)
    })
}

fn year(year: Bson) -> Bson {
    with(year, "shown", |year| {
        let before = two("$concat", "-", padded(op("$abs", year.clone()), 3, "0"));
        cond(two("$lt", year.clone(), 0.0), before, padded(year, 4, "0"))
    })
}

/// What one letter after `%` stands for.
fn part(letter: char, subsecond: bool) -> Option<Bson> {
    let of = |name: &str| Bson::String(format!("$${name}"));
    let clock = || of("clock");
    let hour = || floor_div(clock(), 3_600_000.0);
    let minute = || modulo(floor_div(clock(), 60_000.0), 60.0);
    let second = || modulo(floor_div(clock(), 1000.0), 60.0);
    let hour_12 = || two("$add", modulo(two("$add", hour(), 11.0), 12.0), 1.0);
    let after = || two("$gte", hour(), 12.0);
    let two_digits = |number: Bson| padded(number, 2, "0");
    let joined = |parts: Vec<Bson>| op("$concat", parts);
    let sunday_first = || modulo(two("$add", of("weekday"), 1.0), 7.0);
    let week =
        |weekday: Bson| floor_div(two("$add", two("$subtract", of("ofyear"), weekday), 7.0), 7.0);
    Some(match letter {
        'd' => two_digits(of("date.d")),
        'e' => padded(of("date.d"), 2, " "),
        'f' => {
            joined(vec![two_digits(second()), text("."), padded(modulo(clock(), 1000.0), 3, "0")])
        }
        'F' => joined(vec![
            year(of("date.y")),
            text("-"),
            two_digits(of("date.m")),
            text("-"),
            two_digits(of("date.d")),
        ]),
        'G' => year(iso("y")),
        'g' => two_digits(two("$mod", iso("y"), 100.0)),
        'V' => two_digits(iso("w")),
        'H' => two_digits(hour()),
        'k' => padded(hour(), 2, " "),
        'I' => two_digits(hour_12()),
        'l' => padded(hour_12(), 2, " "),
        'j' => padded(two("$add", of("ofyear"), 1.0), 3, "0"),
        'J' => julian_day(),
        'm' => two_digits(of("date.m")),
        'M' => two_digits(minute()),
        'p' => cond(after(), "PM", "AM"),
        'P' => cond(after(), "pm", "am"),
        'R' => joined(vec![two_digits(hour()), text(":"), two_digits(minute())]),
        's' => seconds(subsecond),
        'S' => two_digits(second()),
        'T' => joined(vec![
            two_digits(hour()),
            text(":"),
            two_digits(minute()),
            text(":"),
            two_digits(second()),
        ]),
        'u' => padded(two("$add", of("weekday"), 1.0), 1, "0"),
        'w' => padded(sunday_first(), 1, "0"),
        'U' => two_digits(week(sunday_first())),
        'W' => two_digits(week(of("weekday"))),
        'Y' => year(of("date.y")),
        '%' => text("%"),
        _ => return None,
    })
}

/// Year (`y`) or number (`w`) of the ISO week: the one its Thursday falls in.
fn iso(name: &str) -> Bson {
    let day = two("$subtract", two("$add", "$$day", 3.0), "$$weekday");
    let julian = two("$multiply", day, DAY);
    with(julian, "thursday", |thursday| {
        with(civil(&thursday), "week", |week| {
            let of = |name: &str| match &week {
                Bson::String(path) => Bson::String(format!("{path}.{name}")),
                _ => Bson::Null,
            };
            if name == "y" {
                return of("y");
            }
            let first = days_of(of("y"), Bson::Double(1.0), Bson::Double(1.0));
            let since = two("$subtract", floor_div(thursday, DAY), first);
            two("$add", floor_div(since, 7.0), 1.0)
        })
    })
}

/// Seconds since 1970.
fn seconds(subsecond: bool) -> Bson {
    let millis = two("$subtract", "$$julian", EPOCH);
    if !subsecond {
        let whole = two("$subtract", floor_div("$$julian".into(), 1000.0), EPOCH / 1000.0);
        return op("$toString", op("$toLong", whole));
    }
    with(millis, "sinceepoch", |millis| {
        let size = op("$abs", millis.clone());
        let whole = op("$toString", op("$toLong", floor_div(size.clone(), 1000.0)));
        let rest = padded(modulo(size, 1000.0), 3, "0");
        let sign = cond(two("$lt", millis, 0.0), "-", "");
        op("$concat", vec![sign, whole, text("."), rest])
    })
}

/// The Julian day with 16 digits: the exact decimal of the double, rounded as `SQLite` does (halves
/// go up; `$round` takes them to the even neighbour).
fn julian_day() -> Bson {
    let quotient = two("$divide", "$$julian", DAY);
    with(quotient, "quotient", |quotient| {
        let whole = op("$floor", quotient.clone());
        const SCALE: f64 = 4_503_599_627_370_496.0;
        let bits = two("$multiply", two("$subtract", quotient.clone(), whole.clone()), SCALE);
        let fraction = two(
            "$divide",
            op("$toDecimal", op("$toLong", bits)),
            op("$toDecimal", op("$toLong", SCALE)),
        );
        let exact = two("$add", op("$toDecimal", op("$toLong", whole.clone())), fraction);
        let digits = op("$strLenBytes", op("$toString", op("$toLong", whole)));
        let digits = two("$subtract", 16, digits);
        let half = two("$divide", 0.5, two("$pow", op("$toDecimal", 10), digits.clone()));
        let rounded = two("$trunc", two("$add", exact, half), digits);
        with(op("$toString", rounded), "spelled16", |spelled| {
            let cut = op("$rtrim", doc! { "input": spelled.clone(), "chars": "0" });
            let cut = op("$rtrim", doc! { "input": cut, "chars": "." });
            let pointed = two("$gte", two("$indexOfBytes", spelled.clone(), "."), 0);
            // Of a nought with digits after the point the exponent shows.
            let nought = two("$eq", quotient, 0.0);
            switch(vec![(nought, text("0")), (pointed, or(cut, ""))], spelled)
        })
    })
}

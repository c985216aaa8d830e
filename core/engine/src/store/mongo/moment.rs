//! Moments as expressions: documents of the milliseconds since the Julian day zero (`j`), the
//! number given as a time until something decides what it counts (`r`), and by how many days the
//! last step ran over the end of a month (`o`).

use mongodb::bson::{Bson, doc};
use purlin_model::date::Step;

use super::calendar::{civil, days_of, floor_div, modulo};
use super::expr::{all, any, cond, is_null, not, op, switch, two, with};
use super::number::decimal_or_text;
use super::strftime::moment_of;

/// Milliseconds of a day.
pub(super) const DAY: f64 = 86_400_000.0;
/// Milliseconds from the Julian day zero to 1970.
pub(super) const EPOCH: f64 = 210_866_760_000_000.0;
/// The last millisecond of year 9999, from the Julian day zero.
const LAST: f64 = 464_269_060_799_999.0;
/// Midnight of 1 January 2000, from the Julian day zero.
const CLOCK_DAY: f64 = EPOCH + 946_684_800_000.0;

fn none() -> Bson {
    moment_of(Bson::Null, Bson::Null, Bson::Double(0.0))
}

fn at(julian: Bson) -> Bson {
    moment_of(julian, Bson::Null, Bson::Double(0.0))
}

fn part(moment: &Bson, name: &str) -> Bson {
    match moment {
        Bson::String(path) => Bson::String(format!("{path}.{name}")),
        _ => Bson::Null,
    }
}

/// The moment of a number: a Julian day unless a step says otherwise.
pub(super) fn of_number(number: Bson) -> Bson {
    let in_range = all([two("$gte", number.clone(), 0.0), two("$lt", number.clone(), 5_373_484.5)]);
    let millis = op("$trunc", two("$add", two("$multiply", number.clone(), DAY), 0.5));
    let julian = cond(in_range, millis, Bson::Null);
    let some = moment_of(julian, number.clone(), Bson::Double(0.0));
    cond(is_null(number), none(), some)
}

/// The moment of a text: a date, a time, both, `now`, or a number.
pub(super) fn of_text(value: Bson) -> Bson {
    let find = |regex: &str| op("$regexFind", doc! { "input": value.clone(), "regex": regex });
    let date = find(&format!(
        r"\A(-?)([0-9]{{4}})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(?:[ \t\n\x{{b}}\x{{c}}\rT]*|[ \t\n\x{{b}}\x{{c}}\rT]*{CLOCK})\z"
    ));
    let clock = find(&format!(r"\A{CLOCK}\z"));
    let now = two("$add", op("$toLong", "$$NOW"), EPOCH);
    let lower = op("$toLower", value.clone());
    let is_now = two("$in", lower, vec!["now".into(), "subsec".into(), Bson::from("subsecond")]);
    let number = with(decimal_or_text(value.clone()), "daynumber", |number| {
        cond(op("$isNumber", number.clone()), of_number(number), none())
    });
    let known = with(date, "dated", |date| {
        let of_date = with(captures(&date), "caught", |caught| at(of_captures(&caught, 4)));
        let of_clock = with(clock, "clocked", |clock| {
            let caught = with(captures(&clock), "caught", |caught| {
                at(two("$add", clock_millis(&caught, 0), CLOCK_DAY))
            });
            cond(is_null(clock), cond(is_now, at(now), number), caught)
        });
        cond(is_null(date), of_clock, of_date)
    });
    cond(is_null(value), none(), known)
}

/// Hours, minutes, seconds, their fraction, and a sign, hours and minutes of a zone.
const CLOCK: &str = r"([01][0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?[ \t\n\x{b}\x{c}\r]*(?:[zZ]|([+-])(0[0-9]|1[0-4]):([0-5][0-9]))?[ \t\n\x{b}\x{c}\r]*";

fn captures(found: &Bson) -> Bson {
    part(found, "captures")
}

fn capture(caught: &Bson, index: i32) -> Bson {
    two("$arrayElemAt", caught.clone(), index)
}

/// The number a capture spells; of none zero.
fn number_at(caught: &Bson, index: i32) -> Bson {
    op("$toDouble", two("$ifNull", capture(caught, index), "0"))
}

fn of_captures(caught: &Bson, clock: i32) -> Bson {
    let year = number_at(caught, 1);
    let negative = two("$eq", capture(caught, 0), "-");
    let year = cond(negative, two("$multiply", year.clone(), -1), year);
    let days = with(year, "year", |year| days_of(year, number_at(caught, 2), number_at(caught, 3)));
    let midnight = two("$subtract", two("$multiply", days, DAY), DAY / 2.0);
    two("$add", midnight, clock_millis(caught, clock))
}

/// Milliseconds since midnight UTC; of no clock time zero.
fn clock_millis(caught: &Bson, first: i32) -> Bson {
    let of = |index: i32, unit: f64| two("$multiply", number_at(caught, first + index), unit);
    let digits = two("$ifNull", capture(caught, first + 3), "0");
    let fraction = op("$toDouble", two("$concat", "0.", digits));
    let fraction = two("$min", fraction, 0.999);
    let milli = op("$trunc", two("$add", two("$multiply", fraction, 1000.0), 0.5));
    let zone = two("$add", of(5, 3_600_000.0), of(6, 60_000.0));
    let west = two("$eq", capture(caught, first + 4), "-");
    let local = vec![of(0, 3_600_000.0), of(1, 60_000.0), of(2, 1000.0), milli];
    let zone = cond(west, two("$multiply", zone.clone(), -1), zone);
    two("$subtract", op("$add", local), zone)
}

/// The milliseconds, if that is a moment SQLite knows.
pub(super) fn julian(moment: &Bson) -> Bson {
    let julian = part(moment, "j");
    cond(is_known(&julian), julian, Bson::Null)
}

fn is_known(julian: &Bson) -> Bson {
    // Null is less than any number.
    all([two("$gte", julian.clone(), 0.0), two("$lte", julian.clone(), LAST)])
}

/// Applies a step.
pub(super) fn take(moment: Bson, step: Step) -> Bson {
    let (j, r, o) = (part(&moment, "j"), part(&moment, "r"), part(&moment, "o"));
    let known = is_known(&j);
    let set = |julian: Bson| moment_of(julian, Bson::Null, o.clone());
    let has_raw = not(is_null(r.clone()));
    let add = |millis: Bson| cond(is_null(j.clone()), none(), set(two("$add", j.clone(), millis)));
    match step {
        Step::Auto => {
            switch(vec![(is_null(r.clone()), moment), (known, set(j.clone()))], seconds(&r, &o))
        }
        Step::UnixEpoch => cond(has_raw, seconds(&r, &o), none()),
        Step::JulianDay => cond(all([has_raw, known]), set(j.clone()), none()),
        Step::Check => cond(known, moment, none()),
        Step::Subsecond => moment,
        Step::Ceiling => cond(known, moment_of(j, r, Bson::Double(0.0)), none()),
        Step::Settle => moment_of(j, r, Bson::Double(0.0)),
        Step::Floor => {
            let back = two("$subtract", j.clone(), two("$multiply", o, DAY));
            cond(is_null(j), none(), at(back))
        }
        Step::Weekday(wanted) => {
            let today = modulo(floor_div(two("$add", j.clone(), 129_600_000.0), DAY), 7.0);
            #[allow(clippy::cast_precision_loss)]
            let ahead = modulo(two("$subtract", wanted as f64 + 7.0, today), 7.0);
            cond(known, add(two("$multiply", ahead, DAY)), none())
        }
        Step::StartOfDay => {
            let since = modulo(two("$add", j.clone(), DAY / 2.0), DAY);
            cond(known, at(two("$subtract", j, since)), none())
        }
        Step::StartOfMonth => cond(known, at(start_of(&j, false)), none()),
        Step::StartOfYear => cond(known, at(start_of(&j, true)), none()),
        Step::Months(count) => cond(known, months(&j, count), none()),
        #[allow(clippy::cast_precision_loss)]
        Step::Millis(millis) => add(Bson::Double(millis as f64)),
    }
}

/// The moment of a number of seconds since 1970.
fn seconds(raw: &Bson, over: &Bson) -> Bson {
    let millis = two("$add", two("$multiply", raw.clone(), 1000.0), EPOCH);
    with(millis, "counted", |millis| {
        let in_range =
            all([two("$gte", millis.clone(), 0.0), two("$lt", millis.clone(), LAST + 1.0)]);
        let whole = op("$trunc", two("$add", millis, 0.5));
        cond(in_range, moment_of(whole, Bson::Null, over.clone()), none())
    })
}

/// Midnight of the first day of the month, or of the year.
fn start_of(julian: &Bson, year: bool) -> Bson {
    with(civil(julian), "civil", |civil| {
        let month = if year { Bson::Double(1.0) } else { part(&civil, "m") };
        let days = days_of(part(&civil, "y"), month, Bson::Double(1.0));
        two("$subtract", two("$multiply", days, DAY), DAY / 2.0)
    })
}

/// So many months on.
fn months(julian: &Bson, count: i64) -> Bson {
    #[allow(clippy::cast_precision_loss)]
    let count = count as f64;
    with(civil(julian), "civil", |civil| {
        // Years are counted from one no moment is before.
        let all_months = op(
            "$add",
            vec![
                two("$multiply", two("$add", part(&civil, "y"), 20_000.0), 12.0),
                part(&civil, "m"),
                Bson::Double(count - 1.0),
            ],
        );
        with(all_months, "months", |months| {
            let vars = doc! {
                "ny": two("$subtract", floor_div(months.clone(), 12.0), 20_000.0),
                "nm": two("$add", modulo(months, 12.0), 1.0),
            };
            let (year, month) = (Bson::from("$$ny"), Bson::from("$$nm"));
            let day = part(&civil, "d");
            let over = two("$max", two("$subtract", day.clone(), length(&year, &month)), 0.0);
            let midnight = two("$multiply", days_of(year.clone(), month, day), DAY);
            let since = modulo(two("$add", julian.clone(), DAY / 2.0), DAY);
            let there = two("$add", two("$subtract", midnight, DAY / 2.0), since);
            let in_range = all([two("$gte", year.clone(), -4713.0), two("$lte", year, 9999.0)]);
            let moved = moment_of(there, Bson::Null, over);
            op("$let", doc! { "vars": vars, "in": cond(in_range, moved, none()) })
        })
    })
}

/// How many days a month has.
fn length(year: &Bson, month: &Bson) -> Bson {
    let by = |number: f64| two("$eq", two("$mod", year.clone(), number), 0.0);
    let leap = all([by(4.0), any([not(by(100.0)), by(400.0)])]);
    let short = two("$in", month.clone(), [4.0, 6.0, 9.0, 11.0].map(Bson::Double).to_vec());
    let february = two("$eq", month.clone(), 2.0);
    cond(short, 30.0, cond(february, cond(leap, 29.0, 28.0), 31.0))
}
